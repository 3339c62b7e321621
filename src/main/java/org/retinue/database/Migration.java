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
     * @param environment {@code RETINUE_MIGRATE}: {@code at-start}, which is the default, {@code never} or {@code only}
     * @throws IllegalArgumentException when it is something else; the message is one line, fit for an operator
     */
    public static Migration of(Map<String, String> environment) {
        String said = environment.getOrDefault("RETINUE_MIGRATE", "").strip();
        if (said.isEmpty()) {
            return AT_START;
        }
        for (Migration migration : values()) {
            if (migration.said().equals(said)) {
                return migration;
            }
        }
        throw new IllegalArgumentException("RETINUE_MIGRATE should be at-start, never or only, but it is " + said);
    }

    /** The Quarkus settings for it. */
    public Map<String, String> settings() {
        return switch (this) {
            case AT_START -> Map.of("quarkus.flyway.migrate-at-start", "true");
            case NEVER ->
                Map.of("quarkus.flyway.migrate-at-start", "false", "quarkus.flyway.validate-at-start", "true");
            case ONLY -> Map.of("quarkus.flyway.migrate-at-start", "true", "quarkus.http.host-enabled", "false");
        };
    }

    private String said() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
