package org.retinue.follow;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What holds between two users, both ways, as the first of them sees it.
 *
 * @param username the first
 * @param with the other
 * @param following whether the first follows the other
 * @param followingSince since when; absent if not
 * @param requested whether the first has asked to follow the other, who is private
 * @param requestedSince since when; absent if not
 * @param followedBy whether the other follows the first
 * @param followedBySince since when; absent if not
 * @param requestedBy whether the other has asked to follow the first
 * @param requestedBySince since when; absent if not
 * @param blocking whether the first blocks the other
 * @param blockingSince since when; absent if not
 * @param blockedBy whether the other blocks the first
 * @param blockedBySince since when; absent if not
 * @param muting whether the first mutes the other; whether it is muted, it is not told
 * @param mutingSince since when; absent if not
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
        Instant followingSince,
        boolean requested,
        Instant requestedSince,
        boolean followedBy,
        Instant followedBySince,
        boolean requestedBy,
        Instant requestedBySince,
        boolean blocking,
        Instant blockingSince,
        boolean blockedBy,
        Instant blockedBySince,
        boolean muting,
        Instant mutingSince) {

    /** As the follower sees it, who follows or asks now: across a block it could not. */
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

    /** As the followed sees it, who is followed or asked now: across a block it could not be. */
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

    /** For whom it is not to be told that it is muted. */
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

    /** By what each of the two is to the other, and since when the first blocks, is blocked and mutes; null if not. */
    public static Relationship of(
            Pair pair,
            FollowState to,
            Instant toSince,
            FollowState back,
            Instant backSince,
            Instant blockingSince,
            Instant blockedBySince,
            Instant mutingSince) {
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
