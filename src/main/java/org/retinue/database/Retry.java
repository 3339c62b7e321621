package org.retinue.database;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Executor;
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
     * <p>Every attempt begins on the caller's Vert.x context, which a session of Hibernate needs.
     *
     * @param attempt a whole transaction, or a statement that is one
     */
    public static <T> Uni<T> transients(Supplier<Uni<T>> attempt) {
        Context context = Vertx.currentContext();
        Executor onContext = task -> {
            if (context == null || context == Vertx.currentContext()) {
                task.run();
            } else {
                context.runOnContext(ignored -> task.run());
            }
        };
        return Uni.createFrom()
                .deferred(attempt::get)
                .runSubscriptionOn(onContext)
                .onFailure(SqlFailure::isTransient)
                .retry()
                .withBackOff(SHORTEST_WAIT, LONGEST_WAIT)
                .withJitter(JITTER)
                .atMost(TIMES);
    }
}
