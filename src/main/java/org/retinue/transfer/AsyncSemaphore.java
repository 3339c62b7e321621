package org.retinue.transfer;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayDeque;
import java.util.Deque;

/** A fair semaphore that blocks no thread: permits are granted in the order in which they were requested. */
final class AsyncSemaphore {

    private final Deque<UniEmitter<? super Void>> waiting = new ArrayDeque<>();
    private int available;

    AsyncSemaphore(int permits) {
        available = permits;
    }

    /**
     * Completes when a permit is granted, on the thread that released it. Do not cancel it: a permit that is granted to a
     * cancelled request is lost.
     */
    Uni<Void> acquire() {
        return Uni.createFrom().emitter(request -> {
            if (takeOrWait(request)) {
                request.complete(null);
            }
        });
    }

    /** Hands the permit to the oldest waiting request. */
    void release() {
        UniEmitter<? super Void> next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                available++;
            }
        }
        if (next != null) {
            next.complete(null);
        }
    }

    /** The number of permits that nobody holds. */
    synchronized int available() {
        return available;
    }

    private synchronized boolean takeOrWait(UniEmitter<? super Void> request) {
        if (available == 0) {
            waiting.add(request);
            return false;
        }
        available--;
        return true;
    }
}
