package org.retinue;

import java.util.List;
import java.util.Map;

/**
 * A number that an environment variable gives. Checked before there is a database to stop again, and before Quarkus would
 * say it at length.
 *
 * @param variable its name
 * @param least the smallest that it may be
 * @param most the largest
 */
record NumberSetting(String variable, long least, long most) {

    private static final List<NumberSetting> ALL = List.of(
            new NumberSetting("RETINUE_PORT", 0, 65_535),
            new NumberSetting("RETINUE_MAX_FOLLOWING", 0, Long.MAX_VALUE),
            new NumberSetting("RETINUE_LARGEST_BODY_BYTES", 1_024, 1L << 30),
            new NumberSetting("RETINUE_RATE_LIMIT", 1, 1_000_000),
            new NumberSetting("RETINUE_RATE_BURST", 1, 10_000_000),
            new NumberSetting("RETINUE_HEADER_TIMEOUT", 1, 3_600),
            new NumberSetting("RETINUE_BODY_TIMEOUT", 1, 3_600),
            new NumberSetting("RETINUE_IDLE_TIMEOUT", 1, 86_400));

    /**
     * Checks all that are set.
     *
     * @throws IllegalArgumentException when one is not a number, or too small or too large
     */
    static void requireAll(Map<String, String> environment) {
        ALL.forEach(setting -> setting.require(environment.getOrDefault(setting.variable, "")));
    }

    private void require(String value) {
        if (value.isBlank()) {
            return;
        }
        try {
            long number = Long.parseLong(value.strip());
            if (least <= number && number <= most) {
                return;
            }
        } catch (NumberFormatException noNumber) {
            // the same answer as for a number out of bounds
        }
        throw new IllegalArgumentException(
                variable + " should be a number from " + least + " to " + most + ", but it is " + value);
    }
}
