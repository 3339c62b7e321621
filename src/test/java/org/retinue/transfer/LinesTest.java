package org.retinue.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Lines come out as they went in, wherever their bytes were cut. */
class LinesTest {

    @Property(tries = 300)
    void linesSurviveAnyCut(@ForAll("lines") List<String> lines, @ForAll boolean crlf, @ForAll long seed) {
        String end = crlf ? "\r\n" : "\n";
        String text = lines.isEmpty() ? "" : String.join(end, lines) + end;
        assertThat(read(text, new Random(seed))).isEqualTo(lines);
    }

    @Example
    void theLastLineNeedsNoEnd() {
        assertThat(read("one\n\ntwo", new Random(1))).containsExactly("one", "", "two");
        assertThat(read("", new Random(1))).isEmpty();
        assertThat(read("\n", new Random(1))).containsExactly("");
    }

    @Example
    void ofALineThatIsTooLongOnlyTheFactIsKept() {
        String longest = "x".repeat(Lines.LONGEST);
        assertThat(read(longest + "\n" + longest + "x\nnext\n" + longest + "x", new Random(1)))
                .containsExactly(longest, null, "next", null);
    }

    @Example
    void lineThatIsNotUtf8IsMarked() {
        List<Boolean> read = new ArrayList<>();
        Lines lines = new Lines((number, line, isUtf8) -> read.add(isUtf8));
        byte[] bytes = "a\n\u00e9\n\nb".getBytes(StandardCharsets.ISO_8859_1);

        lines.read(bytes, 0, bytes.length);
        lines.end();

        assertThat(read).containsExactly(true, false, true, true);
    }

    private static List<String> read(String text, Random random) {
        List<String> read = new ArrayList<>();
        Lines lines = new Lines((number, line, isUtf8) -> {
            read.add(line);
            assertThat(number).isEqualTo(read.size());
            assertThat(isUtf8).isTrue();
        });
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; ) {
            int end = Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? 3 : 9_000));
            byte[] part = Arrays.copyOf(bytes, end);
            lines.read(part, at, end - at);
            // as a buffer that is used again
            Arrays.fill(part, (byte) '!');
            at = end;
        }
        lines.end();
        return read;
    }

    @Provide
    Arbitrary<List<String>> lines() {
        return Arbitraries.strings()
                .withChars("ab ,\t\"\u00e9\u20ac\u4e2d")
                .ofMaxLength(40)
                .list()
                .ofMaxSize(30);
    }
}
