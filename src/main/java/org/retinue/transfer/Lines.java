package org.retinue.transfer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.retinue.problem.Utf8Validator;

/**
 * Cuts bytes, which arrive in pieces of any size, into lines. A line ends with LF or CRLF. Of one that is longer than
 * {@value #LONGEST} bytes only the fact is kept.
 */
final class Lines {

    /** Longer than any line that an import can take. */
    static final int LONGEST = 16 * 1024;

    private final Sink sink;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    private boolean tooLong;
    private long number;

    Lines(Sink sink) {
        this.sink = sink;
    }

    /** Takes lines. */
    interface Sink {

        /**
         * Takes a line.
         *
         * @param number its number, from 1
         * @param text its text; null if it is too long
         * @param isUtf8 whether its bytes are UTF-8; if not, the text has U+FFFD in place of those that are not
         */
        void line(long number, String text, boolean isUtf8);
    }

    void read(byte[] bytes, int offset, int length) {
        int begin = offset;
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            if (bytes[i] == '\n') {
                append(bytes, begin, i - begin);
                emit();
                begin = i + 1;
            }
        }
        append(bytes, begin, end - begin);
    }

    /** The last line may have no end of its own. */
    void end() {
        if (line.size() > 0 || tooLong) {
            emit();
        }
    }

    private void append(byte[] bytes, int offset, int length) {
        if (tooLong || line.size() + length > LONGEST) {
            tooLong = true;
            line.reset();
        } else {
            line.write(bytes, offset, length);
        }
    }

    private void emit() {
        number++;
        byte[] bytes = line.toByteArray();
        boolean isUtf8 = Utf8Validator.isValid(bytes, 0, bytes.length);
        String text = tooLong ? null : new String(bytes, StandardCharsets.UTF_8);
        if (text != null && text.endsWith("\r")) {
            text = text.substring(0, text.length() - 1);
        }
        line.reset();
        tooLong = false;
        sink.line(number, text, isUtf8);
    }
}
