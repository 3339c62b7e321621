package org.retinue.follow;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.retinue.database.OvertakenException;
import org.retinue.database.Retry;
import org.retinue.page.PageRequest;
import org.retinue.problem.Problem;

/**
 * The follow graph: who follows whom. A follow is on both sides or on none: the follower's {@code following} and the
 * followed's {@code followers}, the lists as well as the counts.
 *
 * <p>Whatever names a user fails with {@code unknown-user} when there is none of that name.
 */
@ApplicationScoped
public class FollowGraph {

    private final Pool pool;

    public FollowGraph(Pool pool) {
        this.pool = pool;
    }

    /**
     * Follows, or asks to follow a private user. Following twice is following once.
     *
     * <p>Fails with {@code self-follow}.
     */
    public Uni<Changed> follow(Pair pair) {
        return change(List.of(Change.of(pair, Wish.FOLLOW))).map(changed -> changed.get(0));
    }

    /** Unfollows, or withdraws the request. Unfollowing whom one does not follow changes nothing. */
    public Uni<Changed> unfollow(Pair pair) {
        return change(List.of(Change.of(pair, Wish.UNFOLLOW))).map(changed -> changed.get(0));
    }

    /** When the follow of a pair began; empty when the one does not follow the other. */
    public Uni<Optional<Instant>> since(Pair pair) {
        return pool.preparedQuery(FollowSql.CHECK)
                .execute(Tuple.of(pair.follower(), pair.followed()))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    requireKnown(pair, row);
                    return Optional.ofNullable(instant(row, "since"));
                });
    }

    /** A page of whom a user follows. */
    public Uni<FollowPage> following(String username, PageRequest request) {
        return FollowPages.FOLLOWING.fetch(pool, username, request);
    }

    /** A page of who follows a user. */
    public Uni<FollowPage> followers(String username, PageRequest request) {
        return FollowPages.FOLLOWERS.fetch(pool, username, request);
    }

    /** Begins a unit of work. */
    public FollowSession session() {
        return new FollowSession(this);
    }

    /**
     * Changes many pairs in one transaction: all of them, or none if one fails.
     *
     * <p>Fails with {@code self-follow}.
     *
     * @param changes of distinct pairs
     * @return what became of each, in their order
     */
    public Uni<List<Changed>> change(List<Change> changes) {
        for (Change change : changes) {
            if (change.wish() != Wish.UNFOLLOW
                    && change.pair().follower().equals(change.pair().followed())) {
                return Uni.createFrom().failure(Problem.selfFollow(change.pair().follower()));
            }
        }
        if (changes.size() == 1) {
            // Alone, a change that fails changes nothing anyway, and is a transaction without saying so.
            return Retry.transients(() -> send(pool, changes));
        }
        return Retry.transients(() -> pool.withTransaction(connection -> send(connection, changes)));
    }

    private static Uni<List<Changed>> send(SqlClient database, List<Change> changes) {
        int size = changes.size();
        String[] followers = new String[size];
        String[] followed = new String[size];
        String[] wishes = new String[size];
        OffsetDateTime[] since = new OffsetDateTime[size];
        for (int i = 0; i < size; i++) {
            Change change = changes.get(i);
            followers[i] = change.pair().follower();
            followed[i] = change.pair().followed();
            wishes[i] = change.wish().label();
            since[i] = change.since() == null ? null : change.since().atOffset(ZoneOffset.UTC);
        }
        return database.preparedQuery(FollowSql.CHANGE)
                .execute(Tuple.of(followers, followed, wishes, since))
                .map(rows -> changed(changes, rows));
    }

    private static List<Changed> changed(List<Change> changes, RowSet<Row> rows) {
        List<Changed> changed = new ArrayList<>(changes.size());
        for (Row row : rows) {
            changed.add(changed(changes.get(changed.size()), row));
        }
        return changed;
    }

    private static Changed changed(Change change, Row row) {
        requireKnown(change.pair(), row);
        FollowState before = FollowState.of(row.getString("before"));
        FollowState moved = FollowState.of(row.getString("changed"));
        if (change.wish() == Wish.UNFOLLOW) {
            // What was removed tells what it was: the snapshot may be older than what the statement met.
            return changed(change, row, moved, FollowState.NONE, null);
        }
        if (moved != FollowState.NONE) {
            FollowState was = before == moved ? FollowState.NONE : before;
            return changed(change, row, was, moved, instant(row, "changed_since"));
        }
        if (before == FollowState.NONE) {
            // It is there, or it would have been added; but it came after the snapshot, which can't tell what it is.
            throw new OvertakenException();
        }
        return changed(change, row, before, before, instant(row, "before_since"));
    }

    private static Changed changed(Change change, Row row, FollowState before, FollowState after, Instant since) {
        return new Changed(
                change.pair(),
                before,
                after,
                since,
                FollowState.of(row.getString("back")),
                instant(row, "back_since"),
                row.getBoolean("asks_first"));
    }

    private static void requireKnown(Pair pair, Row row) {
        if (!row.getBoolean("follower_known")) {
            throw Problem.unknownUser(pair.follower());
        }
        if (!row.getBoolean("followed_known")) {
            throw Problem.unknownUser(pair.followed());
        }
    }

    private static Instant instant(Row row, String column) {
        OffsetDateTime value = row.getOffsetDateTime(column);
        return value == null ? null : value.toInstant();
    }
}
