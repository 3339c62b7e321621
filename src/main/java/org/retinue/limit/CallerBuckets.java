package org.retinue.limit;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;

/**
 * A bucket of tokens for each caller, of which a request takes one. A bucket that has filled up again is as good as none,
 * and so is forgotten; and there are never more than so many.
 */
// Caffeine composes the names of these classes from the settings of the cache: see NativeTest
@RegisterForReflection(
        classNames = {"com.github.benmanes.caffeine.cache.SSMSA", "com.github.benmanes.caffeine.cache.PSAMS"})
final class CallerBuckets {

    /** Some 20 MB of them. */
    private static final int MOST_CALLERS = 100_000;

    private static final Duration SHORTEST_MEMORY = Duration.ofMinutes(1);

    private final LoadingCache<String, Bucket> buckets;

    /**
     * Makes no bucket yet.
     *
     * @param rate how many tokens come back each second
     * @param burst how many a full bucket has
     */
    CallerBuckets(long rate, long burst, TimeMeter clock) {
        Bandwidth limit = Bandwidth.builder()
                .capacity(burst)
                .refillGreedy(rate, Duration.ofSeconds(1))
                .build();
        Duration full = Duration.ofSeconds(burst / rate + 1);
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MOST_CALLERS)
                .expireAfterAccess(full.compareTo(SHORTEST_MEMORY) > 0 ? full : SHORTEST_MEMORY)
                // what it has to tidy up is little, and no other thread is there for it
                .executor(Runnable::run)
                .build(caller -> Bucket.builder()
                        .addLimit(limit)
                        .withCustomTimePrecision(clock)
                        .build());
    }

    /** Takes a token of a caller's bucket if there is one, and tells what is left. */
    ConsumptionProbe take(String caller) {
        return buckets.get(caller).tryConsumeAndReturnRemaining(1);
    }
}
