package org.retinue.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.time.Instant;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Instants in answers are those of ISO 8601, whatever their precision and year. */
class InstantSerializerTest {

    private final ObjectMapper mapper =
            new ObjectMapper().registerModule(new SimpleModule().addSerializer(Instant.class, new InstantSerializer()));

    @Property
    void anyInstantIsWrittenAsJavaWritesIt(@ForAll("instants") Instant instant) throws JsonProcessingException {
        assertThat(mapper.writeValueAsString(instant)).isEqualTo('"' + instant.toString() + '"');
    }

    @Example
    void microsecondsAreSixDigits() throws JsonProcessingException {
        assertThat(mapper.writeValueAsString(Instant.parse("2026-03-01T02:00:00.120Z")))
                .isEqualTo("\"2026-03-01T02:00:00.120Z\"");
        assertThat(mapper.writeValueAsString(Instant.parse("2026-03-01T02:00:00.000001Z")))
                .isEqualTo("\"2026-03-01T02:00:00.000001Z\"");
    }

    @Provide
    Arbitrary<Instant> instants() {
        Arbitrary<Long> seconds = Arbitraries.oneOf(
                Arbitraries.longs()
                        .between(
                                Instant.parse("1900-01-01T00:00:00Z").getEpochSecond(),
                                Instant.parse("2200-01-01T00:00:00Z").getEpochSecond()),
                Arbitraries.longs().between(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond()));
        Arbitrary<Integer> nanos = Arbitraries.oneOf(
                Arbitraries.just(0),
                Arbitraries.integers().between(0, 999).map(millis -> millis * 1_000_000),
                Arbitraries.integers().between(0, 999_999).map(micros -> micros * 1_000),
                Arbitraries.integers().between(0, 999_999_999));
        return seconds.flatMap(second -> nanos.map(nano -> Instant.ofEpochSecond(second, nano)));
    }
}
