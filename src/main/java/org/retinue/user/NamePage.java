package org.retinue.user;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A part of the list of all users, in the order of their names.
 *
 * @param items the users
 * @param next the cursor of the page after this one; null on the last
 */
@Schema(example = "{\"items\": [{\"username\": \"alice\", \"displayName\": \"Alice A.\"}], \"next\": null}")
@RegisterForReflection
public record NamePage(
        List<Item> items, @Schema(nullable = true) String next) {

    /**
     * A user in the list.
     *
     * @param username the key that callers know it by
     * @param displayName what people call it; null when it has none
     */
    @Schema(name = "UserSummary", example = "{\"username\": \"alice\", \"displayName\": \"Alice A.\"}")
    public record Item(
            String username, @Schema(nullable = true) String displayName) {}
}
