package org.retinue.transfer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/**
 * A line of an export or import in NDJSON: a user, or a follow.
 *
 * @param username of a user; null in a follow
 * @param displayName of a user; null for none
 * @param isPrivate whether the user is; null for not
 * @param follower of a follow; null in a user
 * @param followed of a follow
 * @param since when the follow began; null for now
 * @param state {@code following}, which null stands for, or {@code requested}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"username", "displayName", "private", "follower", "followed", "since", "state"})
@RegisterForReflection
record GraphLine(
        String username,
        String displayName,
        @JsonProperty("private") Boolean isPrivate,
        String follower,
        String followed,
        Instant since,
        String state) {

    static GraphLine user(String username, String displayName, boolean isPrivate) {
        return new GraphLine(username, displayName, isPrivate ? true : null, null, null, null, null);
    }

    static GraphLine follow(String follower, String followed, Instant since, String state) {
        return new GraphLine(null, null, null, follower, followed, since, "following".equals(state) ? null : state);
    }
}
