package org.retinue.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.netty.handler.codec.DecoderException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.retinue.coalesce.DeadlineException;
import org.retinue.coalesce.OverloadedException;
import org.retinue.database.SqlFailure;
import org.retinue.database.TookTooLongException;

/** Renders whatever a resource fails with as problem+json. */
public final class ProblemMapper {

    /** How long a caller should wait before it tries again when the database is away. */
    public static final int RETRY_AFTER_SECONDS = 1;

    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

    private final Routes routes;

    ProblemMapper(Routes routes) {
        this.routes = routes;
    }

    @ServerExceptionMapper
    Response problem(Problem problem) {
        return response(problem);
    }

    /** A route that the framework did not find; it has a mapper of its own for this, unlike for its siblings. */
    @ServerExceptionMapper
    Response notFound(NotFoundException failure, RoutingContext request) {
        return unmatched(request);
    }

    @ServerExceptionMapper
    Response http(WebApplicationException failure, RoutingContext request) {
        if (failure instanceof NotAllowedException) {
            return unmatched(request);
        }
        if (failure instanceof NotSupportedException) {
            return response(routes.unsupported(
                    request.request().method().name(),
                    request.normalizedPath(),
                    request.request().getHeader(HttpHeaders.CONTENT_TYPE)));
        }
        return response(toProblem(failure));
    }

    @ServerExceptionMapper
    Response json(JsonProcessingException failure) {
        return response(toProblem(failure));
    }

    /** The framework has a mapper of its own for this, which says nothing. */
    @ServerExceptionMapper
    Response mismatch(MismatchedInputException failure) {
        return response(toProblem(failure));
    }

    @ServerExceptionMapper
    Response anythingElse(Throwable failure, RoutingContext context) {
        if (context.response().ended() || context.response().closed()) {
            // Whoever asked is gone, or has been answered: what fails now is to tell them.
            LOG.debug("nobody to answer", failure);
            return response(Problem.of(ProblemCode.REQUEST_TIMEOUT, "The connection was closed"));
        }
        return response(toProblem(failure));
    }

    /** What a caller is told of a failure. What it is not told is logged. */
    public static Problem toProblem(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // One that a value threw while it was read from JSON arrives wrapped.
            if (cause instanceof Problem problem) {
                return problem;
            }
        }
        if (failure instanceof JsonProcessingException json) {
            return JsonProblems.of(json);
        }
        if (failure.getCause() instanceof JsonProcessingException json) {
            return JsonProblems.of(json);
        }
        if (failure instanceof WebApplicationException http
                && http.getResponse().getStatus() < 500) {
            ProblemCode code = ProblemCode.ofStatus(http.getResponse().getStatus());
            return Problem.of(code, code.title());
        }
        if (failure instanceof DecoderException) {
            // ClientWatch has answered it below this, and closed the connection.
            return Problem.of(ProblemCode.REQUEST_TIMEOUT, "The request arrived too slowly, or is not valid HTTP");
        }
        if (failure instanceof OverloadedException || SqlFailure.isOverload(failure)) {
            return Problem.of(
                    ProblemCode.OVERLOADED, "Too many requests are waiting. Retry after the time in Retry-After");
        }
        if (failure instanceof DeadlineException) {
            return Problem.timedOut();
        }
        if (failure instanceof TookTooLongException) {
            return Problem.of(ProblemCode.TOO_EXPENSIVE, "The request took too long. Ask for less");
        }
        if (SqlFailure.isUnavailable(failure)) {
            LOG.debug("database unavailable", failure);
            return Problem.of(
                    ProblemCode.UNAVAILABLE, "The database is not reachable. Retry after the time in Retry-After");
        }
        LOG.error("request failed", failure);
        return Problem.of(
                ProblemCode.INTERNAL, "The request failed. The log of the service has the cause under the requestId");
    }

    static Response response(Problem problem) {
        Response.ResponseBuilder response = Response.status(problem.code().status())
                .type(ProblemBody.MEDIA_TYPE)
                .entity(ProblemBody.of(problem));
        if (problem.code() == ProblemCode.TOO_LARGE) {
            // What is left of the body is not read, so the connection can't be used again.
            response.header("Connection", "close");
        }
        if (problem.code().isTemporary()) {
            response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        return response.build();
    }

    private Response unmatched(RoutingContext request) {
        String path = request.normalizedPath();
        Response response = response(routes.unmatched(request.request().method().name(), path));
        Set<String> allowed = routes.methods(path);
        return allowed.isEmpty()
                ? response
                : Response.fromResponse(response)
                        .header(HttpHeaders.ALLOW, String.join(", ", allowed))
                        .build();
    }
}
