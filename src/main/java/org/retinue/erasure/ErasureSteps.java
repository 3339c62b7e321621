package org.retinue.erasure;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.UUID;
import org.retinue.database.Retry;

/**
 * Removes what an erased user leaves in the graph, to the last row. Each step is a statement of some hundred rows, and
 * finds in the database where to go on. Between two full ones it rests for as long as the step took, so that others are
 * served; the slower the database is, the longer.
 */
final class ErasureSteps {

    /** Others wait for the counts that a step writes until it is done: few enough for that to be short. */
    static final int ROWS_IN_STEP = 250;

    private final Pool pool;
    private final UUID service;
    private final double leaseSeconds;
    private final int rowsInStep;

    /**
     * The steps as a service does them.
     *
     * @param service who does them
     * @param lease how long others leave it to that service after a step
     */
    ErasureSteps(Pool pool, UUID service, Duration lease, int rowsInStep) {
        this.pool = pool;
        this.service = service;
        this.leaseSeconds = lease.toMillis() / 1e3;
        this.rowsInStep = rowsInStep;
    }

    /** Does what is to be done, unless another service takes it over. */
    Uni<Void> run(long userId) {
        return Multi.createBy()
                .repeating()
                .uni(() -> paced(userId))
                .until(goesOn -> !goesOn)
                .onItem()
                .ignoreAsUni();
    }

    /** Does one step; false when it was the last, or is for another service. */
    Uni<Boolean> step(long userId) {
        return send(userId).map(Step::goesOn);
    }

    private Uni<Boolean> paced(long userId) {
        long began = System.nanoTime();
        return Retry.transients(() -> send(userId)).chain(step -> {
            Uni<Boolean> goesOn = Uni.createFrom().item(step.goesOn());
            return step.goesOn() && step.isFull()
                    ? goesOn.onItem().delayIt().by(Duration.ofNanos(System.nanoTime() - began))
                    : goesOn;
        });
    }

    private record Step(boolean goesOn, boolean isFull) {}

    private Uni<Step> send(long userId) {
        return pool.preparedQuery(ErasureSql.STEP)
                .execute(Tuple.of(userId, rowsInStep, service, leaseSeconds))
                .map(rows -> {
                    for (Row row : rows) {
                        return new Step(row.getBoolean("goes_on"), !row.getBoolean("at_end"));
                    }
                    return new Step(false, false);
                });
    }
}
