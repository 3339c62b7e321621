package org.retinue.problem;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Adapts responses to HTTP/2, where it is enabled: removes the headers that are about an HTTP/1 connection (RFC 9113,
 * section 8.2.2), reads the rest of a body that is not used, and sends no body for HEAD.
 */
@Singleton
public final class Http2Responses {

    private static final int BEFORE_ALL = 30_000;

    private Router router;

    void register(@Observes Filters filters) {
        filters.register(this::adapt, BEFORE_ALL);
    }

    void remember(@Observes Router defaultRouter) {
        router = defaultRouter;
    }

    private void adapt(RoutingContext context) {
        if (context.request().version() != HttpVersion.HTTP_2) {
            context.next();
            return;
        }
        if (context.request().method().equals(HttpMethod.HEAD) && !Http2HeadRequest.isHandled()) {
            router.handle(Http2HeadRequest.of(context.request()));
            return;
        }
        HttpServerResponse response = context.response();
        context.addHeadersEndHandler(written -> removeConnectionHeaders(response.headers()));
        context.addBodyEndHandler(written -> {
            if (!context.request().isEnded()) {
                // reads and drops the rest: some clients take a response only when they have sent their body
                context.request().resume();
            }
        });
        context.next();
    }

    private static void removeConnectionHeaders(MultiMap headers) {
        headers.remove(HttpHeaders.CONNECTION);
        headers.remove(HttpHeaders.KEEP_ALIVE);
        headers.remove(HttpHeaders.TRANSFER_ENCODING);
    }
}
