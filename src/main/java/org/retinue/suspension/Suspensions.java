package org.retinue.suspension;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.retinue.background.UnfinishedWork;
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

    private static final int USERS_IN_SWEEP = 100;

    private final Pool pool;
    private final UnfinishedWork steps;

    public Suspensions(Pool pool) {
        this.pool = pool;
        this.steps = new UnfinishedWork("suspension", this::unfinished, id -> new SuspensionSteps(pool, id).run());
    }

    void begin(@Observes StartupEvent started) {
        steps.begin();
    }

    @PreDestroy
    void stop() {
        steps.end();
    }

    /**
     * Suspends a user; to suspend again changes nothing.
     *
     * @return how far it is, after some seconds at the latest
     */
    public Uni<Suspension> suspend(String username) {
        return Retry.transients(() -> pool.withTransaction(
                        connection -> change(connection, SuspensionSql.SUSPEND, SuspensionSql.MARK, username)))
                .chain(steps::awaitEnd)
                .chain(() -> find(username));
    }

    /**
     * Restores a user; to restore one who is not suspended changes nothing.
     *
     * @return how far it is, after some seconds at the latest
     */
    public Uni<Suspension> restore(String username) {
        return Retry.transients(() -> pool.withTransaction(
                        connection -> change(connection, SuspensionSql.UNSUSPEND, SuspensionSql.RELEASE, username)))
                .chain(steps::awaitEnd)
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
        return steps.goOn();
    }

    private Uni<List<Long>> unfinished() {
        return pool.preparedQuery(SuspensionSql.UNFINISHED)
                .execute(Tuple.of(USERS_IN_SWEEP))
                .map(rows -> {
                    List<Long> ids = new ArrayList<>();
                    rows.forEach(row -> ids.add(row.getLong("user_id")));
                    return ids;
                });
    }

    /** Changes a user, and then its counts. */
    private static Uni<Long> change(SqlConnection connection, String ofUser, String ofCounts, String username) {
        return connection.preparedQuery(ofUser).execute(Tuple.of(username)).chain(rows -> {
            for (Row row : rows) {
                Tuple id = Tuple.of(row.getLong("id"));
                return connection.preparedQuery(ofCounts).execute(id).replaceWith(id.getLong(0));
            }
            throw Problem.unknownUser(username);
        });
    }
}
