package org.retinue.security;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import org.retinue.coalesce.Coalescer;
import org.retinue.coalesce.Limits;
import org.retinue.database.CancellableConnection;
import org.retinue.database.SqlFailure;

/**
 * What one user may see of another, as it is now. Who asks at the same time shares a statement, so that it costs about as
 * much as a check.
 */
final class Sights implements AutoCloseable {

    private static final String NOBODY = "";

    /** Before what the caller asks for, which has a deadline of its own. */
    private static final Limits LIMITS = Limits.USUAL.within(Duration.ofSeconds(3));

    private final Coalescer<Pair, Sight> coalescer;

    private record Pair(String viewer, String owner) {}

    /**
     * What a user may see of another.
     *
     * @param isPrivate whether the other shows its lists to its followers alone
     * @param follows whether the user is one of these
     * @param isBlocked whether the other blocks the user
     */
    record Sight(boolean isPrivate, boolean follows, boolean isBlocked) {

        private static final Sight OWN = new Sight(false, false, false);

        /** Whether it sees whom the other follows, and who follows the other. */
        boolean isOfLists() {
            return !isBlocked && (!isPrivate || follows);
        }
    }

    Sights(Pool pool) {
        this.coalescer = new Coalescer<>("sights", LIMITS, batch -> look(pool, batch), SqlFailure::verdict);
    }

    /**
     * What a user may see of another, who need not exist; of itself, everything. PostgreSQL takes no text with a NUL,
     * which is nobody's name: of it there is nothing to hide, and it is for the resource to say so.
     */
    Uni<Sight> of(String viewer, String owner) {
        return viewer.equals(owner) || hasNul(owner)
                ? Uni.createFrom().item(Sight.OWN)
                : coalescer.submit(new Pair(hasNul(viewer) ? NOBODY : viewer, owner));
    }

    private static boolean hasNul(String name) {
        return name.indexOf('\0') >= 0;
    }

    @Override
    public void close() {
        coalescer.close();
    }

    private static Uni<List<Sight>> look(Pool pool, List<Pair> pairs) {
        String[] viewers = pairs.stream().map(Pair::viewer).toArray(String[]::new);
        String[] owners = pairs.stream().map(Pair::owner).toArray(String[]::new);
        return CancellableConnection.with(
                        pool,
                        connection -> connection.preparedQuery(SightSql.LOOK).execute(Tuple.of(viewers, owners)))
                .map(rows -> {
                    Sight[] sights = new Sight[pairs.size()];
                    for (Row row : rows) {
                        sights[row.getInteger(0) - 1] =
                                new Sight(row.getBoolean(1), row.getBoolean(2), row.getBoolean(3));
                    }
                    return List.of(sights);
                });
    }
}
