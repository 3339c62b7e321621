package org.retinue.suspension;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How far the suspension of a user has come.
 *
 * @param state where it is
 * @param since when it was asked for; absent when it no longer holds
 */
@Schema(name = "Suspension", example = "{\"state\": \"suspended\", \"since\": \"2026-03-01T12:00:00.123456Z\"}")
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
public record Suspension(
        State state, @Schema(nullable = true) Instant since) {

    /** Where a suspension is. */
    @Schema(name = "SuspensionState", type = SchemaType.STRING, example = "suspended")
    public enum State {
        /** Follows are still leaving lists and counts; no new ones come. */
        SUSPENDING,
        /** No list and no count has any follow of the user. */
        SUSPENDED,
        /** Follows are coming back. */
        RESTORING,
        /** There is no suspension. */
        NONE;

        /** As the database has it; null is {@link #NONE}. */
        static State of(String label) {
            return label == null ? NONE : valueOf(label.toUpperCase(Locale.ROOT));
        }

        /** As callers read it: {@code suspended}. */
        @JsonValue
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether somebody has to go on with it. */
        boolean isUnfinished() {
            return this == SUSPENDING || this == RESTORING;
        }
    }
}
