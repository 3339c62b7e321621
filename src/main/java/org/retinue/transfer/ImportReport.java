package org.retinue.transfer;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How far an import has come. Lines without content, comments and headers are not counted: {@code read} is the sum of
 * {@code users}, {@code created}, {@code alreadyThere} and {@code rejected} once it is completed.
 *
 * @param id the import's
 * @param state {@code running}, {@code completed} or {@code failed}; what is counted is committed in any of them
 * @param read how many lines said something
 * @param users how many of them were users
 * @param created how many follows are new
 * @param alreadyThere how many follows there were before
 * @param rejected how many lines could not be taken
 * @param usersCreated how many users are new
 * @param rejections why, of the first {@value ImportProgress#REJECTIONS_KEPT} of the rejected lines
 * @param columns which column of the input became what; absent for NDJSON
 * @param failure why it failed; absent if it did not
 * @param startedAt when it began
 * @param finishedAt when it ended; absent while it runs
 */
@Schema(name = "ImportReport", example = """
                {"id": "epinions", "state": "completed", "read": 405739, "users": 0, "created": 405739,
                 "alreadyThere": 0, "rejected": 0, "usersCreated": 75877, "rejections": [],
                 "columns": {"follower": "FromNodeId", "followed": "ToNodeId"},
                 "startedAt": "2026-03-01T12:00:00.123456Z", "finishedAt": "2026-03-01T12:00:12.123456Z"}""")
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
public record ImportReport(
        String id,
        @Schema(enumeration = {RUNNING, COMPLETED, FAILED}) String state,
        long read,
        long users,
        long created,
        long alreadyThere,
        long rejected,
        long usersCreated,
        List<Rejection> rejections,
        @Schema(nullable = true) ImportColumns columns,
        @Schema(nullable = true) String failure,
        Instant startedAt,
        @Schema(nullable = true) Instant finishedAt) {

    static final String RUNNING = "running";
    static final String COMPLETED = "completed";
    static final String FAILED = "failed";

    private static final String LOST = "the service that ran it is gone; send it again";

    /**
     * A line that was not taken.
     *
     * @param line its number, from 1
     * @param reason why
     */
    @Schema(name = "ImportRejection")
    public record Rejection(long line, String reason) {}

    static ImportReport of(Row row) {
        boolean lost = row.getBoolean("lost");
        OffsetDateTime finished = row.getOffsetDateTime("finished_at");
        return new ImportReport(
                row.getString("id"),
                lost ? FAILED : row.getString("state"),
                row.getLong("lines_read"),
                row.getLong("users_read"),
                row.getLong("created"),
                row.getLong("already_there"),
                row.getLong("rejected"),
                row.getLong("users_created"),
                rejections((JsonArray) row.getValue("rejections")),
                ImportColumns.of((JsonObject) row.getValue("columns")),
                lost ? LOST : row.getString("failure"),
                row.getOffsetDateTime("started_at").toInstant(),
                finished == null ? null : finished.toInstant());
    }

    private static List<Rejection> rejections(JsonArray kept) {
        return kept.stream()
                .map(JsonObject.class::cast)
                .map(rejection -> new Rejection(rejection.getLong("line"), rejection.getString("reason")))
                .toList();
    }
}
