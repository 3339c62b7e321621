package org.retinue.suspension;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.OffsetDateTime;
import org.retinue.database.Retry;

/**
 * Goes on with the suspension of a user, or its end, to the last step. Each step is a transaction of some thousand rows,
 * and finds in the database what is to be done. So it can be broken off after any of them and begun again by anybody, and
 * two who do it at once are no faster, but do no harm.
 */
final class SuspensionSteps {

    private static final int FOLLOWS_IN_STEP = 1_000;

    private final Pool pool;
    private final long id;

    /** How far the walk over what is to be restored has come. */
    private long lastFollowed;

    private long lastFollower;

    /**
     * When the user had last changed as that walk began. Once it changed again, it may have been suspended in between, by
     * another service, and the walk begins anew.
     */
    private OffsetDateTime walkedAsOf;

    SuspensionSteps(Pool pool, long id) {
        this.pool = pool;
        this.id = id;
    }

    /** Does what is to be done. */
    Uni<Void> run() {
        return Multi.createBy()
                .repeating()
                .uni(() -> Retry.transients(this::step))
                .until(unfinished -> !unfinished)
                .onItem()
                .ignoreAsUni();
    }

    /** Does one step; false when there was nothing to do. */
    Uni<Boolean> step() {
        return pool.preparedQuery(SuspensionSql.STATE).execute(Tuple.of(id)).chain(rows -> {
            for (Row row : rows) {
                return switch (Suspension.State.of(row.getString("suspension"))) {
                    case SUSPENDING -> suspend().replaceWith(true);
                    case RESTORING ->
                        restore(row.getOffsetDateTime("updated_at")).replaceWith(true);
                    case SUSPENDED, NONE -> Uni.createFrom().item(false);
                };
            }
            // An erased user has no counts, and no suspension.
            return Uni.createFrom().item(false);
        });
    }

    private Uni<?> suspend() {
        return chosen(SuspensionSql.SUSPEND_FOLLOWS)
                .chain(follows -> follows > 0 ? Uni.createFrom().item(follows) : chosen(SuspensionSql.END_REQUESTS))
                .chain(some -> some > 0 ? Uni.createFrom().item(some) : end(SuspensionSql.SUSPENDED, Tuple.of(id)));
    }

    private Uni<Long> chosen(String statement) {
        return pool.preparedQuery(statement)
                .execute(Tuple.of(id, FOLLOWS_IN_STEP))
                .map(rows -> rows.iterator().next().getLong("chosen"));
    }

    private Uni<?> restore(OffsetDateTime changed) {
        if (!changed.equals(walkedAsOf)) {
            lastFollowed = 0;
            lastFollower = 0;
            walkedAsOf = changed;
        }
        return pool.preparedQuery(SuspensionSql.RESTORE_FOLLOWS)
                .execute(Tuple.of(id, lastFollowed, lastFollower, FOLLOWS_IN_STEP))
                .chain(rows -> {
                    Row row = rows.iterator().next();
                    Long followed = row.getLong("last_followed");
                    Long follower = row.getLong("last_follower");
                    if (followed == null && follower == null) {
                        return end(SuspensionSql.RESTORED, Tuple.of(id, changed));
                    }
                    lastFollowed = followed == null ? Long.MAX_VALUE : followed;
                    lastFollower = follower == null ? Long.MAX_VALUE : follower;
                    return Uni.createFrom().voidItem();
                });
    }

    private Uni<Long> end(String statement, Tuple given) {
        return pool.preparedQuery(statement).execute(given).replaceWith(0L);
    }
}
