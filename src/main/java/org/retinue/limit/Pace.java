package org.retinue.limit;

import java.time.Duration;
import org.retinue.config.Setting;
import org.retinue.config.Settings;

/**
 * How fast a client has to be.
 *
 * @param header how long the head of a request may take to arrive, from its first byte
 * @param body how long its body may take, and a second more for each 64 KiB that have arrived
 * @param idle how long a connection may do nothing: between two requests, in an import, or not reading its answer
 */
record Pace(Duration header, Duration body, Duration idle) {

    /** Twelve clients at 1 KiB a second each could hold the memory for bodies for hours; now that takes 768 KiB a second. */
    private static final long MIN_BYTES_PER_SECOND = 64 * 1_024;

    /** As the settings have it. */
    static Pace of(Settings settings) {
        return new Pace(
                seconds(settings, Setting.HEADER_TIMEOUT),
                seconds(settings, Setting.BODY_TIMEOUT),
                seconds(settings, Setting.IDLE_TIMEOUT));
    }

    /** How often to look at a connection. */
    Duration glance() {
        Duration shortest = header.compareTo(body) < 0 ? header : body;
        return shortest.compareTo(idle) < 0 ? shortest.dividedBy(10) : idle.dividedBy(10);
    }

    /** How many nanoseconds a body of which so much has arrived may have taken. */
    long bodyNanos(long bytes) {
        return body.toNanos() + Duration.ofSeconds(1).toNanos() * bytes / MIN_BYTES_PER_SECOND;
    }

    private static Duration seconds(Settings settings, Setting setting) {
        return Duration.ofSeconds(Long.parseLong(settings.require(setting)));
    }
}
