package org.retinue.follow;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The relationship between two users in both directions, as the first user sees it.
 *
 * <p>Each {@code ...Since} is absent if its boolean is false. Whether the first user is muted is never included.
 *
 * @param requested whether the first user asks to follow the other, which is private
 */
@Schema(example = """
                {"username": "alice", "with": "bob", "following": true, "followingSince": "2026-03-01T12:00:00.123456Z",
                 "requested": false, "followedBy": false, "requestedBy": false, "blocking": false, "blockedBy": false,
                 "muting": true, "mutingSince": "2026-02-01T12:00:00.123456Z"}""")
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
public record Relationship(
        String username,
        String with,
        boolean following,
        @Schema(nullable = true) Instant followingSince,
        boolean requested,
        @Schema(nullable = true) Instant requestedSince,
        boolean followedBy,
        @Schema(nullable = true) Instant followedBySince,
        boolean requestedBy,
        @Schema(nullable = true) Instant requestedBySince,
        boolean blocking,
        @Schema(nullable = true) Instant blockingSince,
        boolean blockedBy,
        @Schema(nullable = true) Instant blockedBySince,
        boolean muting,
        @Schema(nullable = true) Instant mutingSince) {

    /** As the follower sees it after a follow. There is no block, because it would have prevented the follow. */
    static Relationship ofFollower(Changed changed) {
        return of(
                changed.pair(),
                changed.after(),
                changed.since(),
                changed.back(),
                changed.backSince(),
                null,
                null,
                changed.mutesSince());
    }

    /** As the followed user sees it after a follow. There is no block, because it would have prevented the follow. */
    static Relationship ofFollowed(Changed changed) {
        return of(
                changed.pair().reversed(),
                changed.back(),
                changed.backSince(),
                changed.after(),
                changed.since(),
                null,
                null,
                changed.backMutesSince());
    }

    /** Hides the mute from a caller that is not the muting user. */
    Relationship withoutMute() {
        return new Relationship(
                username,
                with,
                following,
                followingSince,
                requested,
                requestedSince,
                followedBy,
                followedBySince,
                requestedBy,
                requestedBySince,
                blocking,
                blockingSince,
                blockedBy,
                blockedBySince,
                false,
                null);
    }

    /** Combines the states of both directions with the instants of block and mute, which are null if there is none. */
    public static Relationship of(
            Pair pair,
            FollowState to,
            Instant toSince,
            FollowState back,
            Instant backSince,
            @Schema(nullable = true) Instant blockingSince,
            @Schema(nullable = true) Instant blockedBySince,
            @Schema(nullable = true) Instant mutingSince) {
        return new Relationship(
                pair.follower(),
                pair.followed(),
                to == FollowState.FOLLOWING,
                to == FollowState.FOLLOWING ? toSince : null,
                to == FollowState.REQUESTED,
                to == FollowState.REQUESTED ? toSince : null,
                back == FollowState.FOLLOWING,
                back == FollowState.FOLLOWING ? backSince : null,
                back == FollowState.REQUESTED,
                back == FollowState.REQUESTED ? backSince : null,
                blockingSince != null,
                blockingSince,
                blockedBySince != null,
                blockedBySince,
                mutingSince != null,
                mutingSince);
    }
}
