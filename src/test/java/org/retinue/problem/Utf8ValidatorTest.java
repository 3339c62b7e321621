package org.retinue.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The validator accepts what the strict decoder of the JDK accepts. */
class Utf8ValidatorTest {

    @Property(tries = 2_000)
    void agreesWithDecoderOfJdk(@ForAll("nearlyText") byte[] bytes) {
        assertThat(Utf8Validator.isValid(bytes, 0, bytes.length)).isEqualTo(decodes(bytes));
    }

    /** Every pair of bytes after every first byte, which is where overlong forms and surrogates show. */
    @Example
    void agreesWithDecoderOnAllShortSequences() {
        for (int first = 0x80; first < 0x100; first++) {
            for (int second = 0; second < 0x100; second++) {
                byte[] bytes = {(byte) first, (byte) second, (byte) 0x80, (byte) 0x80};
                for (int length = 1; length <= 4; length++) {
                    byte[] part = Arrays.copyOf(bytes, length);
                    assertThat(Utf8Validator.isValid(part, 0, length))
                            .as(HexFormat.of().formatHex(part))
                            .isEqualTo(decodes(part));
                }
            }
        }
    }

    @Property(tries = 300)
    void encodedUriOfAnyTextIsValid(@ForAll String text) {
        String wellFormed = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        StringBuilder uri = new StringBuilder("/");
        for (byte each : wellFormed.getBytes(StandardCharsets.UTF_8)) {
            uri.append("%%%02x".formatted(each & 0xFF));
        }

        assertThat(Utf8Validator.isValidUri(uri.toString())).isTrue();
        assertThat(Utf8Validator.isValidUri(uri + "%c3")).isFalse();
        assertThat(Utf8Validator.isValidUri(uri + "%c3a")).isFalse();
        assertThat(Utf8Validator.isValidUri(uri + "%ED%A0%80")).isFalse();
        assertThat(Utf8Validator.isValidUri(uri + "\u00e9")).isFalse();
    }

    private static boolean decodes(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Text in UTF-8 with one byte changed, or not. */
    @Provide
    Arbitrary<byte[]> nearlyText() {
        return Arbitraries.strings().ofMaxLength(8).flatMap(text -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return Arbitraries.integers().between(0, Math.max(0, bytes.length)).flatMap(at -> Arbitraries.bytes()
                    .map(value -> {
                        byte[] changed = bytes.clone();
                        if (at < changed.length) {
                            changed[at] = value;
                        }
                        return changed;
                    }));
        });
    }
}
