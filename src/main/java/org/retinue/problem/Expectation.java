package org.retinue.problem;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/**
 * The {@code Expect: 100-continue} of a request (RFC 9110, section 10.1.1). The interim response is sent once, when the
 * service starts to read the body. A request that is refused before that receives the final response only.
 */
public final class Expectation {

    private static final String CONTINUED = Expectation.class.getName();

    private Expectation() {}

    /** Whether the client waits for an interim response before it sends the body. HTTP/1.0 has none. */
    public static boolean isContinue(HttpServerRequest request) {
        String expect = request.getHeader(HttpHeaderNames.EXPECT);
        return expect != null
                && HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expect)
                && request.version() != HttpVersion.HTTP_1_0;
    }

    /** Sends {@code 100 Continue} if the client waits for it. To be called when the service starts to read the body. */
    public static void sendContinue(RoutingContext context) {
        if (isContinue(context.request()) && !context.response().closed() && context.get(CONTINUED) == null) {
            context.put(CONTINUED, true);
            context.response().writeContinue();
        }
    }

    /** The problem of an expectation that the service does not know; null if the request has none. */
    static Problem check(RoutingContext context) {
        String expect = context.request().getHeader(HttpHeaderNames.EXPECT);
        if (expect == null || context.request().version() == HttpVersion.HTTP_1_0) {
            return null;
        }
        if (!isContinue(context.request())) {
            return Problem.of(
                    ProblemCode.EXPECTATION_FAILED, "Expect must be 100-continue or absent, got " + Quoted.of(expect));
        }
        if (context.request().version() != HttpVersion.HTTP_2) {
            context.addHeadersEndHandler(end -> closeUnlessContinued(context));
        }
        return null;
    }

    /** The client may or may not send the body after a final response, so the next request can't be told from the body. */
    private static void closeUnlessContinued(RoutingContext context) {
        if (context.get(CONTINUED) == null) {
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }
}
