package org.retinue.database;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.Supplier;

/** Sends again what the database gave up for the sake of another transaction. */
public final class Retry {

    private static final int TIMES = 10;
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(5);
    private static final Duration LONGEST_WAIT = Duration.ofMillis(200);
    private static final double JITTER = 0.5;

    private Retry() {}

    /**
     * Tries until it succeeds, fails for good, or was given up {@value #TIMES} times.
     *
     * @param attempt a whole transaction, or a statement that is one
     */
    public static <T> Uni<T> transients(Supplier<Uni<T>> attempt) {
        return Uni.createFrom()
                .deferred(attempt::get)
                .onFailure(SqlFailure::isTransient)
                .retry()
                .withBackOff(SHORTEST_WAIT, LONGEST_WAIT)
                .withJitter(JITTER)
                .atMost(TIMES);
    }
}
