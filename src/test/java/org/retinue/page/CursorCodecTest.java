package org.retinue.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.retinue.page.Cursor.Position;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/** A cursor leads back to its position, shows nothing of it, and no other text is a cursor. */
class CursorCodecTest {

    private static final String LIST = "followers/NEWEST/alice";

    /** The length of the cursor of a position: 16 bytes of tag and 16 of key, 6 bits a character. */
    private static final int LENGTH = 43;

    private final CursorCodec codec = new CursorCodec(secret("one"));

    @Property(tries = 300)
    void positionSurvivesRoundTrip(@ForAll("positions") Position position) {
        String cursor = codec.write(LIST, position);

        assertThat(cursor).matches("[A-Za-z0-9_-]{43}");
        assertThat(codec.readPosition(LIST, cursor)).isEqualTo(position);
    }

    @Property(tries = 300)
    void numbersSurviveRoundTrip(@ForAll long[] numbers) {
        Assume.that(numbers.length > 0);

        assertThat(codec.readNumbers(LIST, numbers.length, codec.write(LIST, numbers)))
                .containsExactly(numbers);
    }

    @Property(tries = 300)
    void nameSurvivesRoundTrip(@ForAll("names") String name) {
        assertThat(codec.readName("users/", codec.write("users/", name))).isEqualTo(name);
    }

    @Property(tries = 300)
    void anyChangedBitIsRefused(@ForAll("positions") Position position, @ForAll @IntRange(max = 255) int bit) {
        byte[] bytes = Base64.getUrlDecoder().decode(codec.write(LIST, position));
        bytes[bit / 8] ^= (byte) (1 << bit % 8);

        isRefused(() -> codec.readPosition(LIST, text(bytes)));
    }

    @Property(tries = 300)
    void anyChangedCharacterIsRefused(
            @ForAll("positions") Position position,
            @ForAll @IntRange(max = LENGTH - 1) int at,
            @ForAll("characters") char other) {
        StringBuilder changed = new StringBuilder(codec.write(LIST, position));
        Assume.that(changed.charAt(at) != other);
        changed.setCharAt(at, other);

        isRefused(() -> codec.readPosition(LIST, changed.toString()));
    }

    @Property(tries = 300)
    void truncatedCursorIsRefused(
            @ForAll("positions") Position position, @ForAll @IntRange(max = LENGTH - 1) int length) {
        String part = codec.write(LIST, position).substring(0, length);

        isRefused(() -> codec.readPosition(LIST, part));
    }

    @Property(tries = 300)
    void anyOtherTextIsRefused(@ForAll String text) {
        isRefused(() -> codec.readPosition(LIST, text));
        isRefused(() -> codec.readName(LIST, text));
    }

    @Property(tries = 300)
    void anyOtherBytesAreRefused(@ForAll byte[] bytes) {
        isRefused(() -> codec.readPosition(LIST, text(bytes)));
        isRefused(() -> codec.readName(LIST, text(bytes)));
    }

    @Example
    void cursorOfOtherListOwnerOrOrderIsRefused() {
        String cursor = codec.write(LIST, new Position(Instant.EPOCH, 1));

        isRefused(() -> codec.readPosition("followers/OLDEST/alice", cursor));
        isRefused(() -> codec.readPosition("following/NEWEST/alice", cursor));
        isRefused(() -> codec.readPosition("followers/NEWEST/bob", cursor));
        isRefused(() -> codec.readName("users/", cursor));
    }

    @Example
    void boundaryBetweenListAndKeyIsAuthenticated() {
        String cursor = codec.write("users/a", "lice");

        isRefused(() -> codec.readName("users/", cursor));
        isRefused(() -> codec.readName("users/al", cursor));
    }

    @Example
    void cursorOfOtherSecretIsRefused() {
        String cursor = codec.write(LIST, new Position(Instant.EPOCH, 1));

        isRefused(() -> new CursorCodec(secret("other")).readPosition(LIST, cursor));
        assertThat(new CursorCodec(secret("one")).readPosition(LIST, cursor).id())
                .isEqualTo(1);
    }

    /** Cursors of neighbours have no more bytes in common than two random texts. */
    @Property(tries = 300)
    void cursorShowsNothingOfItsKey(@ForAll("positions") Position position) {
        byte[] one = Base64.getUrlDecoder().decode(codec.write(LIST, position));
        byte[] next =
                Base64.getUrlDecoder().decode(codec.write(LIST, new Position(position.since(), position.id() - 1)));
        int same = 0;
        for (int i = 0; i < one.length; i++) {
            same += one[i] == next[i] ? 1 : 0;
        }

        // That 8 of 32 random bytes are the same has a probability of 5e-13.
        assertThat(same).isLessThan(8);
    }

    private static byte[] secret(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static void isRefused(ThrowingCallable read) {
        assertThatThrownBy(read).isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem.code())
                .isEqualTo(ProblemCode.BAD_CURSOR));
    }

    @Provide
    Arbitrary<Position> positions() {
        Arbitrary<Instant> since = Arbitraries.longs()
                .between(
                        Instant.parse("0001-01-01T00:00:00Z").getEpochSecond(),
                        Instant.parse("9999-12-31T23:59:59Z").getEpochSecond())
                .flatMap(
                        second -> Arbitraries.integers().between(0, 999_999).map(micros -> Instant.ofEpochSecond(second)
                                .plus(micros, ChronoUnit.MICROS)));
        return Combinators.combine(since, Arbitraries.longs().greaterOrEqual(1)).as(Position::new);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().withChars("azAZ09._~@:+=-|").ofMinLength(1).ofMaxLength(128);
    }

    @Provide
    Arbitrary<Character> characters() {
        return Arbitraries.chars()
                .range('A', 'Z')
                .range('a', 'z')
                .range('0', '9')
                .with('-', '_', '+', '/', '=', ' ', '\u00e9');
    }
}
