package org.retinue.relationship;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A part of a list of users that is not counted, in the order in which what it lists began.
 *
 * @param items in the order asked for
 * @param next the cursor of the page after this one; null on the last
 */
@Schema(name = "UserPage", example = """
                {"items": [{"username": "bob", "displayName": null, "since": "2026-03-01T12:00:00.123456Z"}],
                 "next": null}""")
@RegisterForReflection
public record UserPage(
        List<Item> items, @Schema(nullable = true) String next) {

    /**
     * A user who asks, or is blocked.
     *
     * @param username the key that callers know it by
     * @param displayName what people call it; null when it has none
     * @param since when it began
     */
    @Schema(name = "UserPageItem")
    public record Item(
            String username, @Schema(nullable = true) String displayName, Instant since) {

        static Item of(String username, Instant since, Row row) {
            return new Item(username, row.getString("display_name"), since);
        }
    }
}
