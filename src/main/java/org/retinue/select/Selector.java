package org.retinue.select;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.retinue.database.Slow;
import org.retinue.database.Snapshot;
import org.retinue.database.WorkShare;
import org.retinue.database.WorkShares;
import org.retinue.page.CursorCodec;
import org.retinue.page.CursorKey;
import org.retinue.select.Combination.Operator;
import org.retinue.select.UserSet.Kind;
import org.retinue.select.Walk.Found;
import org.retinue.user.NamePage;
import org.retinue.user.Names;

/**
 * Answers who belongs to sets of users and to what is made of them. An answer is of one instant, and costs no more than
 * a {@link Walk} may, whatever the size of the sets.
 *
 * <p>Each fails with {@code unknown-user} when a user in the question does not exist, and with
 * {@link org.retinue.database.TookTooLongException} when the database needs too long.
 */
@ApplicationScoped
public class Selector {

    /** Up to how many users a count is exact. */
    static final int MOST_COUNTED = 10_000;

    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final long BUDGET = 100_000;

    private final Pool pool;
    private final CursorKey cursorKey;
    private final WorkShare share;
    private final Duration longest;
    private final long budget;

    @Inject
    public Selector(@Slow Pool pool, WorkShares shares) {
        this(pool, shares, LONGEST, BUDGET);
    }

    /**
     * With limits of its own.
     *
     * @param longest how long a statement may take
     * @param budget how many entries of sets are looked at for one answer
     */
    Selector(Pool pool, Duration longest, long budget) {
        this(pool, new WorkShares(), longest, budget);
    }

    private Selector(Pool pool, WorkShares shares, Duration longest, long budget) {
        this.pool = pool;
        this.cursorKey = new CursorKey(pool);
        this.share = shares.of(WorkShares.Kind.SETS);
        this.longest = longest;
        this.budget = budget;
    }

    /**
     * A page of an expression's users, in the order in which they came into the smallest of its sets that hold them all,
     * newest first. A page that has looked at as much as it may ends early, and says where to go on.
     *
     * <p>Fails with {@code bad-cursor}.
     *
     * @param cursor null for the first page
     */
    public Uni<SelectPage> page(Expression expression, int limit, String cursor) {
        return cursorKey.codec().chain(codec -> page(codec, expression, limit, cursor));
    }

    private Uni<SelectPage> page(CursorCodec codec, Expression expression, int limit, String cursor) {
        return read(expression, database -> selection -> {
            Place begin = cursor == null ? Place.first(selection) : Place.read(codec, selection, cursor);
            // One more than asked for tells whether there is a next page.
            return new Walk(database, selection, begin, limit + 1, budget)
                    .run()
                    .map(walk -> page(codec, walk, limit, selection));
        });
    }

    /** How many users an expression has: exact up to {@value #MOST_COUNTED}, and as far as a walk goes. */
    public Uni<SelectCount> count(Expression expression) {
        return read(expression, database -> selection -> {
            Place begin = Place.first(selection);
            return new Walk(database, selection, begin, MOST_COUNTED + 1, budget)
                    .run()
                    .map(walk -> new SelectCount(
                            Math.min(walk.found().size(), MOST_COUNTED),
                            walk.isThrough() && walk.found().size() <= MOST_COUNTED));
        });
    }

    /** A page of whom a user follows and is followed by. */
    public Uni<SelectPage> mutuals(String username, int limit, String cursor) {
        return followersKnownTo(username, username, limit, cursor);
    }

    /** A page of the followers of a user whom another follows. */
    public Uni<SelectPage> followersKnownTo(String username, String other, int limit, String cursor) {
        Expression known = new Combination(
                new UserSet(Kind.FOLLOWING, other), Operator.INTERSECTION, new UserSet(Kind.FOLLOWERS, username));
        return page(known, limit, cursor);
    }

    private <T> Uni<T> read(Expression expression, Function<SqlClient, Function<Selection, Uni<T>>> answer) {
        List<String> names = expression.sets().stream().map(UserSet::username).toList();
        return share.run(() -> Snapshot.read(pool, longest, database -> Names.find(database, names)
                .map(users -> new Selection(expression, users))
                .chain(selection -> answer.apply(database).apply(selection))));
    }

    private static SelectPage page(CursorCodec codec, Walk walk, int limit, Selection selection) {
        List<Found> found = walk.found();
        boolean more = found.size() > limit;
        List<NamePage.Item> shown = found.stream().limit(limit).map(Found::user).toList();
        if (more) {
            return new SelectPage(shown, found.get(limit - 1).place().write(codec, selection));
        }
        return new SelectPage(shown, walk.isThrough() ? null : walk.place().write(codec, selection));
    }
}
