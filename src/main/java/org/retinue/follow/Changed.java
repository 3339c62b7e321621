package org.retinue.follow;

import java.time.Instant;

/**
 * What became of a {@link Change}.
 *
 * @param pair whose it is
 * @param before what the pair was
 * @param after what it is now
 * @param since when what it is now began; null for {@link FollowState#NONE}
 * @param back what the other direction is
 * @param backSince when that began; null for {@link FollowState#NONE}
 * @param asksFirst whether a follow of this pair is a request, because the followed is private
 */
public record Changed(
        Pair pair,
        FollowState before,
        FollowState after,
        Instant since,
        FollowState back,
        Instant backSince,
        boolean asksFirst)
        implements ChangeResult {

    /** What the same change finds when it is done again. */
    Changed again() {
        return new Changed(pair, after, after, since, back, backSince, asksFirst);
    }

    /** What happened. */
    public FollowOutcome outcome() {
        return FollowOutcome.of(before, after);
    }
}
