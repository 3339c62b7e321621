package org.retinue.database;

import java.util.Locale;
import java.util.Map;

/** Who brings the schema up to date. That it is, is looked at in any case. */
public enum Migration {
    /** The service, before it serves. */
    AT_START,
    /** Somebody else, before the service starts: it does not start on a schema that lacks something. */
    NEVER,
    /** This process, which does nothing else: a job, so that replicas neither wait for each other nor may change tables. */
    ONLY;

    /**
     * As an operator says it.
     *
     * @param said {@code RETINUE_MIGRATE}: {@code at-start}, {@code never} or {@code only}
     */
    public static Migration of(String said) {
        return valueOf(said.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** As an operator says it. */
    private String said() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The settings for it. */
    public Map<String, String> settings() {
        return this == ONLY
                ? Map.of("retinue.migrate", said(), "quarkus.http.host-enabled", "false")
                : Map.of("retinue.migrate", said());
    }
}
