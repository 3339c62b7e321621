package org.retinue.rest;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/**
 * Decides by Accept what a response may be. The framework refuses before it knows the response: an unfollow, whose 204 has
 * no body, and an error, which is problem+json whatever the caller accepts, would be 406. Here only a GET is 406, and only
 * in place of a successful response. A write has happened when its response is known, so it responds with JSON in any case.
 */
@ApplicationScoped
public class ContentNegotiation {

    /** After everything that refuses a request. */
    private static final int LAST = 3_000;

    private static final String NOT_ACCEPTABLE = "retinue.not-acceptable";

    void register(@Observes Filters filters) {
        filters.register(ContentNegotiation::negotiate, LAST);
    }

    private static void negotiate(RoutingContext context) {
        List<String> accepted = context.request().headers().getAll(HttpHeaders.ACCEPT);
        String path = context.normalizedPath();
        if (!accepted.isEmpty() && !isPlain(accepted) && path.startsWith("/v1/") && !path.startsWith("/v1/export")) {
            if (context.request().method().equals(HttpMethod.GET)
                    && Accept.of(accepted).json() == 0) {
                context.put(NOT_ACCEPTABLE, true);
            }
            // so that the framework does not look at it
            context.request().headers().remove(HttpHeaders.ACCEPT);
        }
        context.next();
    }

    private static boolean isPlain(List<String> accepted) {
        return accepted.size() == 1
                && (accepted.get(0).equals("*/*") || accepted.get(0).equals("application/json"));
    }

    /**
     * Asks that the caller accept JSON, before a successful response with a body.
     *
     * @throws Problem {@code not-acceptable}
     */
    static void requireJson(RoutingContext context) {
        if (context.get(NOT_ACCEPTABLE) != null) {
            throw notAcceptable("application/json");
        }
    }

    /** A problem for a caller that accepts none of these media types. */
    public static Problem notAcceptable(String mediaTypes) {
        return Problem.of(
                ProblemCode.NOT_ACCEPTABLE, "The response is " + mediaTypes + ", which the Accept header excludes");
    }
}
