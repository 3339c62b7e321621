package org.retinue.discover;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.retinue.database.Slow;
import org.retinue.database.Snapshot;
import org.retinue.database.WorkShare;
import org.retinue.database.WorkShares;
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
    private final WorkShare share;
    private final long budget;

    @Inject
    public Paths(@Slow Pool pool, WorkShares shares) {
        this(pool, shares, BUDGET);
    }

    /** With a share of its own. */
    Paths(Pool pool) {
        this(pool, BUDGET);
    }

    /**
     * With a limit of its own.
     *
     * @param budget how many entries of lists are read for one answer
     */
    Paths(Pool pool, long budget) {
        this(pool, new WorkShares(), budget);
    }

    private Paths(Pool pool, WorkShares shares, long budget) {
        this.pool = pool;
        this.share = shares.of(WorkShares.Kind.DISCOVERY);
        this.budget = budget;
    }

    /**
     * Finds a shortest path from one user to another, of at most {@value #LONGEST_PATH} follows; the path from a user to
     * itself has none.
     *
     * <p>Fails with {@code no-path} if there is none, with {@code too-expensive} if the search would read too much, with
     * {@link org.retinue.database.TookTooLongException} if it takes too long, and with {@code unknown-user}.
     */
    public Uni<FollowPath> find(String from, String to) {
        return find(from, to, database -> Uni.createFrom().item(Viewpoint.ALL));
    }

    /**
     * Finds a shortest path through users whose lists the viewer may see. The answer, its failures and its cost depend on
     * nothing else: an edge that the viewer may not see changes none of them.
     *
     * @param viewer a username that need not exist; the caller has checked that the viewer sees the lists of both ends
     */
    public Uni<FollowPath> findVisibleTo(String viewer, String from, String to) {
        return find(from, to, database -> Viewpoint.of(database, viewer));
    }

    private Uni<FollowPath> find(String from, String to, Function<SqlClient, Uni<Viewpoint>> viewpoint) {
        return share.run(() -> Snapshot.read(pool, LONGEST, database -> Names.find(database, List.of(from, to))
                .chain(known -> viewpoint
                        .apply(database)
                        .chain(view -> find(database, known.get(from), known.get(to), view)))));
    }

    private Uni<FollowPath> find(SqlClient database, Known from, Known to, Viewpoint view) {
        return new PathSearch(database, from, to, budget, view).run().chain(path -> {
            if (path == null) {
                throw noPath(from.username(), to.username());
            }
            List<Long> between = path.subList(1, Math.max(1, path.size() - 1));
            return Names.of(database, between).map(names -> path(from, between, names, to));
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

    private static Problem noPath(String from, String to) {
        return Problem.of(
                        ProblemCode.NO_PATH,
                        "No path of " + LONGEST_PATH + " follows or fewer leads from '" + from + "' to '" + to + "'")
                .with("from", from)
                .with("to", to);
    }
}
