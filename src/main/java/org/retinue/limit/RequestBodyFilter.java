package org.retinue.limit;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.ext.Provider;
import java.io.ByteArrayInputStream;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestFilter;
import org.retinue.problem.Expectation;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/**
 * Reads the body of a request, within the limit that {@link MaxBody} sets for its resource method. It runs after the
 * method is matched, so a request that is refused for its path, method, media type or token is never read. The framework's
 * own reader, which has no limit, finds the body read already.
 */
@Provider
public final class RequestBodyFilter implements ResteasyReactiveContainerRequestFilter {

    private static final byte[] NO_BYTES = new byte[0];

    private static final long UNDECLARED = -1;

    private final RequestBodies bodies;
    private final ResourceInfo method;

    RequestBodyFilter(RequestBodies bodies, ResourceInfo method) {
        this.bodies = bodies;
        this.method = method;
    }

    @Override
    public void filter(ResteasyReactiveContainerRequestContext context) {
        ResteasyReactiveRequestContext resteasy = (ResteasyReactiveRequestContext) context.getServerRequestContext();
        long length = declaredLength(resteasy.unwrap(HttpServerRequest.class));
        if (length == 0) {
            resteasy.setInputStream(new ByteArrayInputStream(NO_BYTES));
        } else {
            read(resteasy, length);
        }
    }

    private void read(ResteasyReactiveRequestContext resteasy, long length) {
        MaxBody annotation = method.getResourceMethod().getAnnotation(MaxBody.class);
        if (annotation != null && annotation.value() == MaxBody.STREAM) {
            return;
        }
        RoutingContext request = resteasy.unwrap(RoutingContext.class);
        long max = annotation == null ? 0 : bodies.max(annotation);
        if (length > max || (annotation == null && Expectation.isContinue(request.request()))) {
            throw BodyReader.refuse(request, tooLarge(request, max, length));
        }
        new BodyReader(resteasy, request, bodies, max).read();
    }

    /** 0 if the request has no body for certain. */
    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null) {
            try {
                return Math.max(0, Long.parseLong(length));
            } catch (NumberFormatException e) {
                throw Problem.of(ProblemCode.MALFORMED, "Content-Length must be a number of bytes");
            }
        }
        boolean mayHaveBody = request.version() == HttpVersion.HTTP_2
                ? !request.isEnded()
                : request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
        return mayHaveBody ? UNDECLARED : 0;
    }

    /**
     * The problem of a body that is larger than its limit.
     *
     * @param max the limit, 0 if the request takes no body
     * @param length the length that the request declares, if positive
     */
    static Problem tooLarge(RoutingContext request, long max, long length) {
        String got = length > 0 ? ", got " + length + " bytes" : "";
        if (max == 0) {
            return Problem.malformed(
                    "body",
                    request.request().method() + " " + request.normalizedPath() + " takes no request body" + got
                            + ". Send the request without a body");
        }
        return Problem.of(ProblemCode.TOO_LARGE, "The request body must not exceed " + max + " bytes" + got);
    }
}
