package org.retinue.erasure;

import static org.retinue.database.Instants.instant;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The receipt of an erasure: how far it is. It says nothing of whom.
 *
 * @param id by which to ask for it; made up at random
 * @param state whether all is gone
 * @param removed how much is gone so far
 * @param startedAt when the user was, from that instant on, no longer there
 * @param finishedAt when all was gone; absent before
 */
@Schema(name = "Erasure", example = """
                {"id": "0b9c2f1e-6a55-4a0e-9d2b-3f6c1c0f7a11", "state": "completed",
                 "removed": {"following": 12, "followers": 1000000, "requests": 0, "blocks": 1, "mutes": 3},
                 "startedAt": "2026-03-01T12:00:00.123456Z", "finishedAt": "2026-03-01T12:00:48.123456Z"}""")
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
public record Erasure(
        UUID id,
        State state,
        Removed removed,
        Instant startedAt,
        @Schema(nullable = true) Instant finishedAt) {

    /** Whether all is gone. */
    @Schema(name = "ErasureState", type = SchemaType.STRING, example = "completed")
    public enum State {
        /** The user is gone, and what it left in the graph is going. */
        RUNNING,
        /** Nothing is left. */
        COMPLETED;

        /** As callers read it: {@code running}. */
        @JsonValue
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How much is gone, of each kind.
     *
     * @param following follows of others by the user
     * @param followers follows of the user by others
     * @param requests requests to follow, either way
     * @param blocks blocks, either way
     * @param mutes mutes, either way
     */
    @Schema(name = "ErasureRemoved")
    public record Removed(long following, long followers, long requests, long blocks, long mutes) {}

    static Erasure of(Row row) {
        Instant finished = instant(row, "finished_at");
        return new Erasure(
                row.getUUID("id"),
                finished == null ? State.RUNNING : State.COMPLETED,
                new Removed(
                        row.getLong("following"),
                        row.getLong("followers"),
                        row.getLong("requests"),
                        row.getLong("blocks"),
                        row.getLong("mutes")),
                instant(row, "started_at"),
                finished);
    }
}
