package org.retinue.trace;

import io.opentelemetry.api.trace.SpanContext;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.ThreadLocalRandom;

/**
 * By what a request is known: the {@code X-Request-Id} it came with, or the trace it is part of, or a number. Found when
 * somebody asks for it, as a problem or a log line does, and then it is in the answer too; most requests need none.
 */
public final class RequestId {

    /** The header that says it, in a request and in an answer. */
    public static final String HEADER = "X-Request-Id";

    private static final String KEY = "retinue.request";
    private static final String ID = "retinue.request-id";

    private static final int LONGEST = 128;

    private RequestId() {}

    /** Has the request be found by whatever is done for it, on its Vert.x context. One that came with an id is told it. */
    public static void remember(RoutingContext request) {
        Context context = Vertx.currentContext();
        if (context != null) {
            context.putLocal(KEY, request);
        }
        if (request.request().headers().contains(HEADER)) {
            of(request);
        }
    }

    /** That of the request which this is done for; null if it is done for none. */
    public static String current() {
        // What is done for no request may be on a context that all share, and there is nothing to be asked of that one.
        if (!VertxContext.isOnDuplicatedContext()) {
            return null;
        }
        RoutingContext request = Vertx.currentContext().getLocal(KEY);
        return request == null ? null : of(request);
    }

    /** That of a request, the same each time. */
    public static String of(RoutingContext request) {
        String id = request.get(ID);
        if (id == null) {
            id = find(request);
            request.put(ID, id);
        }
        // A request that is routed again, as HEAD is, has lost the headers of its answer.
        if (!request.response().headWritten() && !request.response().headers().contains(HEADER)) {
            request.response().putHeader(HEADER, id);
        }
        return id;
    }

    /** What {@link #of} has found; null if nobody has asked. */
    static String known(RoutingContext request) {
        return request.get(ID);
    }

    private static String find(RoutingContext request) {
        String given = request.request().getHeader(HEADER);
        SpanContext trace = Spans.contextOf(request);
        return isSane(given) || !trace.isValid() ? ofHeader(given) : trace.getTraceId();
    }

    /** That of a request of which there is no more than the header, which may be null. */
    public static String ofHeader(String given) {
        return isSane(given)
                ? given
                : Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
    }

    /** It is repeated in logs: no more than names and numbers are made of. */
    private static boolean isSane(String id) {
        return id != null
                && !id.isEmpty()
                && id.length() <= LONGEST
                && id.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || "._~@:+=-/".indexOf(c) >= 0));
    }
}
