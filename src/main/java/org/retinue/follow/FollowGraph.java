package org.retinue.follow;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.retinue.coalesce.Coalescer;
import org.retinue.coalesce.Limits;
import org.retinue.database.Retry;
import org.retinue.database.Slow;
import org.retinue.database.SqlFailure;
import org.retinue.page.PageRequest;
import org.retinue.page.TimeList;
import org.retinue.problem.Problem;
import org.retinue.user.FollowCeiling;

/**
 * The follow graph: who follows whom. A follow is on both sides or on none: the follower's {@code following} and the
 * followed's {@code followers}, the lists as well as the counts.
 *
 * <p>Callers that arrive at the same time share one statement, and each has an outcome of its own. Whatever names a user
 * fails with {@code unknown-user} when there is none of that name.
 */
@ApplicationScoped
public class FollowGraph {

    /** A page is as much work as some twenty checks: a few are a batch, and each takes long enough to be worth a lane. */
    private static final Limits PAGES = new Limits(4, 8, 16, 10_000, Limits.USUAL.deadline());

    /** Batches that have a celebrity in common wait for each other's commit: more lanes than these would only wait. */
    private static final Limits CHANGES = new Limits(3, 12, 1_000, 10_000, Limits.USUAL.deadline());

    private final Pool pool;
    private final Pool slow;
    private final FollowCeiling ceiling;
    private final Coalescer<Change, ChangeResult> changes;
    private final Coalescer<Pair, FollowStatements.Check> checks;
    private final Coalescer<TimeList.Query, RowSet<Row>> pages;

    /** With one pool for all, and everybody follows as many as they like. */
    public FollowGraph(Pool pool) {
        this(pool, pool, FollowCeiling.NONE);
    }

    @Inject
    public FollowGraph(Pool pool, @Slow Pool slow, FollowCeiling ceiling) {
        this.pool = pool;
        this.slow = slow;
        this.ceiling = ceiling;
        this.changes = new Coalescer<>(
                "changes",
                CHANGES,
                batch -> FollowStatements.changeAll(pool, batch, ceiling),
                SqlFailure::verdict,
                Change::pair);
        this.checks = new Coalescer<>(
                "checks", Limits.USUAL, batch -> FollowStatements.check(pool, batch), SqlFailure::verdict);
        this.pages = new Coalescer<>("pages", PAGES, batch -> TimeList.send(pool, batch), SqlFailure::verdict);
    }

    @PreDestroy
    void stop() {
        pages.close();
        changes.close();
        checks.close();
    }

    /**
     * Follows, or asks to follow a private user. Following twice is following once.
     *
     * <p>Fails with {@code self-follow}, {@code blocked}, {@code suspended}, or {@code too-many-following}.
     */
    public Uni<Changed> follow(Pair pair) {
        return isSelf(pair)
                ? selfFollow(pair)
                : changes.submit(Change.of(pair, Wish.FOLLOW)).map(ChangeResult::orThrow);
    }

    /** Unfollows, or withdraws the request. Unfollowing whom one does not follow changes nothing. */
    public Uni<Changed> unfollow(Pair pair) {
        return changes.submit(Change.of(pair, Wish.UNFOLLOW)).map(ChangeResult::orThrow);
    }

    /** When the follow of a pair began; empty when the one does not follow the other. */
    public Uni<Optional<Instant>> since(Pair pair) {
        return checks.submit(pair).map(check -> check.since(pair));
    }

    /** A page of whom a user follows. */
    public Uni<FollowPage> following(String username, PageRequest request) {
        return FollowPages.FOLLOWING.fetch(pages::submit, username, request);
    }

    /** A page of who follows a user. */
    public Uni<FollowPage> followers(String username, PageRequest request) {
        return FollowPages.FOLLOWERS.fetch(pages::submit, username, request);
    }

    /** Begins a unit of work. */
    public FollowSession session() {
        return new FollowSession(this);
    }

    /**
     * Changes many pairs in one transaction: all of them, or none if one fails.
     *
     * <p>Fails with {@code self-follow}, {@code blocked}, {@code suspended}, or {@code too-many-following}.
     *
     * @param changes of distinct pairs
     * @return what became of each, in their order
     */
    public Uni<List<Changed>> change(List<Change> changes) {
        for (Change change : changes) {
            if (change.wish() != Wish.UNFOLLOW && isSelf(change.pair())) {
                return selfFollow(change.pair());
            }
        }
        if (changes.size() == 1) {
            // Alone, a change that fails changes nothing anyway, and is a transaction without saying so.
            return Retry.transients(() -> changeAllOrNone(pool, changes));
        }
        return Retry.transients(() -> slow.withTransaction(connection -> changeAllOrNone(connection, changes)));
    }

    /**
     * Changes many pairs in one transaction. What can't be done, for a reason of its own, is left out.
     *
     * @param changes of distinct pairs, none of one user
     * @return what became of each, in their order
     */
    public Uni<List<ChangeResult>> changeEach(List<Change> changes) {
        return Retry.transients(
                () -> slow.withTransaction(connection -> FollowStatements.change(connection, changes, ceiling)));
    }

    private Uni<List<Changed>> changeAllOrNone(SqlClient database, List<Change> changes) {
        return FollowStatements.change(database, changes, ceiling)
                .map(results -> results.stream().map(ChangeResult::orThrow).toList());
    }

    private static boolean isSelf(Pair pair) {
        return pair.follower().equals(pair.followed());
    }

    private static <T> Uni<T> selfFollow(Pair pair) {
        return Uni.createFrom().failure(Problem.selfFollow(pair.follower()));
    }
}
