package org.retinue.discover;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.retinue.database.Slow;
import org.retinue.database.Snapshot;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;
import org.retinue.user.NamePage;
import org.retinue.user.Names;
import org.retinue.user.Names.Known;

/** Finds shortest ways from user to user by follows, in one snapshot. */
@ApplicationScoped
public class Paths {

    /** How many follows a path has at most. */
    static final int LONGEST_PATH = 6;

    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final long BUDGET = 60_000;

    private final Pool pool;
    private final long budget;

    @Inject
    public Paths(@Slow Pool pool) {
        this(pool, BUDGET);
    }

    /**
     * With a limit of its own.
     *
     * @param budget how many entries of lists are read for one answer
     */
    Paths(Pool pool, long budget) {
        this.pool = pool;
        this.budget = budget;
    }

    /**
     * A shortest path from one user to another, of {@value #LONGEST_PATH} follows at most; from a user to itself there is
     * one of none.
     *
     * <p>Fails with {@code no-path} when there is none, with {@code too-expensive} when finding out would read too much
     * and {@link org.retinue.database.TookTooLongException} when it takes too long, and with {@code unknown-user}.
     */
    public Uni<FollowPath> find(String from, String to) {
        return Snapshot.read(pool, LONGEST, database -> Names.find(database, List.of(from, to))
                .chain(known -> find(database, known.get(from), known.get(to), budget, Set.of())));
    }

    private static Uni<FollowPath> find(SqlClient database, Known from, Known to, long budget, Set<Long> avoided) {
        PathSearch search = new PathSearch(database, from, to, budget, avoided);
        return search.run().chain(path -> {
            if (path == null) {
                throw noPath(from.username(), to.username());
            }
            List<Long> between = path.subList(1, Math.max(1, path.size() - 1));
            return Names.of(database, between).chain(names -> {
                if (names.size() == between.size()) {
                    return Uni.createFrom().item(path(from, between, names, to));
                }
                // Somebody on it is being suspended or erased just now: look for a path without.
                Set<Long> hidden = new HashSet<>(between);
                hidden.removeAll(names.keySet());
                hidden.addAll(avoided);
                return find(database, from, to, search.budget(), hidden);
            });
        });
    }

    private static FollowPath path(Known from, List<Long> between, Map<Long, NamePage.Item> names, Known to) {
        List<String> path = new ArrayList<>();
        path.add(from.username());
        between.forEach(id -> path.add(names.get(id).username()));
        if (from.id() != to.id()) {
            path.add(to.username());
        }
        return new FollowPath(path.size() - 1, path);
    }

    /** There is none, or none that is to be told. */
    static Problem noPath(String from, String to) {
        return Problem.of(
                        ProblemCode.NO_PATH,
                        "No path of " + LONGEST_PATH + " follows or fewer leads from '" + from + "' to '" + to + "'")
                .with("from", from)
                .with("to", to);
    }
}
