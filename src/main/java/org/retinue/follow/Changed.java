package org.retinue.follow;

import java.time.Instant;

/**
 * What became of a {@link Change}.
 *
 * @param pair whose it is
 * @param before what the pair was; of a request, or what was suspended, that became a follow now, {@link FollowState#NONE}
 * @param after what it is now
 * @param since when what it is now began; null for {@link FollowState#NONE}
 * @param mutesSince since when the follower mutes the followed; null when it does not
 * @param back what the other direction is
 * @param backSince when that began; null for {@link FollowState#NONE}
 * @param backMutesSince since when the followed mutes the follower; null when it does not
 * @param asksFirst whether a follow of this pair is a request, because the followed is private
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

    /** What the same change finds when it is done again. */
    Changed again() {
        return new Changed(pair, after, after, since, mutesSince, back, backSince, backMutesSince, asksFirst);
    }

    /** What happened. */
    public FollowOutcome outcome() {
        return FollowOutcome.of(before, after);
    }
}
