package org.retinue.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Set;
import java.util.stream.Collectors;
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
    Response notFound(NotFoundException failure, UriInfo uri) {
        Set<String> allowed = routes.methods(uri.getRequestUri().getPath());
        return allowed.isEmpty() ? response(toProblem(failure)) : notAllowed(allowed);
    }

    @ServerExceptionMapper
    Response http(WebApplicationException failure, UriInfo uri) {
        return failure instanceof NotAllowedException
                ? notAllowed(routes.methods(uri.getRequestUri().getPath()))
                : response(toProblem(failure));
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
            return unreadable(json);
        }
        if (failure.getCause() instanceof JsonProcessingException json) {
            return unreadable(json);
        }
        if (failure instanceof WebApplicationException http
                && http.getResponse().getStatus() < 500) {
            ProblemCode code = ProblemCode.ofStatus(http.getResponse().getStatus());
            return Problem.of(code, code.title());
        }
        if (failure instanceof OverloadedException || SqlFailure.isOverload(failure)) {
            return Problem.of(ProblemCode.OVERLOADED, "Too many requests wait; try again");
        }
        if (failure instanceof DeadlineException) {
            return Problem.timedOut();
        }
        if (failure instanceof TookTooLongException) {
            return Problem.of(ProblemCode.TOO_EXPENSIVE, "The answer took too long; ask for less");
        }
        if (SqlFailure.isUnavailable(failure)) {
            LOG.debug("database unavailable", failure);
            return Problem.of(ProblemCode.UNAVAILABLE, "The database can't be reached; try again");
        }
        LOG.error("request failed", failure);
        return Problem.of(ProblemCode.INTERNAL, "The failure is in the service's log");
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

    private static Response notAllowed(Set<String> allowed) {
        ProblemCode code = ProblemCode.METHOD_NOT_ALLOWED;
        return Response.fromResponse(response(Problem.of(code, code.title())))
                .header(HttpHeaders.ALLOW, String.join(", ", allowed))
                .build();
    }

    private static Problem unreadable(JsonProcessingException failure) {
        if (failure instanceof UnrecognizedPropertyException unknown) {
            return Problem.malformed(path(unknown), "There is no such field");
        }
        if (failure instanceof JsonMappingException mismatch
                && !mismatch.getPath().isEmpty()) {
            return Problem.malformed(path(mismatch), "The value is not of the field's type");
        }
        return Problem.of(ProblemCode.MALFORMED, "The body is not the JSON that is expected here");
    }

    private static String path(JsonMappingException failure) {
        return failure.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."))
                .replace(".[", "[");
    }
}
