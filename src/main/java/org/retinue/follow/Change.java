package org.retinue.follow;

import java.time.Instant;

/**
 * What is wanted of a pair.
 *
 * @param since when it began, of a follow; null is now
 */
public record Change(Pair pair, Wish wish, Instant since) {

    /** Wants it from now on. */
    public static Change of(Pair pair, Wish wish) {
        return new Change(pair, wish, null);
    }
}
