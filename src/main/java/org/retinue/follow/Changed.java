package org.retinue.follow;

import java.time.Instant;

/**
 * The result of a {@link Change} that succeeded.
 *
 * @param before the state before; {@link FollowState#NONE} if a request or a suspended follow became a follow
 * @param after the state afterwards
 * @param since the instant at which that state began; null for {@link FollowState#NONE}
 * @param mutesSince the instant since which the follower mutes the followed user; null if it does not
 * @param back the state of the other direction
 * @param backSince the instant at which that state began; null for {@link FollowState#NONE}
 * @param backMutesSince the instant since which the followed user mutes the follower; null if it does not
 * @param asksFirst whether a follow of this pair is a request, because the followed user is private
 */
public record Changed(
        Pair pair,
        FollowState before,
        FollowState after,
        Instant since,
        Instant mutesSince,
        FollowState back,
        Instant backSince,
        Instant backMutesSince,
        boolean asksFirst)
        implements ChangeResult {

    /** The result of repeating the same command. */
    Changed repeated() {
        return new Changed(pair, after, after, since, mutesSince, back, backSince, backMutesSince, asksFirst);
    }

    public FollowOutcome outcome() {
        return FollowOutcome.of(before, after);
    }
}
