package org.retinue.user;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What is known of a user.
 *
 * @param username the key that callers know it by
 * @param displayName what people call it; null when it has none
 * @param isPrivate whether who wants to follow must ask
 * @param suspended whether it is suspended, and in no list and no count, or about to be
 * @param createdAt when it was registered
 * @param updatedAt when its name, display name, privacy or suspension last changed
 * @param followingCount how many users it follows
 * @param followersCount how many users follow it
 */
@Schema(name = "User", example = """
                {"username": "alice", "displayName": "Alice A.", "private": false, "suspended": false,
                 "createdAt": "2026-03-01T12:00:00.123456Z", "updatedAt": "2026-03-01T12:00:00.123456Z",
                 "followingCount": 2, "followersCount": 551}""")
@RegisterForReflection
public record UserProfile(
        String username,
        @Schema(nullable = true) String displayName,

        @JsonProperty("private") boolean isPrivate,

        boolean suspended,
        Instant createdAt,
        Instant updatedAt,
        long followingCount,
        long followersCount) {

    static UserProfile of(Row row) {
        return new UserProfile(
                row.getString("username"),
                row.getString("display_name"),
                row.getBoolean("private"),
                row.getBoolean("suspended"),
                row.get(OffsetDateTime.class, "created_at").toInstant(),
                row.get(OffsetDateTime.class, "updated_at").toInstant(),
                row.getLong("following"),
                row.getLong("followers"));
    }
}
