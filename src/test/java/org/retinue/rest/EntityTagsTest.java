package org.retinue.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.problem.Problem;

/** The values of If-Match and If-None-Match, by RFC 9110. */
class EntityTagsTest {

    @Test
    void absentHeaderHasNoTags() {
        assertThat(EntityTags.of("If-Match", List.of())).isEmpty();
        assertThat(EntityTags.of("If-Match", null)).isEmpty();
    }

    @Test
    void asteriskMatchesAnyTag() {
        EntityTags tags = EntityTags.of("If-Match", List.of(" * ")).orElseThrow();

        assertThat(tags.isAny()).isTrue();
        assertThat(tags.matchesWeakly("anything")).isTrue();
    }

    @Test
    void listHasStrongAndWeakTags() {
        EntityTags tags = EntityTags.of("If-Match", List.of("\"a\" ,W/\"b\", \"c,d\"", ",\"\", "))
                .orElseThrow();

        assertThat(tags.strong()).containsExactly("a", "c,d", "");
        assertThat(tags.all()).containsExactly("a", "b", "c,d", "");
        assertThat(tags.matchesWeakly("b")).isTrue();
        assertThat(tags.matchesWeakly("d")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "a",
                "\"a",
                "a\"",
                "\"a\" \"b\"",
                "'a'",
                "w/\"a\"",
                "W/a",
                "*, \"a\"",
                "\"a\", *",
                "**",
                "\"a\u0000\""
            })
    void malformedHeaderIsRefused(String value) {
        assertThatThrownBy(() -> EntityTags.of("If-Match", List.of(value)))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("If-Match must be * or ETags in double quotes, got ");
    }
}
