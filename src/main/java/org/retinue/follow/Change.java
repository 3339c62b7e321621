package org.retinue.follow;

import java.time.Instant;

/**
 * One change of the follow graph.
 *
 * @param since the instant at which a follow began; null: now
 */
public record Change(Pair pair, Wish wish, Instant since) {

    public static Change of(Pair pair, Wish wish) {
        return new Change(pair, wish, null);
    }
}
