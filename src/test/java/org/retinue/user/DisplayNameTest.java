package org.retinue.user;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts can be display names. */
class DisplayNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Alice A.",
                " a ",
                "Zo\u00eb",
                "\u05d0\u05dc\u05d9\u05e1",
                "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
                "\ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc67",
                "\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc65\udb40\udc6e\udb40\udc67\udb40\udc7f",
                "\u2764\ufe0f",
                "a\u200bb",
                "\u540d\u524d",
                "\ue000",
                "\ufffd"
            })
    void visibleTextIsValid(String text) {
        assertThat(DisplayName.isValid(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\u0000",
                "a\nb",
                "a\tb",
                "a\u007f",
                "a\u0085",
                "a\u009f",
                "a\u2028b",
                "a\u2029b",
                "a\u061cb",
                "a\u200eb",
                "a\u200fb",
                "a\u202ab",
                "a\u202bb",
                "a\u202cb",
                "a\u202db",
                "a\u202eb",
                "a\u2066b",
                "a\u2067b",
                "a\u2068b",
                "a\u2069b",
                "a\ufdd0",
                "a\ufdef",
                "a\ufffe",
                "a\uffff",
                "a\ud83f\udffe",
                "a\udbff\udfff",
                "a\ud800",
                "\udc00a",
                "a\udc00\ud800"
            })
    void characterThatNoNameHoldsIsNamed(String text) {
        int refused =
                text.codePoints().filter(c -> c != 'a' && c != 'b').findFirst().orElseThrow();

        assertThat(DisplayName.isValid(text)).isFalse();
        assertThat(DisplayName.explain(text)).contains("remove U+%04X".formatted(refused));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\u00a0",
                "\u3000\u2003",
                "\u200b",
                "\u200c\u200d",
                "\u2060",
                "\ufeff",
                "\u00ad",
                "\u034f",
                "\u115f",
                "\u1160",
                "\u3164",
                "\uffa0",
                "\u17b4",
                "\u180e",
                "\u2800",
                "\ufe0f",
                "\udb40\udc01",
                "\udb40\udd00",
                " \u200d "
            })
    void invisibleTextIsRefused(String text) {
        assertThat(DisplayName.isValid(text)).isFalse();
        assertThat(DisplayName.explain(text)).contains("at least one of them visible");
    }

    @Test
    void nameHasAtMost200CodePoints() {
        assertThat(DisplayName.isValid("\ud83d\ude00".repeat(200))).isTrue();
        assertThat(DisplayName.isValid("x".repeat(201))).isFalse();
        assertThat(DisplayName.explain("x".repeat(201))).endsWith("got 201");
    }
}
