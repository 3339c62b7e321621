package org.retinue.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/** What a caller may ask of a page, and what it is told otherwise. */
class PageRequestTest {

    @Test
    void whoAsksForNothingGetsTheNewestFifty() {
        PageRequest request = PageRequest.parse(null, null, null, null, null);
        assertThat(request.limit()).isEqualTo(50);
        assertThat(request.order()).isEqualTo(Order.NEWEST);
        assertThat(request.cursor()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "50", "1000", "007"})
    void aLimitIsAWholeNumber(String limit) {
        assertThat(PageRequest.limit(limit)).isEqualTo(Integer.parseInt(limit));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "+7", "\u0665", "1001", "", " ", "ten", "1.5", "99999999999", "0x10"})
    void anotherLimitIsRefused(String limit) {
        isRefused("limit", () -> PageRequest.limit(limit));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "NEWEST", "latest", "newest "})
    void anUnknownOrderIsRefused(String order) {
        isRefused("order", () -> PageRequest.parse(null, order, null, null, null));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01T12:00:00Z, 2026-03-01T12:00:00Z",
        "2026-03-01T12:00:00+01:00, 2026-03-01T11:00:00Z",
        "2026-03-01T12:00:00 01:00, 2026-03-01T11:00:00Z",
        "2026-03-01T12:00:00.123456789Z, 2026-03-01T12:00:00.123456Z",
        "2026-03-01T12:00Z, 2026-03-01T12:00:00Z",
        "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z, 9999-12-31T23:59:59Z"
    })
    void anInstantIsReadToTheMicrosecond(String text, String instant) {
        PageRequest request = PageRequest.parse(null, null, text, text, null);
        assertThat(request.from()).isEqualTo(instant);
        assertThat(request.to()).isEqualTo(instant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2026-03-01",
                "2026-03-01T12:00:00",
                "2026-02-30T12:00:00Z",
                "0000-12-31T23:59:59Z",
                "+10000-01-01T00:00:00Z",
                "+999999999-12-31T23:59:59Z"
            })
    void anotherInstantIsRefused(String text) {
        isRefused("from", () -> PageRequest.parse(null, null, text, null, null));
        isRefused("to", () -> PageRequest.parse(null, null, null, text, null));
    }

    @Test
    void nothingThatCanBeFollowedSinceIsOutsideOfAPageWithoutBounds() {
        PageRequest request = PageRequest.first(1);
        assertThat(request.from()).isBeforeOrEqualTo(Instant.parse("0001-01-01T00:00:00Z"));
        assertThat(request.to()).isAfter(Instant.parse("9999-12-31T23:59:59Z"));
    }

    private static void isRefused(String field, ThrowingCallable read) {
        assertThatThrownBy(read).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.MALFORMED);
            assertThat(problem.members()).containsEntry("field", field);
        });
    }
}
