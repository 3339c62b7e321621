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
import org.retinue.database.CancellableConnection;
import org.retinue.database.Retry;
import org.retinue.database.Slow;
import org.retinue.database.SqlFailure;
import org.retinue.database.WorkShare;
import org.retinue.database.WorkShares;
import org.retinue.page.CursorKey;
import org.retinue.page.PageRequest;
import org.retinue.page.TimeList;
import org.retinue.problem.Problem;
import org.retinue.user.FollowCeiling;

/**
 * The follow graph. A follow is in both lists and both counts, the follower's {@code following} and the followed user's
 * {@code followers}, or in none of them.
 *
 * <p>Concurrent calls share one statement, and each caller receives its own outcome. Every method fails with
 * {@code unknown-user} if a user does not exist.
 */
@ApplicationScoped
public class FollowGraph {

    /** A page costs about as much as twenty checks, so a few pages are worth a lane. */
    private static final Limits PAGES = new Limits(4, 8, 16, 10_000, Limits.USUAL.deadline());

    /** Batches that share a celebrity wait for each other's commit, so more lanes would only wait. */
    private static final Limits CHANGES = new Limits(3, 12, 1_000, 10_000, Limits.USUAL.deadline());

    private final Pool pool;
    private final Pool slow;
    private final CursorKey cursorKey;
    private final WorkShare batches;
    private final FollowCeiling ceiling;
    private final Coalescer<Change, ChangeResult> changes;
    private final Coalescer<Pair, FollowStatements.Check> checks;
    private final Coalescer<TimeList.Query, RowSet<Row>> pages;

    /** Creates a graph with one pool and without a limit of follows. */
    public FollowGraph(Pool pool) {
        this(pool, pool, new WorkShares(), FollowCeiling.NONE);
    }

    @Inject
    public FollowGraph(Pool pool, @Slow Pool slow, WorkShares shares, FollowCeiling ceiling) {
        this.pool = pool;
        this.slow = slow;
        this.cursorKey = new CursorKey(pool);
        this.batches = shares.of(WorkShares.Kind.BATCHES);
        this.ceiling = ceiling;
        this.changes = new Coalescer<>(
                "changes",
                CHANGES,
                batch -> CancellableConnection.with(
                        pool, connection -> FollowStatements.changeAll(connection, batch, ceiling)),
                SqlFailure::verdict,
                Change::pair);
        this.checks = new Coalescer<>(
                "checks",
                Limits.USUAL,
                batch -> CancellableConnection.with(pool, connection -> FollowStatements.check(connection, batch)),
                SqlFailure::verdict);
        this.pages = new Coalescer<>("pages", PAGES, batch -> TimeList.send(pool, batch), SqlFailure::verdict);
    }

    @PreDestroy
    void stop() {
        pages.close();
        changes.close();
        checks.close();
    }

    /**
     * Follows, or requests to follow a private user. Idempotent.
     *
     * <p>Fails with {@code self-follow}, {@code blocked}, {@code suspended}, or {@code too-many-following}.
     */
    public Uni<Changed> follow(Pair pair) {
        return isSelf(pair)
                ? selfFollow(pair)
                : changes.submit(Change.of(pair, Wish.FOLLOW)).map(ChangeResult::orThrow);
    }

    /** Removes the follow or the request. Idempotent. */
    public Uni<Changed> unfollow(Pair pair) {
        return changes.submit(Change.of(pair, Wish.UNFOLLOW)).map(ChangeResult::orThrow);
    }

    /** Returns the instant at which the follow began, or empty if there is no follow. */
    public Uni<Optional<Instant>> since(Pair pair) {
        return checks.submit(pair).map(check -> check.since(pair));
    }

    /** Returns a page of the users that a user follows. */
    public Uni<FollowPage> following(String username, PageRequest request) {
        return FollowPages.FOLLOWING.fetch(pages::submit, cursorKey, username, request);
    }

    /** Returns a page of a user's followers. */
    public Uni<FollowPage> followers(String username, PageRequest request) {
        return FollowPages.FOLLOWERS.fetch(pages::submit, cursorKey, username, request);
    }

    /** Starts a unit of work. */
    public FollowSession session() {
        return new FollowSession(this);
    }

    /**
     * Changes many pairs in one transaction: all of them, or none.
     *
     * <p>Fails with {@code self-follow}, {@code blocked}, {@code suspended}, or {@code too-many-following}.
     *
     * @param changes with distinct pairs
     * @return one result per change, in their order
     */
    public Uni<List<Changed>> change(List<Change> changes) {
        for (Change change : changes) {
            if (change.wish() != Wish.UNFOLLOW && isSelf(change.pair())) {
                return selfFollow(change.pair());
            }
        }
        if (changes.size() == 1) {
            // A single statement is atomic without an explicit transaction.
            return Retry.transients(() -> changeAllOrNone(pool, changes));
        }
        return Retry.transients(
                () -> batches.run(() -> slow.withTransaction(connection -> changeAllOrNone(connection, changes))));
    }

    /**
     * Changes many pairs in one transaction. A change that is refused does not affect the others.
     *
     * @param changes with distinct pairs, each of two different users
     * @return one result per change, in their order
     */
    public Uni<List<ChangeResult>> changeEach(List<Change> changes) {
        return Retry.transients(() -> batches.run(
                () -> slow.withTransaction(connection -> FollowStatements.change(connection, changes, ceiling))));
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
