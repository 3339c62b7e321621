package org.retinue.transfer;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.operators.AbstractMulti;
import io.smallrye.mutiny.operators.multi.MultiOperatorProcessor;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.mutiny.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Ends a stream whose reader is too slow, since the stream holds a connection and a snapshot of the database. Only the time
 * in which the stream waits for its reader counts.
 */
final class ReaderPace extends MultiOperatorProcessor<Buffer, Buffer> {

    private static final Logger LOG = Logger.getLogger(ReaderPace.class);

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Limits limits;
    private final LongSupplier nanoTime;
    private final Context context = Vertx.currentContext();
    private Future<?> checks;
    private long demand;
    private long bytes;
    private long waited;
    private long waitingSince;
    private boolean waiting;

    /**
     * How slow a reader may be.
     *
     * @param maxStall how long it may take nothing
     * @param minBytesPerSecond the pace that it needs on average; {@code maxStall} is added once
     */
    record Limits(Duration maxStall, long minBytesPerSecond) {}

    ReaderPace(MultiSubscriber<? super Buffer> reader, Limits limits, LongSupplier nanoTime) {
        super(reader);
        this.limits = limits;
        this.nanoTime = nanoTime;
    }

    /** Returns the stream with these limits. */
    static Multi<Buffer> limit(Multi<Buffer> stream, Limits limits) {
        return new AbstractMulti<>() {
            @Override
            public void subscribe(MultiSubscriber<? super Buffer> reader) {
                stream.subscribe().withSubscriber(new ReaderPace(reader, limits, System::nanoTime));
            }
        };
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        beginWait();
        long period = Math.max(1, limits.maxStall().toMillis() / 10);
        checks = Infrastructure.getDefaultWorkerPool()
                .scheduleAtFixedRate(this::scheduledCheck, period, period, TimeUnit.MILLISECONDS);
        super.onSubscribe(subscription);
    }

    @Override
    public void request(long more) {
        synchronized (this) {
            demand += more;
            if (waiting) {
                waiting = false;
                waited += nanoTime.getAsLong() - waitingSince;
            }
        }
        super.request(more);
    }

    @Override
    public void onItem(Buffer item) {
        synchronized (this) {
            bytes += item.length();
            demand--;
            if (demand <= 0) {
                beginWait();
            }
        }
        super.onItem(item);
    }

    @Override
    public void onFailure(Throwable failure) {
        checks.cancel(false);
        super.onFailure(failure);
    }

    @Override
    public void onCompletion() {
        checks.cancel(false);
        super.onCompletion();
    }

    @Override
    public void cancel() {
        checks.cancel(false);
        super.cancel();
    }

    /** Ends the stream if its reader is too slow by now. */
    void check() {
        if (isTooSlow() && !isDone()) {
            LOG.info("export aborted reason=slow-reader");
            Subscription source = getUpstreamSubscription();
            onFailure(new SlowReaderException());
            source.cancel();
        }
    }

    private void scheduledCheck() {
        if (context == null) {
            check();
        } else if (isTooSlow()) {
            context.runOnContext(ignored -> check());
        }
    }

    private synchronized boolean isTooSlow() {
        if (!waiting) {
            return false;
        }
        long stall = nanoTime.getAsLong() - waitingSince;
        long maxStall = limits.maxStall().toNanos();
        double earned = (double) bytes / limits.minBytesPerSecond() * SECOND;
        return stall > maxStall || waited + stall > maxStall + earned;
    }

    private synchronized void beginWait() {
        waiting = true;
        waitingSince = nanoTime.getAsLong();
    }

    /** The reader of an export is too slow. */
    static final class SlowReaderException extends RuntimeException {

        SlowReaderException() {
            super("The reader takes the export too slowly", null, false, false);
        }
    }
}
