package org.retinue.problem;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses a request while the bodies under way are as much as there is memory for. A body is read whole, and becomes
 * several times as large when it is understood; it counts until it is answered. An import's body is a stream, and is not
 * held.
 */
@ApplicationScoped
public class BodyBudget {

    /** After what {@link HttpEdge} refuses. */
    private static final int BEFORE_ALL_BUT_EDGE = 9_000;

    private static final long PART_OF_HEAP = 8;

    private final long largestBody;
    private final long budget;
    private final AtomicLong underWay = new AtomicLong();

    BodyBudget(
            @ConfigProperty(name = "retinue.largest-body-bytes", defaultValue = HttpEdge.LARGEST_BODY)
                    long largestBody) {
        this.largestBody = largestBody;
        this.budget = Math.max(largestBody, Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
    }

    void limit(@Observes Filters filters) {
        filters.register(this::admit, BEFORE_ALL_BUT_EDGE);
    }

    private void admit(RoutingContext context) {
        long length = length(context);
        if (length == 0 || HttpEdge.isStream(context)) {
            context.next();
        } else if (underWay.addAndGet(length) <= budget) {
            context.addEndHandler(done -> underWay.addAndGet(-length));
            context.next();
        } else {
            underWay.addAndGet(-length);
            refuse(context);
        }
    }

    /** One that does not say how long it is may become as long as any. */
    private long length(RoutingContext context) {
        String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null) {
            // HttpEdge has read it before
            return Long.parseLong(length);
        }
        return context.request().headers().contains(HttpHeaders.TRANSFER_ENCODING) ? largestBody : 0;
    }

    private static void refuse(RoutingContext context) {
        HttpEdge.answer(context, Problem.of(ProblemCode.OVERLOADED, "Too much is being read; try again"));
        // What is left of the body is read and dropped: closed on, a client that still sends would not see the answer.
        context.request().resume();
    }
}
