package org.retinue.discover;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;
import org.retinue.user.Names.Known;

/**
 * A search in breadth for a shortest path, from both ends at once: each time, the end whose outermost users have fewer
 * follows to read goes a step further. Whether the two then meet is asked of the database alone, which reads the same
 * follows and sends none but the one that closes the path: so the last step, by far the largest, is never fetched.
 */
final class PathSearch {

    private final SqlClient database;
    private final Viewpoint view;

    /** Users that were reached and that the path must not lead through. */
    private final Set<Long> impassable = new HashSet<>();

    private final End forward;
    private final End backward;
    private long budget;

    /** One end of the path, and how far it was searched from there. */
    private static final class End {

        final String step;

        /** Everybody who was reached, with the user before on the way from here; the beginning with none. */
        final Map<Long, Long> before = new HashMap<>();

        /** Who was reached last. */
        List<Long> outermost;

        /** How many follows lead on from these. */
        long follows;

        int depth;

        End(String step, long id, long follows) {
            this.step = step;
            this.before.put(id, null);
            this.outermost = List.of(id);
            this.follows = follows;
        }

        long cost() {
            return follows + outermost.size();
        }

        /** From the beginning to somebody who was reached. */
        List<Long> wayTo(Long reached) {
            List<Long> way = new ArrayList<>();
            for (Long id = reached; id != null; id = before.get(id)) {
                way.add(id);
            }
            Collections.reverse(way);
            return way;
        }
    }

    /**
     * A search yet to begin.
     *
     * @param budget how many entries of lists it may read
     * @param view which users the path may lead through; the lists of no other user are read
     */
    PathSearch(SqlClient database, Known from, Known to, long budget, Viewpoint view) {
        this.database = database;
        this.view = view;
        this.budget = budget;
        this.forward = new End(DiscoverSql.STEP_FORWARD, from.id(), from.following());
        this.backward = new End(DiscoverSql.STEP_BACKWARD, to.id(), to.followers());
    }

    /** The users on a shortest path; null when there is none of {@link Paths#LONGEST_PATH} follows or fewer. */
    Uni<List<Long>> run() {
        Long from = forward.outermost.get(0);
        Long to = backward.outermost.get(0);
        if (from.equals(to)) {
            return Uni.createFrom().item(List.of(from));
        }
        return database.preparedQuery(DiscoverSql.FOLLOWS)
                .execute(Tuple.of(from, to))
                .chain(rows -> follows(rows) ? Uni.createFrom().item(List.of(from, to)) : goFurther());
    }

    private static boolean follows(RowSet<Row> rows) {
        return rows.size() == 1 && rows.iterator().next().getBoolean("follows");
    }

    /** When it is known that no path is longer by at most one than both ends' depths together. */
    private Uni<List<Long>> goFurther() {
        if (forward.depth + backward.depth + 1 == Paths.LONGEST_PATH) {
            return Uni.createFrom().nullItem();
        }
        End end = cheaper();
        spend(end.cost());
        return step(end).chain(() -> end.outermost.isEmpty() ? Uni.createFrom().nullItem() : meet());
    }

    private Uni<Void> step(End end) {
        return database.preparedQuery(end.step)
                .execute(Tuple.of(outermost(end)))
                .chain(rows -> {
                    Map<Long, Long> reached = reached(end, rows);
                    requireLeft(reached.size());
                    return view.passable(database, reached.keySet())
                            .invoke(passable -> advance(end, reached, passable));
                })
                .chain(() -> database.preparedQuery(DiscoverSql.SUMS).execute(Tuple.of(outermost(end))))
                .invoke(sums -> {
                    Row sum = sums.iterator().next();
                    end.follows = sum.getLong(end == forward ? "following" : "followers");
                })
                .replaceWithVoid();
    }

    /** The users that a step reaches for the first time, each with the user before it. */
    private Map<Long, Long> reached(End end, RowSet<Row> rows) {
        Map<Long, Long> reached = new LinkedHashMap<>();
        for (Row row : rows) {
            Long id = row.getLong("id");
            if (!end.before.containsKey(id) && !impassable.contains(id)) {
                reached.put(id, row.getLong("from_id"));
            }
        }
        return reached;
    }

    private void advance(End end, Map<Long, Long> reached, Set<Long> passable) {
        List<Long> outermost = new ArrayList<>(passable.size());
        reached.forEach((id, before) -> {
            if (passable.contains(id)) {
                end.before.put(id, before);
                outermost.add(id);
            } else {
                impassable.add(id);
            }
        });
        end.outermost = outermost;
        end.depth++;
    }

    private Uni<List<Long>> meet() {
        End end = cheaper();
        spend(end.cost());
        String meeting = end == forward ? DiscoverSql.MEET_FORWARD : DiscoverSql.MEET_BACKWARD;
        return database.preparedQuery(meeting)
                .execute(Tuple.of(outermost(forward), outermost(backward)))
                .chain(rows -> {
                    for (Row row : rows) {
                        List<Long> path = forward.wayTo(row.getLong("follower_id"));
                        List<Long> rest = backward.wayTo(row.getLong("followed_id"));
                        Collections.reverse(rest);
                        path.addAll(rest);
                        return Uni.createFrom().item(path);
                    }
                    return goFurther();
                });
    }

    private End cheaper() {
        return backward.cost() < forward.cost() ? backward : forward;
    }

    private void spend(long entries) {
        requireLeft(entries);
        budget -= entries;
    }

    private void requireLeft(long entries) {
        if (entries > budget) {
            throw Problem.of(
                    ProblemCode.TOO_EXPENSIVE, "To find a path or that there is none, too many follows would be read");
        }
    }

    private static Long[] outermost(End end) {
        return end.outermost.toArray(Long[]::new);
    }
}
