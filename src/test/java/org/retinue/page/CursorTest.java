package org.retinue.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

/** A cursor leads back to its place, and nothing else leads anywhere. */
class CursorTest {

    private static final String LIST = "followers/NEWEST";

    @Property(tries = 300)
    void aPositionSurvivesTheRoundTrip(@ForAll("positions") Position position) {
        String cursor = Cursor.write(LIST, position);
        assertThat(cursor).matches("[A-Za-z0-9_-]+");
        assertThat(Cursor.readPosition(LIST, cursor)).isEqualTo(position);
    }

    @Property(tries = 300)
    void aNameSurvivesTheRoundTrip(@ForAll("names") String name) {
        assertThat(Cursor.readName("users", Cursor.write("users", name))).isEqualTo(name);
    }

    @Property(tries = 300)
    void aMangledCursorIsRefused(
            @ForAll("positions") Position position,
            @ForAll @IntRange(max = 25) int at,
            @ForAll("characters") char other) {
        StringBuilder mangled = new StringBuilder(Cursor.write(LIST, position));
        Assume.that(mangled.charAt(at) != other);
        mangled.setCharAt(at, other);
        isRefused(() -> Cursor.readPosition(LIST, mangled.toString()));
    }

    @Property(tries = 300)
    void aPartOfACursorIsRefused(@ForAll("positions") Position position, @ForAll @IntRange(max = 26) int length) {
        String part = Cursor.write(LIST, position).substring(0, length);
        isRefused(() -> Cursor.readPosition(LIST, part));
    }

    @Property(tries = 300)
    void whatIsNoCursorIsRefused(@ForAll String text) {
        isRefused(() -> Cursor.readPosition(LIST, text));
        isRefused(() -> Cursor.readName(LIST, text));
    }

    @Example
    void aCursorOfAnotherListOrOrderIsRefused() {
        String cursor = Cursor.write(LIST, new Position(Instant.EPOCH, 1));
        isRefused(() -> Cursor.readPosition("followers/OLDEST", cursor));
        isRefused(() -> Cursor.readPosition("following/NEWEST", cursor));
        isRefused(() -> Cursor.readName("users", cursor));
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
        return Arbitraries.strings().withChars("azAZ09._~@:+=-").ofMinLength(1).ofMaxLength(128);
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
