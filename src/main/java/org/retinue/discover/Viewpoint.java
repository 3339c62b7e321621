package org.retinue.discover;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.retinue.user.Username;

/**
 * Decides which users a search may pass through: those whose lists its viewer may see, as {@code security.Sights} defines
 * it, without users that are erased or suspended.
 *
 * @param seesAll whether the viewer may see the lists of every user
 * @param viewerId the viewer's id; null if the viewer is not registered
 */
record Viewpoint(boolean seesAll, Long viewerId) {

    /** Sees the lists of every user. */
    static final Viewpoint ALL = new Viewpoint(true, null);

    /** The viewpoint of a user, who need not exist. */
    static Uni<Viewpoint> of(SqlClient database, String viewer) {
        if (!Username.isValid(viewer)) {
            return Uni.createFrom().item(new Viewpoint(false, null));
        }
        return database.preparedQuery(DiscoverSql.VIEWER)
                .execute(Tuple.of(viewer))
                .map(rows -> new Viewpoint(
                        false, rows.size() == 0 ? null : rows.iterator().next().getLong("id")));
    }

    /** The users among these that a path may lead through. */
    Uni<Set<Long>> passable(SqlClient database, Collection<Long> ids) {
        if (ids.isEmpty()) {
            return Uni.createFrom().item(Set.of());
        }
        return database.preparedQuery(DiscoverSql.PASSABLE)
                .execute(Tuple.of(ids.toArray(Long[]::new), viewerId, seesAll))
                .map(rows -> {
                    Set<Long> passable = new HashSet<>();
                    for (Row row : rows) {
                        passable.add(row.getLong("id"));
                    }
                    return passable;
                });
    }
}
