package org.retinue.coalesce;

import java.time.Duration;

/**
 * How much a {@link Coalescer} takes on.
 *
 * @param lanes how many batches are under way at a time
 * @param batch how many calls a batch has at most
 * @param queue how many calls wait at most; beyond them, a call is refused
 * @param deadline how long a call waits for its answer at most
 */
public record Limits(int lanes, int batch, int queue, Duration deadline) {}
