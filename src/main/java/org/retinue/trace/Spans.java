package org.retinue.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.retinue.coalesce.BatchSpans;

/** A span for each request, which goes on with the trace that the request came with. */
final class Spans {

    private static final String KEY = "retinue.span";

    private static final TextMapGetter<HttpServerRequest> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(HttpServerRequest request) {
            return List.copyOf(request.headers().names());
        }

        @Override
        public String get(HttpServerRequest request, String header) {
            return request == null ? null : request.getHeader(header);
        }
    };

    /** Where the framework keeps the path of a resource's method, for metrics. */
    private static final String TEMPLATE = "UrlPathTemplate";

    private final Tracer tracer;

    Spans(Tracer tracer) {
        this.tracer = tracer;
    }

    /** The span of a request, or the one that its caller says it is part of. */
    static SpanContext contextOf(RoutingContext request) {
        Span span = request.get(KEY);
        if (span != null) {
            return span.getSpanContext();
        }
        return request.request().getHeader("traceparent") == null
                ? SpanContext.getInvalid()
                : Span.fromContext(parent(request)).getSpanContext();
    }

    /** Begins it; it ends with the answer. */
    void begin(RoutingContext request) {
        String path = request.request().path();
        // what is asked of the service itself, several times a minute, and once more what a HEAD asks again as a GET
        if (!path.startsWith("/q/") && request.get(KEY) == null) {
            String sent = request.request().method().name();
            String name = KnownMethods.orElse(sent, "HTTP");
            Span span = tracer.spanBuilder(name)
                    .setSpanKind(SpanKind.SERVER)
                    .setParent(parent(request))
                    .setAttribute("http.request.method", KnownMethods.orElse(sent, "_OTHER"))
                    .startSpan();
            request.put(KEY, span);
            BatchSpans.setCaller(span);
            request.addEndHandler(ended -> end(request, name, span));
        }
        request.next();
    }

    private static void end(RoutingContext request, String method, Span span) {
        String template =
                ((HttpServerRequestInternal) request.request()).context().getLocal(TEMPLATE);
        if (template != null) {
            span.updateName(method + " " + template);
            span.setAttribute("http.route", template);
        }
        int status = request.response().getStatusCode();
        span.setAttribute("http.response.status_code", status);
        String id = RequestId.known(request);
        if (id != null) {
            span.setAttribute("retinue.request_id", id);
        }
        if (status >= 500 || !request.response().ended()) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }

    private static Context parent(RoutingContext request) {
        return W3CTraceContextPropagator.getInstance().extract(Context.root(), request.request(), HEADERS);
    }
}
