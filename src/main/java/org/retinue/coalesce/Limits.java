package org.retinue.coalesce;

import java.time.Duration;

/**
 * How much a {@link Coalescer} takes on.
 *
 * @param lanes how many batches are under way at a time
 * @param share how many calls must wait at least for another lane to open beside one that is under way: a statement costs
 *     as much again as several calls in it, so that few are better off in the next batch
 * @param batch how many calls a batch has at most
 * @param queue how many calls wait at most; beyond them, a call is refused
 * @param deadline how long a call waits for its answer at most
 */
public record Limits(int lanes, int share, int batch, int queue, Duration deadline) {

    /** What measured best with PostgreSQL behind it: docs/benchmarks.md. */
    public static final Limits USUAL = new Limits(4, 32, 1_000, 10_000, Duration.ofSeconds(10));

    /**
     * How long a batch may be in flight before it is cancelled: somewhat longer than the deadline of its calls, so that a
     * statement timeout of the database between the two ends it first, and the connection stays open.
     */
    public Duration batchDeadline() {
        return deadline.multipliedBy(6).dividedBy(5);
    }

    /** The same with another deadline. */
    public Limits within(Duration otherDeadline) {
        return new Limits(lanes, share, batch, queue, otherDeadline);
    }
}
