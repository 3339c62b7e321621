package org.retinue.problem;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Refuses requests once the service is told to stop. Those under way are answered before it closes its connections; of
 * one that came between the last answer and the close, something would be done, and nobody told.
 */
@ApplicationScoped
public class Stopping {

    private static final int BEFORE_ALL = 20_000;

    private volatile boolean stopping;

    /** Comes before the framework looks whether requests are under way: one that is not refused is waited for. */
    void begin(@Observes ShutdownDelayInitiatedEvent begun) {
        stopping = true;
    }

    void refuse(@Observes Filters filters) {
        filters.register(this::refuse, BEFORE_ALL);
    }

    private void refuse(RoutingContext context) {
        if (!stopping) {
            context.next();
            return;
        }
        Problem problem = Problem.of(ProblemCode.UNAVAILABLE, "The service is stopping. Retry on another connection");
        context.response()
                .setStatusCode(problem.code().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, ProblemBody.MEDIA_TYPE)
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .putHeader(HttpHeaders.RETRY_AFTER, String.valueOf(ProblemMapper.RETRY_AFTER_SECONDS))
                .end(Json.encode(ProblemBody.of(problem, context)))
                .onFailure(gone -> context.request().connection().close());
    }
}
