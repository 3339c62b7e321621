package org.retinue.coalesce;

import io.netty.channel.EventLoop;
import io.opentelemetry.api.trace.Span;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.impl.ContextInternal;
import java.util.concurrent.atomic.AtomicBoolean;

/** A caller that waits: what it asks, and the way to answer it, once, on its own Vert.x context. */
final class Call<K, V> {

    final K key;
    final long since;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final UniEmitter<? super V> emitter;
    private final ContextInternal context;
    private V value;

    /** Of the request that this is for; null when it is not traced. */
    final Span span;

    Call(K key, long since, UniEmitter<? super V> emitter, Context context) {
        this.key = key;
        this.since = since;
        this.emitter = emitter;
        this.context = (ContextInternal) context;
        this.span = BatchSpans.caller(context);
        // A caller that is gone wants no answer.
        emitter.onTermination(() -> answered.set(true));
    }

    boolean isAnswered() {
        return answered.get();
    }

    /** Takes the answer, if it is still waiting for one; to be told by {@link #tell}. */
    boolean take(V answer) {
        boolean waiting = answered.compareAndSet(false, true);
        if (waiting) {
            value = answer;
        }
        return waiting;
    }

    /** On its own context; at once where this thread is the context's own. */
    void tell() {
        onContext(() -> emitter.complete(value));
    }

    /** Whose thread answers it; null where any may. */
    EventLoop eventLoop() {
        return context == null ? null : context.nettyEventLoop();
    }

    /** Returns whether it was still waiting. */
    boolean fail(Throwable failure) {
        boolean waiting = answered.compareAndSet(false, true);
        if (waiting) {
            onContext(() -> emitter.fail(failure));
        }
        return waiting;
    }

    boolean isBefore(long nanoTime) {
        return since - nanoTime < 0;
    }

    /** At once where this thread is the context's own, or else as its next task. */
    private void onContext(Runnable answer) {
        if (context == null) {
            answer.run();
        } else {
            context.emit(null, nothing -> answer.run());
        }
    }
}
