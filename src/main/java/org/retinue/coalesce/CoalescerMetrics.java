package org.retinue.coalesce;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import java.util.concurrent.TimeUnit;

/** What a coalescer tells of itself, each metric with the tag {@code coalescer}. */
final class CoalescerMetrics {

    private static final String TAG = "coalescer";

    private final DistributionSummary batches;
    private final Counter retries;
    private final Counter splits;
    private final Counter refusals;
    private final Counter timeouts;

    CoalescerMetrics(String name, Coalescer<?, ?> coalescer) {
        batches = DistributionSummary.builder("retinue.coalescer.batch.size")
                .description("Calls in a batch")
                .tag(TAG, name)
                .register(Metrics.globalRegistry);
        FunctionTimer.builder(
                        "retinue.coalescer.wait",
                        coalescer,
                        Coalescer::callsTaken,
                        Coalescer::nanosWaited,
                        TimeUnit.NANOSECONDS)
                .description("From a call to its batch's start")
                .tag(TAG, name)
                .register(Metrics.globalRegistry);
        retries = counter("retinue.coalescer.retries", "Batches sent again", name);
        splits = counter("retinue.coalescer.splits", "Batches cut in two after a failure", name);
        refusals = counter(
                "retinue.coalescer.refusals",
                "Calls refused because the queue was full, or the service stopping",
                name);
        timeouts = counter("retinue.coalescer.timeouts", "Calls without an answer in time", name);
        Gauge.builder("retinue.coalescer.queue", coalescer, Coalescer::waiting)
                .description("Calls that wait for a lane")
                .tag(TAG, name)
                .register(Metrics.globalRegistry);
    }

    void sent(int calls) {
        batches.record(calls);
    }

    void retried() {
        retries.increment();
    }

    void split() {
        splits.increment();
    }

    void refused() {
        refusals.increment();
    }

    void timedOut() {
        timeouts.increment();
    }

    private static Counter counter(String metric, String description, String name) {
        return Counter.builder(metric).description(description).tag(TAG, name).register(Metrics.globalRegistry);
    }
}
