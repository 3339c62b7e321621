package org.retinue.problem;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.retinue.config.Nearest;
import org.retinue.problem.Routes.Operation;

/**
 * Refuses a query parameter that the operation does not have, and a second value of one that takes a single value. A
 * misspelled {@code limit} would otherwise be ignored, and the caller would not notice.
 */
@ApplicationScoped
public class QueryParameters {

    /** After authentication and rate limit, before any resource. */
    private static final int AFTER_THE_GATE = 4_000;

    private static final int MAX_EDITS = 2;

    /** The parameter of select whose value may hold an ampersand. */
    private static final String EXPRESSION = "of";

    private final Routes routes;

    QueryParameters(Routes routes) {
        this.routes = routes;
    }

    void check(@Observes Filters filters) {
        filters.register(this::check, AFTER_THE_GATE);
    }

    private void check(RoutingContext context) {
        String uri = context.request().uri();
        if (uri.indexOf('?') < 0) {
            context.next();
            return;
        }
        Operation operation = routes.operation(context.request().method().name(), context.normalizedPath());
        Problem problem = operation == null ? null : problem(operation, uri);
        if (problem == null) {
            context.next();
        } else {
            HttpEdge.refuse(context, problem);
        }
    }

    private static Problem problem(Operation operation, String uri) {
        Map<String, List<String>> given;
        try {
            // RoutingContext.queryParams() ignores case
            given = new QueryStringDecoder(uri).parameters();
        } catch (IllegalArgumentException malformed) {
            return Problem.of(ProblemCode.MALFORMED, "The query string has a malformed percent-encoding");
        }
        for (Map.Entry<String, List<String>> parameter : given.entrySet()) {
            Boolean canRepeat = operation.parameters().get(parameter.getKey());
            if (canRepeat == null) {
                return unknown(parameter.getKey(), operation);
            }
            if (!canRepeat && parameter.getValue().size() > 1) {
                return Problem.malformed(
                        parameter.getKey(),
                        parameter.getKey() + " must be given once, got "
                                + parameter.getValue().size() + " values");
            }
        }
        return null;
    }

    private static Problem unknown(String name, Operation operation) {
        Set<String> known = operation.parameters().keySet();
        String route = operation.method() + " " + operation.path();
        StringBuilder detail = new StringBuilder("Unknown query parameter ")
                .append(Quoted.of(name))
                .append(". ");
        if (known.isEmpty()) {
            detail.append(route).append(" takes no query parameters");
        } else {
            Nearest.of(name, known, MAX_EDITS)
                    .ifPresent(
                            near -> detail.append("Did you mean ").append(near).append("? "));
            detail.append(route).append(" takes ").append(String.join(", ", known));
            if (known.contains(EXPRESSION)) {
                detail.append(". In the value of ").append(EXPRESSION).append(", encode & as %26");
            }
        }
        return Problem.malformed(Quoted.bounded(name), detail.toString());
    }
}
