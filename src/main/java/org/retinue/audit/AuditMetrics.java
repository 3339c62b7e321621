package org.retinue.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What the audit in the background tells of itself. */
final class AuditMetrics {

    private static final String TAG = "kind";
    private static final double MILLION = 1e6;

    /** What the last complete round found, or the one under way if that is more already. */
    private final Map<DriftKind, AtomicLong> drift = new EnumMap<>(DriftKind.class);

    private final Map<DriftKind, Long> found = new EnumMap<>(DriftKind.class);
    private final Map<DriftKind, Counter> repairs = new EnumMap<>(DriftKind.class);
    private final AtomicLong lastRoundSeconds = new AtomicLong();
    /** In millionths. */
    private final AtomicLong progress = new AtomicLong();

    private final Counter rows;
    private final Counter rounds;

    AuditMetrics() {
        for (DriftKind kind : DriftKind.values()) {
            AtomicLong value = new AtomicLong();
            drift.put(kind, value);
            Gauge.builder("retinue.drift", value, AtomicLong::get)
                    .description("Broken truths that the audit found in its last round, or so far if that is more")
                    .tag(TAG, kind.code())
                    .strongReference(true)
                    .register(Metrics.globalRegistry);
            repairs.put(
                    kind,
                    Counter.builder("retinue.repairs")
                            .description("Broken truths that were repaired")
                            .tag(TAG, kind.code())
                            .register(Metrics.globalRegistry));
        }
        rows = Counter.builder("retinue.audit.rows")
                .description("Rows that the audit looked at")
                .register(Metrics.globalRegistry);
        rounds = Counter.builder("retinue.audit.rounds")
                .description("How often the audit came to the end of the graph")
                .register(Metrics.globalRegistry);
        Gauge.builder("retinue.audit.progress", progress, value -> value.get() / MILLION)
                .description("How far the round under way is, from 0 to 1; 0 where another service does it")
                .strongReference(true)
                .register(Metrics.globalRegistry);
        Gauge.builder("retinue.audit.round.seconds", lastRoundSeconds, AtomicLong::get)
                .description("How long the last round took")
                .strongReference(true)
                .register(Metrics.globalRegistry);
    }

    void lookedAt(long more, List<Suspect> suspects) {
        rows.increment((double) more);
        for (Suspect suspect : suspects) {
            long all = found.merge(suspect.kind(), 1L, Long::sum);
            drift.get(suspect.kind()).accumulateAndGet(all, Math::max);
        }
    }

    void repaired(List<Suspect> mended) {
        mended.forEach(suspect -> repairs.get(suspect.kind()).increment());
    }

    /** How much of the graph the round under way has seen, from 0 to 1. */
    void cameTo(double share) {
        progress.set((long) (share * MILLION));
    }

    void roundEnded(long seconds) {
        cameTo(1);
        rounds.increment();
        lastRoundSeconds.set(seconds);
        drift.forEach((kind, value) -> value.set(found.getOrDefault(kind, 0L)));
        found.clear();
    }

    /** Another service goes on, and tells of it. */
    void lost() {
        cameTo(0);
        drift.values().forEach(value -> value.set(0));
        found.clear();
    }
}
