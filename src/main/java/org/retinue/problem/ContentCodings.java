package org.retinue.problem;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The content codings of request bodies (RFC 9110, section 8.4). An import may be gzipped, which its resource checks. A
 * coded body of any other request is refused, with the codings that would be accepted.
 */
@Singleton
public final class ContentCodings {

    private static final int AFTER_EDGE = 9_500;

    /** Accepts a coded body, and checks the coding itself. */
    private static final String IMPORTS = "/v1/imports";

    /** Registers the check for all routes but that of imports. */
    void register(@Observes Filters filters) {
        filters.register(ContentCodings::check, AFTER_EDGE);
    }

    private static void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!request.headers().contains(HttpHeaders.CONTENT_ENCODING)
                || context.normalizedPath().startsWith(IMPORTS)
                || !hasBody(request)
                || of(request).isEmpty()) {
            context.next();
            return;
        }
        context.response()
                .putHeader(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY)
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        HttpEdge.answer(context, unsupported(request, "Send the body without a content coding."));
    }

    /** The codings of a request's body, without {@code identity}, in lower case and by their standard names. */
    public static List<String> of(HttpServerRequest request) {
        return request.headers().getAll(HttpHeaders.CONTENT_ENCODING).stream()
                .flatMap(header -> Arrays.stream(header.split(",")))
                .map(coding -> coding.strip().toLowerCase(Locale.ROOT))
                .map(coding -> coding.equals("x-gzip") ? "gzip" : coding)
                .filter(coding -> !coding.isEmpty() && !coding.equals("identity"))
                .toList();
    }

    /** The problem of a body whose codings are not accepted. */
    public static Problem unsupported(HttpServerRequest request, String advice) {
        String codings = String.join(", ", request.headers().getAll(HttpHeaders.CONTENT_ENCODING));
        return Problem.of(
                ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                "Content-Encoding " + Quoted.of(codings) + " is not supported here. " + advice);
    }

    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }
}
