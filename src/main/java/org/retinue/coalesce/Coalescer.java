package org.retinue.coalesce;

import io.netty.channel.EventLoop;
import io.opentelemetry.api.trace.Span;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
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

    /** The batches in the lanes, each in that order too. */
    private final List<List<Call<K, V>>> underWay = new ArrayList<>();

    /** What these are about. */
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
     * @param send answers a batch: as many values as keys, in their order, when what they ask is committed
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
        for (List<Call<K, V>> batch : underWay) {
            largest = Math.max(largest, batch.size());
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
        List<Call<K, V>> batch = take();
        if (!batch.isEmpty()) {
            deliver(batch, 0).subscribe().with(done -> next(batch), failure -> {
                batch.forEach(call -> call.fail(failure));
                next(batch);
            });
        }
    }

    private void next(List<Call<K, V>> done) {
        synchronized (this) {
            underWay.remove(done);
            done.forEach(call -> busy.remove(thing.apply(call.key)));
        }
        drive();
    }

    private synchronized List<Call<K, V>> take() {
        List<Call<K, V>> batch = new ArrayList<>(Math.min(queue.size(), limits.batch()));
        Map<Object, K> asked = new HashMap<>();
        long now = System.nanoTime();
        Iterator<Call<K, V>> waiting = queue.iterator();
        while (batch.size() < limits.batch() && waiting.hasNext()) {
            Call<K, V> call = waiting.next();
            if (call.isAnswered()) {
                waiting.remove();
            } else if (!isUnderWay(call) && goesWith(asked, call)) {
                waiting.remove();
                callsTaken++;
                nanosWaited += now - call.since;
                batch.add(call);
            }
        }
        if (batch.isEmpty()) {
            freeLanes++;
        } else {
            underWay.add(batch);
            busy.addAll(asked.keySet());
        }
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
     * Fails the calls that have waited too long: wherever they are, those that came first are at the front. And opens a
     * lane for calls that wait though they are few: the batch before them is held up. Callers that are gone leave their
     * places to others.
     */
    private void sweep() {
        long now = System.nanoTime();
        long latest = now - limits.deadline().toNanos();
        List<Call<K, V>> late = new ArrayList<>();
        boolean laneIsFree;
        synchronized (this) {
            queue.removeIf(Call::isAnswered);
            while (!queue.isEmpty() && queue.peek().isBefore(latest)) {
                late.add(queue.poll());
            }
            for (List<Call<K, V>> batch : underWay) {
                batch.stream().takeWhile(call -> call.isBefore(latest)).forEach(late::add);
            }
            laneIsFree = opensLane(
                    !queue.isEmpty() && queue.peek().isBefore(now - TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS)));
            if (closed && queue.isEmpty() && underWay.isEmpty()) {
                sweeper.cancel(false);
            }
        }
        for (Call<K, V> call : late) {
            if (call.fail(new DeadlineException())) {
                metrics.timedOut();
            }
        }
        if (laneIsFree) {
            drive();
        }
    }
}
