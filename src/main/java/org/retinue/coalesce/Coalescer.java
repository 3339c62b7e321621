package org.retinue.coalesce;

import io.netty.channel.EventLoop;
import io.opentelemetry.api.trace.Span;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Lets callers that arrive at the same time share one statement, as group commit does for a database's log. There are a
 * few lanes; a lane that is free takes all calls that wait, up to a limit, as one batch. A lone call is sent at once. While a
 * batch is under way, calls wait for it, or until they are enough to be worth a lane of their own.
 *
 * <p>Calls are taken in the order in which they came, but for two about the same thing. They are never in two batches at
 * once: these would wait for each other in the database, and in a circle if they have two things in common. Nor are they
 * in one batch, unless they ask the same. Each has an answer of its own, on its own Vert.x context, when the batch is
 * done. What the database gave up for another's sake is sent again; a batch that fails for another reason is cut in
 * halves until the call at fault stands alone. A call fails with
 * {@link OverloadedException} when too many wait, and with {@link DeadlineException} when it has waited too long. A
 * caller that cancels while it waits is left out.
 *
 * <p>A batch that does not end within {@link Limits#batchDeadline} is cancelled, and its lane is free again. Its conflict
 * keys stay in flight for as long again: a database may still execute a statement whose sender no longer waits for it.
 *
 * @param <K> what a call asks
 * @param <V> what it is answered
 */
public final class Coalescer<K, V> implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Coalescer.class);

    private static final int RETRIES = 10;
    private static final int LONGEST_PAUSE_MILLIS = 50;
    private static final long SWEEP_MILLIS = 50;

    private final String name;
    private final Limits limits;
    private final Function<List<K>, Uni<List<V>>> send;
    private final Function<Throwable, Verdict> judge;
    private final Function<K, ?> thing;
    private final CoalescerMetrics metrics;
    private final ScheduledFuture<?> sweeper;

    /** Calls that wait, in the order in which they came. */
    private final Deque<Call<K, V>> queue = new ArrayDeque<>();

    /** The batches in the lanes. */
    private final List<InFlightBatch<K, V>> inFlight = new ArrayList<>();

    /** Cancelled batches whose conflict keys are still in flight, in the order in which they were cancelled. */
    private final Deque<InFlightBatch<K, V>> cancelled = new ArrayDeque<>();

    /** The conflict keys that are in flight. */
    private final Set<Object> busy = new HashSet<>();

    private int freeLanes;
    private boolean closed;

    /** How many calls were taken into batches, and how long they had waited, in all. */
    private long callsTaken;

    private long nanosWaited;

    /** Makes one whose calls don't get in each other's way: see the other one. */
    public Coalescer(
            String name, Limits limits, Function<List<K>, Uni<List<V>>> send, Function<Throwable, Verdict> judge) {
        this(name, limits, send, judge, key -> null);
    }

    /**
     * Makes one, and its metrics.
     *
     * @param name by which its metrics know it
     * @param send answers a batch: as many values as keys, in their order, when what they ask is committed. If the
     *     coalescer cancels it, it sends nothing more, and closes the connection on which a statement is in flight
     * @param judge says what to do about a batch that failed
     * @param thing what a call is about; null if it gets in no other's way
     */
    public Coalescer(
            String name,
            Limits limits,
            Function<List<K>, Uni<List<V>>> send,
            Function<Throwable, Verdict> judge,
            Function<K, ?> thing) {
        this.name = name;
        this.thing = thing;
        this.limits = limits;
        this.send = send;
        this.judge = judge;
        this.freeLanes = limits.lanes();
        this.metrics = new CoalescerMetrics(name, this);
        this.sweeper = Infrastructure.getDefaultWorkerPool()
                .scheduleWithFixedDelay(this::sweepAndGoOn, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Asks; the answer comes with the batch's. */
    public Uni<V> submit(K key) {
        return Uni.createFrom().emitter(emitter -> enqueue(key, emitter));
    }

    /** Takes no more calls. Those that wait are still answered. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
    }

    private void enqueue(K key, UniEmitter<? super V> emitter) {
        Context context = Vertx.currentContext();
        Call<K, V> call = new Call<>(key, System.nanoTime(), emitter, context);
        boolean isRefused;
        boolean laneIsFree = false;
        synchronized (this) {
            isRefused = closed || queue.size() >= limits.queue();
            if (!isRefused) {
                queue.add(call);
                // One that is held goes with the lane that holds it.
                laneIsFree = freeLanes > 0 && !isUnderWay(call) && opensLane(queue.size() >= worthALane());
            }
        }
        if (isRefused) {
            metrics.refused();
            call.fail(new OverloadedException("too many calls wait, or the service is stopping"));
        } else if (laneIsFree && context != null) {
            // A task of the event loop, not of the call: what else the loop has read by now shares the batch.
            ((ContextInternal) context).unwrap().runOnContext(later -> drive());
        } else if (laneIsFree) {
            drive();
        }
    }

    /**
     * How many calls have to wait for another lane to open: as many as are in the largest batch under way, so that two
     * batches of many callers are as large as each other; one when nothing is under way.
     */
    private int worthALane() {
        if (freeLanes == limits.lanes()) {
            return 1;
        }
        int largest = limits.share();
        for (InFlightBatch<K, V> batch : inFlight) {
            largest = Math.max(largest, batch.calls.size());
        }
        return largest;
    }

    /** Opens a lane if there is one, and reason to. */
    private boolean opensLane(boolean isWorthIt) {
        boolean opens = isWorthIt && freeLanes > 0;
        if (opens) {
            freeLanes--;
        }
        return opens;
    }

    /** Sends what waits, until nothing does; then the lane is free again. */
    private void drive() {
        InFlightBatch<K, V> batch = take();
        if (batch != null) {
            batch.delivery = deliver(batch.calls, 0).subscribe().with(done -> next(batch), failure -> {
                batch.calls.forEach(call -> call.fail(failure));
                next(batch);
            });
        }
    }

    private void next(InFlightBatch<K, V> done) {
        synchronized (this) {
            if (!inFlight.remove(done)) {
                // It was cancelled: another batch may be in its lane.
                return;
            }
            busy.removeAll(done.conflictKeys);
        }
        drive();
    }

    /** The next batch, or null if no call can be sent. The lane is then free. */
    private synchronized InFlightBatch<K, V> take() {
        List<Call<K, V>> calls = new ArrayList<>(Math.min(queue.size(), limits.batch()));
        Map<Object, K> asked = new HashMap<>();
        long now = System.nanoTime();
        Iterator<Call<K, V>> waiting = queue.iterator();
        while (calls.size() < limits.batch() && waiting.hasNext()) {
            Call<K, V> call = waiting.next();
            if (call.isAnswered()) {
                waiting.remove();
            } else if (!isUnderWay(call) && goesWith(asked, call)) {
                waiting.remove();
                callsTaken++;
                nanosWaited += now - call.since;
                calls.add(call);
            }
        }
        if (calls.isEmpty()) {
            freeLanes++;
            return null;
        }
        InFlightBatch<K, V> batch = new InFlightBatch<>(calls, asked.keySet(), now);
        inFlight.add(batch);
        busy.addAll(batch.conflictKeys);
        return batch;
    }

    /** Whether a batch is under way that is about the same. */
    private boolean isUnderWay(Call<K, V> call) {
        return busy.contains(thing.apply(call.key));
    }

    /** Whether nothing else is asked about the same. */
    private boolean goesWith(Map<Object, K> asked, Call<K, V> call) {
        Object about = thing.apply(call.key);
        K before = about == null ? null : asked.putIfAbsent(about, call.key);
        return before == null || before.equals(call.key);
    }

    /** Sends a batch and answers its calls, whatever becomes of it. */
    private Uni<Void> deliver(List<Call<K, V>> batch, int retries) {
        return Uni.createFrom()
                .deferred(() -> send(batch))
                .invoke(values -> answer(batch, values))
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> recover(batch, retries, failure));
    }

    private Uni<List<V>> send(List<Call<K, V>> batch) {
        metrics.sent(batch.size());
        List<K> keys = new ArrayList<>(batch.size());
        for (Call<K, V> call : batch) {
            keys.add(call.key);
        }
        Span span = BatchSpans.begin(name, batch);
        return Uni.createFrom()
                .deferred(() -> send.apply(keys))
                .onTermination()
                .invoke((values, failure, cancelled) -> BatchSpans.end(span, failure));
    }

    private static <K, V> void answer(List<Call<K, V>> batch, List<V> values) {
        if (values.size() != batch.size()) {
            throw new IllegalStateException(values.size() + " answers to " + batch.size() + " calls");
        }
        List<Call<K, V>> here = new ArrayList<>(batch.size());
        Map<EventLoop, List<Call<K, V>>> elsewhere = new HashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            Call<K, V> call = batch.get(i);
            if (call.take(values.get(i))) {
                EventLoop loop = call.eventLoop();
                if (loop == null || loop.inEventLoop()) {
                    here.add(call);
                } else {
                    elsewhere.computeIfAbsent(loop, other -> new ArrayList<>()).add(call);
                }
            }
        }
        // One task for all calls of an event loop: to wake it for each would cost more than to answer.
        elsewhere.forEach((loop, calls) -> loop.execute(() -> calls.forEach(Call::tell)));
        here.forEach(Call::tell);
    }

    private Uni<Void> recover(List<Call<K, V>> batch, int retries, Throwable failure) {
        Verdict verdict = judge.apply(failure);
        List<Call<K, V>> awaited =
                batch.stream().filter(call -> !call.isAnswered()).toList();
        boolean isTransient = verdict == Verdict.RETRY || verdict == Verdict.RESEND;
        if (!awaited.isEmpty() && isTransient && retries < RETRIES) {
            metrics.retried();
            return pause(retries).chain(() -> deliver(awaited, retries + 1));
        }
        boolean isOneToBlame = verdict == Verdict.RETRY || verdict == Verdict.SPLIT;
        if (awaited.size() > 1 && isOneToBlame) {
            metrics.split();
            int half = awaited.size() / 2;
            return deliver(awaited.subList(0, half), 0).chain(() -> deliver(awaited.subList(half, awaited.size()), 0));
        }
        awaited.forEach(call -> call.fail(failure));
        return Uni.createFrom().voidItem();
    }

    /** Longer each time, and by chance, so that those that met in a deadlock don't meet again. */
    private static Uni<Void> pause(int retries) {
        int most = Math.min(LONGEST_PAUSE_MILLIS, 1 << Math.min(retries + 1, 10));
        long millis = ThreadLocalRandom.current().nextLong(1, most + 1L);
        return Uni.createFrom().voidItem().onItem().delayIt().by(Duration.ofMillis(millis));
    }

    /** How many calls wait for a lane. */
    synchronized int waiting() {
        return queue.size();
    }

    /** How many calls were taken into batches. */
    synchronized long callsTaken() {
        return callsTaken;
    }

    /** How long these had waited, in all. */
    synchronized long nanosWaited() {
        return nanosWaited;
    }

    /** An exception would end the sweeping for good, and with it all deadlines. */
    private void sweepAndGoOn() {
        try {
            sweep();
        } catch (RuntimeException | Error failure) {
            LOG.error("Calls that wait too long are told later", failure);
        }
    }

    /**
     * Fails the calls that have waited too long: wherever they are, those that came first are at the front. Cancels the
     * batches that take too long, and opens a lane for calls that wait though they are few: the batch before them is
     * held up. Callers that are gone leave their places to others.
     */
    private void sweep() {
        long now = System.nanoTime();
        long latest = now - limits.deadline().toNanos();
        List<Call<K, V>> late = new ArrayList<>();
        List<InFlightBatch<K, V>> overdue;
        boolean laneIsFree;
        synchronized (this) {
            queue.removeIf(Call::isAnswered);
            while (!queue.isEmpty() && queue.peek().isBefore(latest)) {
                late.add(queue.poll());
            }
            for (InFlightBatch<K, V> batch : inFlight) {
                batch.calls.stream().takeWhile(call -> call.isBefore(latest)).forEach(late::add);
            }
            overdue = giveLanesBack(now);
            laneIsFree = opensLane(
                    !queue.isEmpty() && queue.peek().isBefore(now - TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS)));
            if (closed && queue.isEmpty() && inFlight.isEmpty()) {
                sweeper.cancel(false);
            }
        }
        for (Call<K, V> call : late) {
            if (call.fail(new DeadlineException())) {
                metrics.timedOut();
            }
        }
        overdue.forEach(this::cancel);
        if (laneIsFree) {
            drive();
        }
    }

    /** Takes the batches that are past their deadline out of their lanes, and releases the keys of earlier ones. */
    private List<InFlightBatch<K, V>> giveLanesBack(long now) {
        long longest = limits.batchDeadline().toNanos();
        while (!cancelled.isEmpty() && now - cancelled.peek().cancelledAt > longest) {
            busy.removeAll(cancelled.poll().conflictKeys);
        }
        List<InFlightBatch<K, V>> overdue = inFlight.stream()
                .filter(batch -> batch.delivery != null && now - batch.startedAt > longest)
                .toList();
        for (InFlightBatch<K, V> batch : overdue) {
            batch.cancelledAt = now;
            inFlight.remove(batch);
            cancelled.add(batch);
            freeLanes++;
        }
        return overdue;
    }

    private void cancel(InFlightBatch<K, V> batch) {
        LOG.warnf(
                "cancelled a batch of %d calls that did not end: coalescer=%s after=%s",
                batch.calls.size(), name, limits.batchDeadline());
        batch.delivery.cancel();
        batch.calls.forEach(call -> call.fail(new DeadlineException()));
    }

    /** The calls in one lane, in the order in which they came. */
    private static final class InFlightBatch<K, V> {

        final List<Call<K, V>> calls;
        final Set<Object> conflictKeys;
        final long startedAt;

        /** When it was cancelled, as an instant of {@link System#nanoTime}. */
        long cancelledAt;

        /** Cancels it; null while it is being sent. */
        volatile Cancellable delivery;

        InFlightBatch(List<Call<K, V>> calls, Set<Object> conflictKeys, long startedAt) {
            this.calls = calls;
            this.conflictKeys = conflictKeys;
            this.startedAt = startedAt;
        }
    }
}
