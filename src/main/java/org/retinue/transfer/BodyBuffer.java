package org.retinue.transfer;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.Arrays;
import java.util.concurrent.Flow;

/**
 * Holds the part of a body that has arrived and is not parsed yet: {@value #CAPACITY} bytes and one chunk. When it is full,
 * it requests no more chunks, and the client has to wait. Chunks are copied into one array, so that a body of one-byte
 * chunks takes no more memory than any other.
 */
final class BodyBuffer implements MultiSubscriber<byte[]> {

    static final int CAPACITY = 128 * 1024;

    private static final int INITIAL_SIZE = 8 * 1024;

    private byte[] bytes = new byte[INITIAL_SIZE];
    private int size;
    private Flow.Subscription subscription;
    private boolean requested;
    private boolean complete;
    private Throwable failure;
    private UniEmitter<? super Void> waiter;
    private int awaited;

    /**
     * Requests more chunks if there is room. Completes as soon as so many bytes, or the rest of the body, are here. Fails if
     * the body fails.
     *
     * @param minimum at most {@link #CAPACITY}
     */
    Uni<Void> fill(int minimum) {
        return Uni.createFrom().emitter(emitter -> {
            Throwable failed;
            boolean ready;
            synchronized (this) {
                failed = failure;
                ready = complete || size >= minimum;
                waiter = failed == null && !ready ? emitter : null;
                awaited = minimum;
            }
            if (failed != null) {
                emitter.fail(failed);
                return;
            }
            request();
            if (ready) {
                emitter.complete(null);
            }
        });
    }

    /** Removes and returns the bytes that are here, perhaps none; null at the end of the body. */
    synchronized byte[] take() {
        if (size == 0 && complete) {
            return null;
        }
        byte[] taken = Arrays.copyOf(bytes, size);
        size = 0;
        return taken;
    }

    /** Ends the body. Whoever fills it, now or later, receives this failure; the first one counts. */
    void fail(Throwable cause) {
        UniEmitter<? super Void> failing;
        Flow.Subscription ended;
        synchronized (this) {
            if (failure == null) {
                failure = cause;
            }
            failing = waiter;
            waiter = null;
            ended = complete ? null : subscription;
            size = 0;
        }
        if (ended != null) {
            ended.cancel();
        }
        if (failing != null) {
            failing.fail(failure);
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
        synchronized (this) {
            subscription = begun;
        }
        request();
    }

    @Override
    public void onItem(byte[] chunk) {
        UniEmitter<? super Void> ready = null;
        synchronized (this) {
            requested = false;
            if (failure != null) {
                return;
            }
            append(chunk);
            if (size >= awaited) {
                ready = waiter;
                waiter = null;
            }
        }
        request();
        if (ready != null) {
            ready.complete(null);
        }
    }

    @Override
    public void onCompletion() {
        UniEmitter<? super Void> ready;
        synchronized (this) {
            complete = true;
            ready = waiter;
            waiter = null;
        }
        if (ready != null) {
            ready.complete(null);
        }
    }

    @Override
    public void onFailure(Throwable cause) {
        fail(cause);
    }

    private void append(byte[] chunk) {
        if (size + chunk.length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + chunk.length, Math.min(2 * bytes.length, CAPACITY)));
        }
        System.arraycopy(chunk, 0, bytes, size, chunk.length);
        size += chunk.length;
    }

    private void request() {
        Flow.Subscription next;
        synchronized (this) {
            if (subscription == null || requested || complete || failure != null || size >= CAPACITY) {
                return;
            }
            requested = true;
            next = subscription;
        }
        next.request(1);
    }
}
