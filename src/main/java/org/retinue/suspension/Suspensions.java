package org.retinue.suspension;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.retinue.database.Retry;
import org.retinue.problem.Problem;

/**
 * Suspends users and restores them. From the moment a suspension is asked for, nobody can begin to follow the user, nor
 * the user anybody; what follows there are leave lists and counts in bounded transactions, and requests end for good. On
 * restoring, the same follows come back with their since, except where the other is suspended itself, or a block, an
 * unfollow or an erasure came between.
 *
 * <p>How far it is stands in the database alone. What a service that died left unfinished, any other goes on with.
 */
@ApplicationScoped
public class Suspensions {

    private static final Logger LOG = Logger.getLogger(Suspensions.class);

    private static final Duration SWEEP_EVERY = Duration.ofSeconds(10);

    private static final int USERS_IN_SWEEP = 100;

    /** How long a caller waits for the end; it goes on afterwards. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Pool pool;

    /** What this service is at, by the id of the user. */
    private final Map<Long, Uni<Void>> underWay = new ConcurrentHashMap<>();

    private Cancellable sweeping;

    public Suspensions(Pool pool) {
        this.pool = pool;
    }

    void begin(@Observes StartupEvent started) {
        sweeping = Multi.createFrom()
                .ticks()
                .every(SWEEP_EVERY)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> goOn().onFailure()
                        .invoke(failure -> LOG.debug("suspensions not gone on with", failure))
                        .onFailure()
                        .recoverWithNull())
                .subscribe()
                .with(done -> {}, failure -> LOG.error("suspensions are no longer gone on with", failure));
    }

    @PreDestroy
    void stop() {
        if (sweeping != null) {
            sweeping.cancel();
        }
    }

    /**
     * Suspends a user; to suspend again changes nothing.
     *
     * @return how far it is, after some seconds at the latest
     */
    public Uni<Suspension> suspend(String username) {
        return Retry.transients(() -> pool.withTransaction(connection -> mark(connection, username)))
                .chain(this::awaitEnd)
                .chain(() -> find(username));
    }

    /**
     * Restores a user; to restore one who is not suspended changes nothing.
     *
     * @return how far it is, after some seconds at the latest
     */
    public Uni<Suspension> restore(String username) {
        return Retry.transients(() -> pool.withTransaction(connection -> release(connection, username)))
                .chain(this::awaitEnd)
                .chain(() -> find(username));
    }

    /** How far the suspension of a user is. */
    public Uni<Suspension> find(String username) {
        return pool.preparedQuery(SuspensionSql.FIND)
                .execute(Tuple.of(username))
                .map(rows -> {
                    for (Row row : rows) {
                        OffsetDateTime since = row.getOffsetDateTime("suspended_at");
                        Instant asked = since == null ? null : since.toInstant();
                        return new Suspension(Suspension.State.of(row.getString("suspension")), asked);
                    }
                    throw Problem.unknownUser(username);
                });
    }

    /** Goes on with what is unfinished, whoever began it. */
    Uni<Void> goOn() {
        return pool.preparedQuery(SuspensionSql.UNFINISHED)
                .execute(Tuple.of(USERS_IN_SWEEP))
                .onItem()
                .transformToMulti(rows -> Multi.createFrom().iterable(rows))
                .onItem()
                .transformToUniAndConcatenate(row -> goOn(row.getLong("user_id")))
                .onItem()
                .ignoreAsUni();
    }

    /** One that fails must not keep the others waiting; it is tried again at the next sweep. */
    private Uni<Void> goOn(long id) {
        return run(id).onFailure()
                .invoke(failure -> LOG.warnf(failure, "suspension broken off user_id=%d", id))
                .onFailure()
                .recoverWithNull();
    }

    private static Uni<Long> mark(SqlConnection connection, String username) {
        return connection
                .preparedQuery(SuspensionSql.MARK)
                .execute(Tuple.of(username))
                .chain(rows -> {
                    for (Row row : rows) {
                        Long id = row.getLong("user_id");
                        return connection
                                .preparedQuery(SuspensionSql.SUSPEND)
                                .execute(Tuple.of(id))
                                .replaceWith(id);
                    }
                    throw Problem.unknownUser(username);
                });
    }

    private static Uni<Long> release(SqlConnection connection, String username) {
        return connection
                .preparedQuery(SuspensionSql.RELEASE)
                .execute(Tuple.of(username))
                .chain(rows -> {
                    for (Row row : rows) {
                        Long id = row.getLong("user_id");
                        return connection
                                .preparedQuery(SuspensionSql.UNSUSPEND)
                                .execute(Tuple.of(id))
                                .replaceWith(id);
                    }
                    throw Problem.unknownUser(username);
                });
    }

    private Uni<Void> awaitEnd(long id) {
        Uni<Void> run = run(id);
        run.subscribe().with(done -> {}, failure -> LOG.debugf(failure, "suspension broken off user_id=%d", id));
        return run.ifNoItem().after(PATIENCE).recoverWithItem((Void) null);
    }

    /** What runs goes on whoever waits for it, and once for all who do. */
    private Uni<Void> run(long id) {
        return underWay.computeIfAbsent(id, one -> new SuspensionSteps(pool, one)
                .run()
                .onTermination()
                .invoke(() -> underWay.remove(one))
                .memoize()
                .indefinitely());
    }
}
