package org.retinue.database;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.retinue.coalesce.OverloadedException;

/**
 * Bounds the work of one kind that runs at once, so that no kind takes what another needs. Work that finds no permit waits
 * its turn, first in, first out. It fails with {@link OverloadedException} if the queue is full, or after the longest wait.
 */
public final class WorkShare {

    private static final String TAG = "work";

    private final int maxWaiting;
    private final Duration maxWait;
    private final Counter refusals;
    private final Queue<Turn> waiting = new ArrayDeque<>();
    private int free;

    /**
     * Creates a share with all permits free.
     *
     * @param name the value of the tag {@code work} of its metrics
     * @param permits the number of works that run at once
     * @param maxWaiting the number of works that wait for a permit
     * @param maxWait how long each of them waits
     */
    public WorkShare(String name, int permits, int maxWaiting, Duration maxWait) {
        this.free = permits;
        this.maxWaiting = maxWaiting;
        this.maxWait = maxWait;
        this.refusals = Counter.builder("retinue.work.refusals")
                .description("Long work refused because the queue was full or the wait too long")
                .tag(TAG, name)
                .register(Metrics.globalRegistry);
        Gauge.builder("retinue.work.waiting", this, WorkShare::waiting)
                .description("Long work that waits for its turn")
                .tag(TAG, name)
                .register(Metrics.globalRegistry);
    }

    /** Work that waits for a permit, or has had its turn. */
    public final class Turn {

        private final Runnable admitted;
        private final Consumer<Throwable> refused;
        private final Context context = Vertx.currentContext();
        private final AtomicBoolean decided = new AtomicBoolean();
        private Future<?> deadline;

        private Turn(Runnable admitted, Consumer<Throwable> refused) {
            this.admitted = admitted;
            this.refused = refused;
        }

        /** Leaves the queue. Work that has its permit keeps it. */
        public void cancel() {
            if (decided.compareAndSet(false, true)) {
                forget(this);
            }
        }

        private void expire() {
            if (decided.compareAndSet(false, true)) {
                forget(this);
                onContext(() -> refuse(this, "no turn within " + maxWait.toMillis() + " ms"));
            }
        }

        /** Goes back to the caller's context, which a trace and a request id belong to. */
        private void onContext(Runnable task) {
            if (context == null || context == Vertx.currentContext()) {
                task.run();
            } else {
                context.runOnContext(ignored -> task.run());
            }
        }
    }

    /** Runs work when it has a permit, and gives the permit back when the work ends. Work that has begun is not cancelled. */
    public <T> Uni<T> run(Supplier<Uni<T>> work) {
        return Uni.createFrom().emitter(caller -> {
            Turn turn = enter(
                    () -> Uni.createFrom()
                            .<T>deferred(work::get)
                            .onTermination()
                            .invoke(this::leave)
                            .subscribe()
                            .with(caller::complete, caller::fail),
                    caller::fail);
            caller.onTermination(turn::cancel);
        });
    }

    /**
     * Asks for a permit. The work that is admitted calls {@link #leave} once when it ends.
     *
     * @param admitted called with the permit, at once or later
     * @param refused called instead if there is none in time
     */
    public Turn enter(Runnable admitted, Consumer<Throwable> refused) {
        Turn turn = new Turn(admitted, refused);
        boolean full;
        synchronized (this) {
            if (free > 0) {
                free--;
                turn.decided.set(true);
                full = false;
            } else {
                full = waiting.size() >= maxWaiting;
                if (!full) {
                    waiting.add(turn);
                    turn.deadline = Infrastructure.getDefaultWorkerPool()
                            .schedule(turn::expire, maxWait.toMillis(), TimeUnit.MILLISECONDS);
                    return turn;
                }
            }
        }
        if (full) {
            turn.decided.set(true);
            refuse(turn, maxWaiting + " wait already");
        } else {
            admitted.run();
        }
        return turn;
    }

    /** Gives a permit back: the work that has waited longest gets it. */
    public void leave() {
        Turn next;
        synchronized (this) {
            do {
                next = waiting.poll();
            } while (next != null && !next.decided.compareAndSet(false, true));
            if (next == null) {
                free++;
                return;
            }
        }
        next.deadline.cancel(false);
        next.onContext(next.admitted);
    }

    /** The number of works that wait. */
    synchronized int waiting() {
        return waiting.size();
    }

    private void forget(Turn turn) {
        synchronized (this) {
            waiting.remove(turn);
        }
        if (turn.deadline != null) {
            turn.deadline.cancel(false);
        }
    }

    private void refuse(Turn turn, String reason) {
        refusals.increment();
        turn.refused.accept(new OverloadedException(reason));
    }
}
