package org.retinue.background;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.retinue.database.WorkShare;

/**
 * Work on users that takes long: in steps, after each of which it can be broken off, with how far it is kept in the
 * database alone. What a service leaves unfinished when it dies, it or another goes on with.
 */
public final class UnfinishedWork {

    private static final Logger LOG = Logger.getLogger(UnfinishedWork.class);

    private static final Duration SWEEP_EVERY = Duration.ofSeconds(10);

    /** How long a caller waits for the end; it goes on afterwards. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** The number of users that this service works on at once; the others wait, and the sweep finds those that gave up. */
    private static final int MAX_AT_ONCE = 4;

    private static final int MAX_WAITING = 10_000;
    private static final Duration MAX_WAIT = Duration.ofMinutes(5);

    private final String name;
    private final WorkShare share;
    private final Supplier<Uni<List<Long>>> unfinished;
    private final Function<Long, Uni<Void>> work;

    /** What this service is at, by the id of the user. */
    private final Map<Long, Uni<Void>> underWay = new ConcurrentHashMap<>();

    private Cancellable sweeping;

    /**
     * A kind of work.
     *
     * @param name what it is, for the log
     * @param unfinished finds users on whom there is work to do, that nobody is at
     * @param work does what there is to do on a user, to the end
     */
    public UnfinishedWork(String name, Supplier<Uni<List<Long>>> unfinished, Function<Long, Uni<Void>> work) {
        this.name = name;
        this.share = new WorkShare(name, MAX_AT_ONCE, MAX_WAITING, MAX_WAIT);
        this.unfinished = unfinished;
        this.work = work;
    }

    /** Begins to look for what is unfinished, again and again. */
    public void begin() {
        sweeping = Multi.createFrom()
                .ticks()
                .every(SWEEP_EVERY)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> goOn().onFailure()
                        .invoke(failure -> LOG.debugf(failure, "not gone on with work=%s", name))
                        .onFailure()
                        .recoverWithNull())
                .subscribe()
                .with(done -> {}, failure -> LOG.errorf(failure, "no longer gone on with work=%s", name));
    }

    /** Begins nothing more. */
    public void end() {
        if (sweeping != null) {
            sweeping.cancel();
        }
    }

    /** Goes on with what is unfinished, whoever began it. */
    public Uni<Void> goOn() {
        return unfinished
                .get()
                .onItem()
                .transformToMulti(ids -> Multi.createFrom().iterable(ids))
                .onItem()
                .transformToUniAndConcatenate(this::goOn)
                .onItem()
                .ignoreAsUni();
    }

    /** One that fails must not keep the others waiting; it is tried again at the next sweep. */
    private Uni<Void> goOn(long id) {
        return run(id).onFailure()
                .invoke(failure -> LOG.warnf(failure, "broken off work=%s user_id=%d", name, id))
                .onFailure()
                .recoverWithNull();
    }

    /** Begins with a user, and waits for the end some seconds at most; it goes on afterwards. */
    public Uni<Void> awaitEnd(long id) {
        Uni<Void> run = run(id);
        run.subscribe().with(done -> {}, failure -> LOG.debugf(failure, "broken off work=%s user_id=%d", name, id));
        return run.ifNoItem().after(PATIENCE).recoverWithItem((Void) null);
    }

    /** What runs goes on whoever waits for it, and once for all who do. */
    private Uni<Void> run(long id) {
        return underWay.computeIfAbsent(id, one -> share.run(() -> work.apply(one))
                .onTermination()
                .invoke(() -> underWay.remove(one))
                .memoize()
                .indefinitely());
    }
}
