package org.retinue.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.problem.Problem;

/** What can be a username, and what can't. */
class UsernameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "A", "0", "auth0+123", "a.b_c~d@e:f+g=h-i", "...", ".a", "a.", "-", "~", "auth0|123", "|"})
    void anOpaqueKeyOfPlainCharactersIsAName(String name) {
        assertThat(Username.require("username", name)).isSameAs(name);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                ".", "..", " ", "a b", "a/b", "a\n", "a\u0000", "a%20", "\u00e9", "a,b", "a;b", "a%7Cb", "\"a\"", "#a"
            })
    void anythingElseIsRefused(String name) {
        assertThatThrownBy(() -> Username.require("follower", name))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.members()).containsEntry("field", "follower"));
    }

    @Test
    void aNameHasAHundredAndTwentyEightCharactersAtMost() {
        assertThat(Username.isValid("x".repeat(128))).isTrue();
        assertThat(Username.isValid("x".repeat(129))).isFalse();
    }

    /** The document tells the pattern, and callers may check by it. */
    @Test
    void whatIsANameIsWhatThePatternSays() {
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            for (String name : new String[] {String.valueOf((char) c), "a" + (char) c, "." + (char) c}) {
                assertThat(Username.isValid(name))
                        .as("U+%04X in %s", c, name)
                        .isEqualTo(name.matches(Username.PATTERN));
            }
        }
    }

    @Test
    void aPrefixMayBeEmptyOrDots() {
        assertThat(Username.requirePrefix(null)).isEmpty();
        assertThat(Username.requirePrefix("..")).isEqualTo("..");
        assertThatThrownBy(() -> Username.requirePrefix("a/")).isInstanceOf(Problem.class);
    }
}
