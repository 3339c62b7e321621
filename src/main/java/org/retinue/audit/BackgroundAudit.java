package org.retinue.audit;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.retinue.database.Slow;

/**
 * The audit that goes on in the background: round after round, it looks at a piece of the graph, mends what is wrong, and
 * rests for so long that it works its share of the time. One service does it at a time; where it is stands in the
 * database, and when that service is gone another goes on.
 */
@ApplicationScoped
public class BackgroundAudit {

    private static final Logger LOG = Logger.getLogger(BackgroundAudit.class);

    private static final int ROWS_IN_PIECE = 2_000;

    /** Longer than a piece takes with its rest, unless the share is very small: then two take turns, and do no harm. */
    private static final double LEASE_SECONDS = 60;

    private static final Duration BETWEEN_ROUNDS = Duration.ofMinutes(1);

    /** How long to wait when another service does it, or the database is away. */
    private static final Duration WAIT = Duration.ofSeconds(10);

    private static final double PERCENT = 100;

    private final Pool pool;
    private final double percent;
    private final UUID service = UUID.randomUUID();
    private final AuditWalk walk;
    private final Repairs repairs;
    private final AuditMetrics metrics = new AuditMetrics();

    private long roundBegan = System.nanoTime();

    /** The highest id of a user as the round began; 0 if that is not known yet. */
    private long lastUser;

    private Cancellable running;

    @Inject
    public BackgroundAudit(
            @Slow Pool pool, @ConfigProperty(name = "retinue.audit-percent", defaultValue = "5") double percent) {
        this(pool, percent, ROWS_IN_PIECE);
    }

    BackgroundAudit(Pool pool, double percent, int rowsInPiece) {
        this.pool = pool;
        this.percent = percent;
        this.walk = new AuditWalk(pool, rowsInPiece);
        this.repairs = new Repairs(pool);
    }

    void begin(@Observes StartupEvent started) {
        if (percent > 0) {
            running = Multi.createBy()
                    .repeating()
                    .uni(this::pacedTurn)
                    .indefinitely()
                    .subscribe()
                    .with(done -> {}, failure -> LOG.error("the audit no longer goes on", failure));
        }
    }

    @PreDestroy
    void stop() {
        if (running != null) {
            running.cancel();
        }
    }

    private Uni<Boolean> pacedTurn() {
        long began = System.nanoTime();
        return turn().onFailure()
                .invoke(failure -> LOG.debug("audit broken off", failure))
                .onFailure()
                .recoverWithItem(false)
                .chain(worked -> {
                    Duration wait = worked ? rest(System.nanoTime() - began, percent) : WAIT;
                    return Uni.createFrom().item(worked).onItem().delayIt().by(wait);
                });
    }

    /** How long to rest after so many nanoseconds of work, for that to be so many percent of the time. */
    static Duration rest(long worked, double percent) {
        return Duration.ofNanos(Math.max(1, (long) (worked * (PERCENT / percent - 1))));
    }

    /** Looks at a piece, and mends what is wrong in it; false when it is not due, or another service does it. */
    Uni<Boolean> turn() {
        return pool.withConnection(
                        connection -> connection.preparedQuery(AuditSql.TAKE).execute(Tuple.of(service, LEASE_SECONDS)))
                .chain(rows -> {
                    for (Row row : rows) {
                        return row.getBoolean("due")
                                ? piece(Place.restored(row.getString("place"))).replaceWith(true)
                                : Uni.createFrom().item(false);
                    }
                    metrics.lost();
                    return Uni.createFrom().item(false);
                });
    }

    private Uni<?> piece(Place place) {
        if (place.equals(Place.BEGINNING)) {
            roundBegan = System.nanoTime();
            lastUser = 0;
        }
        return (lastUser == 0 ? findLastUser() : Uni.createFrom().voidItem())
                .chain(() -> walk.after(place))
                .invoke(piece -> metrics.lookedAt(piece.rows(), piece.suspects()))
                .call(piece -> repairs.mend(piece.suspects()).invoke(metrics::repaired))
                .call(piece -> keep(Optional.ofNullable(piece.next())))
                .invoke(piece -> {
                    if (piece.next() == null) {
                        metrics.roundEnded(
                                Duration.ofNanos(System.nanoTime() - roundBegan).toSeconds());
                    } else {
                        metrics.cameTo(piece.next().share(lastUser));
                    }
                });
    }

    private Uni<Void> findLastUser() {
        return pool.withConnection(
                        connection -> connection.query(AuditSql.LAST_USER).execute())
                .invoke(rows -> lastUser = rows.iterator().next().getLong("id"))
                .replaceWithVoid();
    }

    private Uni<?> keep(Optional<Place> next) {
        double wait = next.isPresent() ? 0 : BETWEEN_ROUNDS.toSeconds();
        return pool.withConnection(connection -> connection
                .preparedQuery(AuditSql.KEEP)
                .execute(Tuple.of(service, next.map(Place::stored).orElse(null), wait)));
    }
}
