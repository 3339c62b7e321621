package org.retinue.relationship;

import static org.retinue.database.Instants.instant;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A part of the list of whom a user mutes, in the order in which it began to.
 *
 * @param items in the order asked for
 * @param next the cursor of the page after this one; null on the last
 */
@Schema(name = "MutePage", example = """
                {"items": [{"username": "bob", "displayName": null, "since": "2026-03-01T12:00:00.123456Z",
                            "until": null}],
                 "next": null}""")
@RegisterForReflection
public record MutePage(
        List<Item> items, @Schema(nullable = true) String next) {

    /**
     * A user who is muted.
     *
     * @param username the key that callers know it by
     * @param displayName what people call it; null when it has none
     * @param since when it began
     * @param until when it ends; null when it does not end by itself
     */
    @Schema(name = "MutePageItem")
    public record Item(
            String username,
            @Schema(nullable = true) String displayName,
            Instant since,
            @Schema(nullable = true) Instant until) {

        static Item of(String username, Instant since, Row row) {
            return new Item(username, row.getString("display_name"), since, instant(row, "until"));
        }
    }
}
