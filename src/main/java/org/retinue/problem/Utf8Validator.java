package org.retinue.problem;

/**
 * Checks that bytes are UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF. Bytes can
 * arrive in chunks of any size. Decoders of the JDK and of Jackson replace or accept some of what this refuses.
 */
public final class Utf8Validator {

    private static final int CONTINUATION_MIN = 0x80;
    private static final int CONTINUATION_MAX = 0xBF;

    /** The number of bytes that the current character still lacks. */
    private int missing;

    /** The bounds of the next byte of the current character. */
    private int min = CONTINUATION_MIN;

    private int max = CONTINUATION_MAX;

    /** Whether all of these bytes are whole characters of UTF-8. */
    public static boolean isValid(byte[] bytes, int begin, int end) {
        Utf8Validator validator = new Utf8Validator();
        for (int i = begin; i < end; i++) {
            if (!validator.accept(bytes[i])) {
                return false;
            }
        }
        return validator.isComplete();
    }

    /**
     * Whether the escapes of a URI, such as {@code %C3%A9}, are UTF-8, and its other characters ASCII.
     *
     * @param uri without malformed escapes
     */
    static boolean isValidUri(String uri) {
        Utf8Validator validator = new Utf8Validator();
        for (int i = 0; i < uri.length(); i++) {
            char character = uri.charAt(i);
            boolean isEscape = character == '%';
            int value = isEscape ? Integer.parseInt(uri, i + 1, i + 3, 16) : character;
            if ((!isEscape && character >= CONTINUATION_MIN) || !validator.accept((byte) value)) {
                return false;
            }
            i += isEscape ? 2 : 0;
        }
        return validator.isComplete();
    }

    /** Takes the next byte. Returns false if it cannot continue or begin a character. */
    public boolean accept(byte next) {
        int value = next & 0xFF;
        if (missing > 0) {
            if (value < min || value > max) {
                return false;
            }
            missing--;
            min = CONTINUATION_MIN;
            max = CONTINUATION_MAX;
            return true;
        }
        if (value < 0x80) {
            return true;
        }
        // The second byte is bounded further where the first alone would allow overlong forms, surrogates or too much.
        if (value >= 0xC2 && value <= 0xDF) {
            missing = 1;
        } else if (value >= 0xE0 && value <= 0xEF) {
            missing = 2;
            min = value == 0xE0 ? 0xA0 : CONTINUATION_MIN;
            max = value == 0xED ? 0x9F : CONTINUATION_MAX;
        } else if (value >= 0xF0 && value <= 0xF4) {
            missing = 3;
            min = value == 0xF0 ? 0x90 : CONTINUATION_MIN;
            max = value == 0xF4 ? 0x8F : CONTINUATION_MAX;
        } else {
            return false;
        }
        return true;
    }

    /** Whether the bytes so far end with a whole character. */
    public boolean isComplete() {
        return missing == 0;
    }
}
