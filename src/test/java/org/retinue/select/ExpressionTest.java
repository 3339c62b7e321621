package org.retinue.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;
import org.retinue.select.Combination.Operator;
import org.retinue.select.UserSet.Kind;

/** An expression is read as it is meant, and one that can't be read is refused at the place where it goes wrong. */
class ExpressionTest {

    private static final int DEPTH = 3;

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            followers:a                                      ; followers:a
            ' following:a '                                  ; following:a
            followers:a&mutes:b                              ; followers:a & mutes:b
            followers:a | followers:b & followers:c          ; followers:a | (followers:b & followers:c)
            followers:a & followers:b | followers:c          ; (followers:a & followers:b) | followers:c
            followers:a - followers:b - followers:c          ; (followers:a - followers:b) - followers:c
            followers:a | followers:b - followers:c          ; (followers:a | followers:b) - followers:c
            followers:a & followers:b - blocks:c             ; (followers:a & followers:b) - blocks:c
            followers:a -followers:b                         ; followers:a - followers:b
            ((followers:a))-blocks:b                         ; followers:a - blocks:b
            followers:"a"                                    ; followers:a
            followers:"a"-blocks:"b-"                        ; followers:a - blocks:b-
            """)
    void anIntersectionBindsTighterAndTheOthersGoFromLeftToRight(String text, String meant) {
        assertThat(Expression.parse(text)).isEqualTo(Expression.parse(meant));
    }

    @Test
    void aDifferenceFromTheRightNeedsItsParentheses() {
        Expression right = Expression.parse("followers:a - (followers:b - followers:c)");

        assertThat(right).isNotEqualTo(Expression.parse("followers:a - followers:b - followers:c"));
        assertThat(right).hasToString("followers:a - (followers:b - followers:c)");
    }

    @Test
    void aNameCanHoldAMinusAndAColon() {
        assertThat(Expression.parse("followers:al-ice - blocks:did:plc:x+y@z"))
                .isEqualTo(new Combination(
                        new UserSet(Kind.FOLLOWERS, "al-ice"),
                        Operator.DIFFERENCE,
                        new UserSet(Kind.BLOCKS, "did:plc:x+y@z")));
    }

    @Test
    void quotedNameCanHoldVerticalBar() {
        UserSet ofAuth0 = new UserSet(Kind.FOLLOWERS, "auth0|alice");

        assertThat(Expression.parse("followers:\"auth0|alice\"|mutes:b"))
                .isEqualTo(new Combination(ofAuth0, Operator.UNION, new UserSet(Kind.MUTES, "b")));
        assertThat(ofAuth0).hasToString("followers:\"auth0|alice\"");
    }

    @Test
    void unquotedVerticalBarIsUnion() {
        assertThatThrownBy(() -> Expression.parse("followers:auth0|alice"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("followers:\"auth0|alice\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            ''                                    ; 0
            '  '                                  ; 2
            alice                                 ; 0
            friends:alice                         ; 0
            Followers:alice                       ; 0
            followers                             ; 0
            followers:                            ; 10
            followers:..                          ; 10
            followers:al!ce                       ; 10
            followers: alice                      ; 10
            followers:a followers:b               ; 12
            followers:a &                         ; 13
            followers:a & & followers:b           ; 14
            followers:a - -                       ; 14
            followers:a & followers:b?            ; 24
            (followers:a                          ; 0
            (followers:a | (followers:b)          ; 0
            followers:a)                          ; 11
            ()                                    ; 1
            (followers:a followers:b)             ; 13
            (followers:a) followers:b             ; 14
            followers:a + followers:b             ; 12
            followers:auth0|alice                 ; 16
            followers:"a                          ; 10
            followers:""                          ; 10
            followers:"a b"                       ; 10
            followers:"a"b                        ; 13
            followers:a"b"                        ; 10
            "followers:a"                         ; 0
            """)
    void whatCantBeReadIsRefusedAtItsPlace(String text, int position) {
        isRefused(text, position);
    }

    @Test
    void thereCanBeSixteenSets() {
        String sixteen = String.join(" | ", Collections.nCopies(16, "followers:a"));

        assertThat(Expression.parse(sixteen).sets()).containsExactly(new UserSet(Kind.FOLLOWERS, "a"));
        isRefused(sixteen + " | followers:a", sixteen.length() + 3);
    }

    @Test
    void sixteenParenthesesCanBeOpen() {
        assertThat(Expression.parse("(".repeat(16) + "mutes:a" + ")".repeat(16)))
                .hasToString("mutes:a");
        isRefused("(".repeat(8_000), 16);
    }

    @Property(tries = 500)
    void whatIsWrittenReadsBackAsTheSame(@ForAll("expressions") Expression expression) {
        assertThat(Expression.parse(expression.toString())).isEqualTo(expression);
    }

    @Property(tries = 500)
    void anyTextIsReadOrRefusedWithAPlaceInIt(@ForAll("texts") String text) {
        try {
            assertThat(Expression.parse(text)).isNotNull();
        } catch (Problem refused) {
            assertThat((int) refused.members().get("position")).isBetween(0, text.length());
        }
    }

    @Property(tries = 500)
    void whoeverBelongsIsInASource(@ForAll("expressions") Expression expression, @ForAll("sets") List<UserSet> in) {
        List<UserSet> sources = expression.sources(set -> set.username().hashCode());

        if (expression.contains(in::contains)) {
            assertThat(sources).containsAnyElementsOf(in);
        }
        assertThat(expression.sets()).containsAll(sources);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            followers:big & followers:small                                 ; [followers:small]
            followers:small & followers:big                                 ; [followers:small]
            followers:big - followers:small                                 ; [followers:big]
            followers:big & (followers:small | followers:mid)               ; [followers:small, followers:mid]
            followers:mid & (followers:small | followers:big)               ; [followers:mid]
            (followers:big | followers:mid) & followers:small - mutes:mid   ; [followers:small]
            followers:mid | followers:big & followers:mid                   ; [followers:mid]
            """)
    void theSmallestSetsThatSufficeAreRead(String text, String sources) {
        Map<String, Long> sizes = Map.of("small", 1L, "mid", 10L, "big", 1_000_000L);

        assertThat(Expression.parse(text).sources(set -> sizes.get(set.username())))
                .hasToString(sources);
    }

    private static void isRefused(String text, int position) {
        assertThatThrownBy(() -> Expression.parse(text)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.MALFORMED);
            assertThat(problem.members()).containsEntry("field", "of").containsEntry("position", position);
        });
    }

    @Provide
    Arbitrary<Expression> expressions() {
        return expressions(DEPTH);
    }

    private static Arbitrary<Expression> expressions(int depth) {
        Arbitrary<Expression> set = set().map(each -> each);
        return depth == 0
                ? set
                : Arbitraries.oneOf(
                        set,
                        Combinators.combine(
                                        expressions(depth - 1), Arbitraries.of(Operator.class), expressions(depth - 1))
                                .as(Combination::new));
    }

    private static Arbitrary<UserSet> set() {
        return Combinators.combine(Arbitraries.of(Kind.class), Arbitraries.of("a", "b-", "c:d", "auth0|e"))
                .as(UserSet::new);
    }

    @Provide
    Arbitrary<List<UserSet>> sets() {
        return set().list().ofMaxSize(4);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of("followers:", "mutes:a", "blocks:b", "&", "|", "-", "(", ")", " ", "\"", "x", "\u00e9")
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }
}
