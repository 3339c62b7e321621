package org.retinue.limit;

import java.time.Duration;
import java.util.Map;

/**
 * How fast a client has to be.
 *
 * @param header how long the head of a request may take to arrive, from its first byte
 * @param body how long its body may take, and a second more for each KiB that has arrived
 * @param idle how long a connection may do nothing: between two requests, in an import, or not reading its answer
 */
record Pace(Duration header, Duration body, Duration idle) {

    private static final long BYTES_A_SECOND = 1_024;

    /** Reads {@code RETINUE_HEADER_TIMEOUT}, {@code RETINUE_BODY_TIMEOUT} and {@code RETINUE_IDLE_TIMEOUT}, in seconds. */
    static Pace of(Map<String, String> environment) {
        return new Pace(
                seconds(environment, "RETINUE_HEADER_TIMEOUT", 10),
                seconds(environment, "RETINUE_BODY_TIMEOUT", 10),
                seconds(environment, "RETINUE_IDLE_TIMEOUT", 60));
    }

    /** How often to look at a connection. */
    Duration glance() {
        Duration shortest = header.compareTo(body) < 0 ? header : body;
        return shortest.compareTo(idle) < 0 ? shortest.dividedBy(10) : idle.dividedBy(10);
    }

    /** How many nanoseconds a body of which so much has arrived may have taken. */
    long bodyNanos(long bytes) {
        return body.toNanos() + Duration.ofSeconds(1).toNanos() / BYTES_A_SECOND * bytes;
    }

    private static Duration seconds(Map<String, String> environment, String variable, long usual) {
        String given = environment.getOrDefault(variable, "").strip();
        return Duration.ofSeconds(given.isEmpty() ? usual : Long.parseLong(given));
    }
}
