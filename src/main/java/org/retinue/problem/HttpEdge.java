package org.retinue.problem;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.Json;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Set;
import org.retinue.trace.RequestId;

/** What is refused before any resource sees it, and what no resource answers: also as problem+json. */
@ApplicationScoped
public final class HttpEdge {

    private static final int BEFORE_ALL = 10_000;
    private static final int LONGEST_URI = 8 * 1024;
    private static final int LARGEST_HEADERS = 16 * 1024;

    private static final CharacterSet PLAIN = CharacterSet.alphanumericAnd("/-._~@:+=?&");

    private final Routes routes;

    HttpEdge(Routes routes) {
        this.routes = routes;
    }

    void refuse(@Observes Filters filters) {
        filters.register(this::check, BEFORE_ALL);
    }

    void answerUnhandled(@Observes Router router) {
        for (int status : new int[] {400, 404, 405, 406, 413, 414, 415, 500, 503}) {
            router.errorHandler(status, context -> unhandled(context, status));
        }
        // Before the framework's own, which shows the exception: a request without Host comes here.
        router.route().order(Integer.MIN_VALUE).failureHandler(context -> unhandled(context, context.statusCode()));
    }

    private void check(RoutingContext context) {
        RequestId.remember(context);
        Problem problem = problem(context);
        if (problem == null && context.request().method().equals(HttpMethod.OPTIONS)) {
            options(context);
            return;
        }
        if (problem == null && context.request().method().equals(HttpMethod.HEAD)) {
            // The framework would leave out the headers that come with the body. The server leaves out the body itself.
            context.reroute(HttpMethod.GET, context.request().uri());
            return;
        }
        if (problem == null) {
            context.next();
            return;
        }
        // What is left of the request is not read, so the connection can't be used again.
        context.response().putHeader("Connection", "close");
        answer(context, problem);
    }

    /** The framework would name the methods of all paths of a class. */
    private void options(RoutingContext context) {
        Set<String> allowed = routes.methods(context.normalizedPath());
        if (allowed.isEmpty()) {
            context.next();
            return;
        }
        context.response()
                .setStatusCode(204)
                .putHeader(HttpHeaders.ALLOW, String.join(", ", allowed))
                .end()
                .onFailure(gone -> context.request().connection().close());
    }

    private Problem problem(RoutingContext context) {
        String uri = context.request().uri();
        if (uri.length() > LONGEST_URI) {
            return Problem.of(
                    ProblemCode.URI_TOO_LONG,
                    "The URI must have at most " + LONGEST_URI + " characters, got " + uri.length());
        }
        int headers = 0;
        for (Map.Entry<String, String> header : context.request().headers()) {
            headers += header.getKey().length() + header.getValue().length();
        }
        if (headers > LARGEST_HEADERS) {
            return Problem.of(
                    ProblemCode.HEADERS_TOO_LARGE,
                    "The headers must have at most " + LARGEST_HEADERS + " characters, got " + headers);
        }
        Problem expectation = Expectation.check(context);
        if (expectation != null) {
            return expectation;
        }
        return isPlain(uri) ? null : problem(uri);
    }

    /** Whether it is a path of letters and digits and what else is itself in a path, as nearly every one is. */
    private static boolean isPlain(String uri) {
        return uri.startsWith("/") && !uri.startsWith("//") && PLAIN.makesUp(uri);
    }

    private static Problem problem(String uri) {
        try {
            URI parsed = new URI(uri);
            if (parsed.getRawPath() == null) {
                return Problem.of(ProblemCode.MALFORMED, "The URI has no path");
            }
            if (parsed.getRawPath().contains(";")) {
                // JAX-RS would drop what follows, and take "alice;x" for alice.
                return Problem.of(ProblemCode.MALFORMED, "The path must not have matrix parameters: encode ; as %3B");
            }
            if (!Utf8Validator.isValidUri(uri)) {
                return Problem.of(
                        ProblemCode.MALFORMED, "The URI must be ASCII, with other text percent-encoded as UTF-8");
            }
        } catch (URISyntaxException e) {
            return Problem.of(ProblemCode.MALFORMED, "The URI is malformed: " + e.getReason());
        }
        return null;
    }

    private void unhandled(RoutingContext context, int status) {
        Throwable failure = context.failure();
        ProblemCode code = ProblemCode.ofStatus(status);
        if (code == ProblemCode.NOT_FOUND || code == ProblemCode.METHOD_NOT_ALLOWED) {
            answer(context, routes.unmatched(context.request().method().name(), context.normalizedPath()));
        } else if (failure == null || code.status() < 500) {
            answer(context, Problem.of(code, code.title()));
        } else {
            answer(context, ProblemMapper.toProblem(failure));
        }
    }

    /** Answers a request whose body has not been read with a problem. */
    public static void refuse(RoutingContext context, Problem problem) {
        String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (context.request().headers().contains("Transfer-Encoding") || (length != null && !length.equals("0"))) {
            // The body is left unread, so the connection can't be used again.
            context.response().putHeader("Connection", "close");
        }
        answer(context, problem);
    }

    /** Answers with a problem, from where no resource is reached; not at all when there is an answer already. */
    public static void answer(RoutingContext context, Problem problem) {
        if (context.response().ended()) {
            return;
        }
        if (problem.code().isTemporary()) {
            context.response().putHeader(HttpHeaders.RETRY_AFTER, String.valueOf(ProblemMapper.RETRY_AFTER_SECONDS));
        }
        context.response()
                .setStatusCode(problem.code().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, ProblemBody.MEDIA_TYPE)
                .end(Json.encode(ProblemBody.of(problem, context)))
                .onFailure(gone -> context.request().connection().close());
    }
}
