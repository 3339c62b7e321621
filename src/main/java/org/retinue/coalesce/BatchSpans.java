package org.retinue.coalesce;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;

/**
 * A span for each batch, of a trace of its own, since it belongs to many callers: it links to the spans of all of them, and
 * each of these to it. While nothing is traced, there are none, and a call costs one look at a field more.
 */
public final class BatchSpans {

    private static final String KEY = "retinue.caller-span";

    private static volatile Tracer tracer;

    private BatchSpans() {}

    /** From here on batches are traced; null ends it. */
    public static void traceWith(Tracer with) {
        tracer = with;
    }

    /** Has this span be the caller's of what is asked on the current Vert.x context. */
    public static void setCaller(Span span) {
        Context context = Vertx.currentContext();
        if (context != null) {
            context.putLocal(KEY, span);
        }
    }

    /** The span of a caller on this context; null when there is none. */
    static Span caller(Context context) {
        return tracer == null || context == null ? null : context.getLocal(KEY);
    }

    /** Begins the span of a batch; null when none of its calls is traced. */
    static Span begin(String name, List<? extends Call<?, ?>> calls) {
        Tracer current = tracer;
        if (current == null) {
            return null;
        }
        List<Span> linked = calls.stream()
                .map(call -> call.span)
                .filter(span -> span != null && span.getSpanContext().isSampled())
                .toList();
        if (linked.isEmpty()) {
            return null;
        }
        SpanBuilder builder = current.spanBuilder(name)
                .setNoParent()
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute("db.system.name", "postgresql")
                .setAttribute("db.operation.name", name)
                .setAttribute("db.operation.batch.size", (long) calls.size());
        linked.forEach(span -> builder.addLink(span.getSpanContext()));
        Span batch = builder.startSpan();
        linked.forEach(span -> span.addLink(batch.getSpanContext()));
        return batch;
    }

    static void end(Span batch, Throwable failure) {
        if (batch != null) {
            if (failure != null) {
                batch.setStatus(StatusCode.ERROR);
                batch.setAttribute("error.type", failure.getClass().getName());
            }
            batch.end();
        }
    }
}
