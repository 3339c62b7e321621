package org.retinue.limit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/**
 * The limits of request bodies, and the memory that they hold together. Small and large bodies have separate budgets, so
 * that batches do not keep profile changes out. A body counts from its first byte until its response has been sent or its
 * client has disconnected, although a batch may still be running then.
 */
@Singleton
public final class RequestBodies {

    private static final String DEFAULT_MAX_BODY = "10485760";
    private static final int MAX_SMALL_BODY = 64 * 1024;

    /** What {@link #reserve} must be able to grant in addition to the largest body: a batch of 10,000 operations. */
    private static final long MAX_PARSED = 10_000L * 1_024;

    private static final int LARGE_PART_OF_HEAP = 8;
    private static final int SMALL_PART_OF_HEAP = 32;

    private static final String SHARE = RequestBodies.class.getName();

    private final long maxBody;
    private final BodyBudget small;
    private final BodyBudget large;

    RequestBodies(@ConfigProperty(name = "retinue.largest-body-bytes", defaultValue = DEFAULT_MAX_BODY) long maxBody) {
        this.maxBody = maxBody;
        long heap = Runtime.getRuntime().maxMemory();
        small = new BodyBudget(heap / SMALL_PART_OF_HEAP, System::nanoTime);
        large = new BodyBudget(Math.max(maxBody + MAX_PARSED, heap / LARGE_PART_OF_HEAP), System::nanoTime);
        Gauge.builder("retinue.request.body.memory", this, RequestBodies::held)
                .description("Memory that request bodies hold")
                .baseUnit("bytes")
                .register(Metrics.globalRegistry);
    }

    /** The largest body that an annotation allows. */
    long max(MaxBody annotation) {
        return annotation.value() == MaxBody.CONFIGURED ? maxBody : Math.min(annotation.value(), maxBody);
    }

    /**
     * Opens the share of a request, which holds nothing yet. The caller releases it.
     *
     * @param max the largest body that the request may have
     * @param onEviction see {@link BodyBudget#open}
     */
    BodyBudget.Share open(RoutingContext request, long max, Runnable onEviction) {
        BodyBudget.Share share = (max <= MAX_SMALL_BODY ? small : large).open(onEviction);
        request.put(SHARE, share);
        return share;
    }

    /**
     * Counts memory beyond the body of a request, for what the body is parsed to. Released together with the body.
     *
     * @throws Problem {@code overloaded} if the memory is not available
     */
    public void reserve(RoutingContext request, long bytes) {
        BodyBudget.Share share = request.get(SHARE);
        if (share != null && !share.add(bytes)) {
            throw outOfMemory();
        }
    }

    /** The bytes that all bodies hold. */
    public long held() {
        return small.held() + large.held();
    }

    static Problem outOfMemory() {
        return Problem.of(
                ProblemCode.OVERLOADED,
                "The memory for request bodies is in use. Retry after the time in the Retry-After header");
    }
}
