package org.retinue.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The audit in the background works for its share of the time, and rests for the others. */
class BackgroundAuditTest {

    @ParameterizedTest
    @CsvSource({"5, 100, 1900", "50, 100, 100", "1, 10, 990", "20, 250, 1000"})
    void itRestsForAsLongAsItsShareAsksFor(double percent, long workedMillis, long restMillis) {
        assertThat(BackgroundAudit.rest(Duration.ofMillis(workedMillis).toNanos(), percent))
                .isEqualTo(Duration.ofMillis(restMillis));
    }

    @ParameterizedTest
    @CsvSource({"100, 100", "5, 0"})
    void itAlwaysLetsGoForAMoment(double percent, long workedMillis) {
        assertThat(BackgroundAudit.rest(Duration.ofMillis(workedMillis).toNanos(), percent))
                .isEqualTo(Duration.ofNanos(1));
    }
}
