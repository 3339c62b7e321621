package org.retinue.relationship;

import static org.retinue.database.Instants.instant;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import org.retinue.database.Retry;
import org.retinue.follow.FollowState;
import org.retinue.page.CursorKey;
import org.retinue.page.PageRequest;
import org.retinue.page.TimeList;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;
import org.retinue.user.FollowCeiling;

/**
 * Requests to follow a private user, who accepts or rejects them. Until then they are in no list of follows and no
 * count. Made and withdrawn as follows are: see {@link org.retinue.follow.FollowGraph}.
 */
@ApplicationScoped
public class Requests {

    private static final int IN_ONE_TRANSACTION = 1_000;

    private static final TimeList<UserPage.Item> LIST =
            new TimeList<>("requests", RequestSql.REQUESTS_NEWEST, RequestSql.REQUESTS_OLDEST, UserPage.Item::of);

    private final Pool pool;
    private final CursorKey cursorKey;
    private final FollowCeiling ceiling;

    /** Requests of users who follow as many as they like. */
    public Requests(Pool pool) {
        this(pool, FollowCeiling.NONE);
    }

    @Inject
    public Requests(Pool pool, FollowCeiling ceiling) {
        this.pool = pool;
        this.cursorKey = new CursorKey(pool);
        this.ceiling = ceiling;
    }

    /** A page of who asks to follow a user. */
    public Uni<UserPage> list(String username, PageRequest request) {
        return LIST.fetch(pool, cursorKey, username, request).map(part -> new UserPage(part.items(), part.next()));
    }

    /** When one asked to follow the other; empty when it does not ask. */
    public Uni<Optional<Instant>> since(String follower, String followed) {
        return one(RelationshipSql.FIND, follower, followed, Tuple.of(follower, followed))
                .map(row -> Optional.ofNullable(instant(row, "requested_since")));
    }

    /**
     * Makes a follow of a request. To accept again changes nothing.
     *
     * <p>Fails with {@code not-requested} when the one neither asks nor follows, {@code suspended}, or
     * {@code too-many-following}: the request stays.
     *
     * @return when the follow began
     */
    public Uni<Instant> accept(String follower, String followed) {
        return accept(follower, followed, true);
    }

    private Uni<Instant> accept(String follower, String followed, boolean first) {
        return one(RequestSql.ACCEPT, follower, followed, Tuple.of(follower, followed, ceiling.most()))
                .chain(row -> {
                    Instant accepted = instant(row, "changed_since");
                    FollowState before = FollowState.of(row.getString("state"));
                    boolean atCeiling = row.getBoolean("at_ceiling");
                    if (accepted != null) {
                        return Uni.createFrom().item(accepted);
                    }
                    if (row.getBoolean("suspended") || row.getBoolean("other_suspended")) {
                        throw Problem.suspended(row.getBoolean("suspended") ? follower : followed);
                    }
                    return switch (before) {
                        case FOLLOWING -> Uni.createFrom().item(instant(row, "since"));
                        // Another has accepted, rejected or withdrawn it since.
                        case REQUESTED -> {
                            if (atCeiling) {
                                throw ceiling.reached(follower, followed);
                            }
                            yield accept(follower, followed, first);
                        }
                        // A cluster shows each shard as it is when it comes to it: the request may have gone with a
                        // suspension that the users, looked at before, did not show.
                        case NONE, SUSPENDED -> {
                            if (first) {
                                yield accept(follower, followed, false);
                            }
                            throw notRequested(follower, followed);
                        }
                    };
                });
    }

    /** Makes follows of all requests to a user, some thousand in a transaction; returns how many there were. */
    public Uni<Long> acceptAll(String followed) {
        return Multi.createBy()
                .repeating()
                .uni(() -> acceptSome(followed))
                .whilst(some -> some.asked() == IN_ONE_TRANSACTION && some.accepted() > 0)
                .collect()
                .with(Collectors.summingLong(Some::accepted));
    }

    /**
     * What one transaction did.
     *
     * @param asked how many requests it looked at
     * @param accepted how many of them are follows now
     */
    private record Some(long asked, long accepted) {}

    private Uni<Some> acceptSome(String followed) {
        return Retry.transients(() -> pool.preparedQuery(RequestSql.ACCEPT_SOME)
                        .execute(Tuple.of(followed, IN_ONE_TRANSACTION, ceiling.most())))
                .map(rows -> {
                    for (Row row : rows) {
                        return new Some(row.getLong("asked"), row.getLong("accepted"));
                    }
                    throw Problem.unknownUser(followed);
                });
    }

    /** Ends a request, if there is one; a follow that was accepted stays. */
    public Uni<Void> reject(String follower, String followed) {
        return one(RequestSql.REJECT, follower, followed, Tuple.of(follower, followed))
                .replaceWithVoid();
    }

    /** There is no request of this pair. */
    static Problem notRequested(String follower, String followed) {
        String detail = "'" + follower + "' does not ask to follow '" + followed + "'";
        return Problem.ofPair(ProblemCode.NOT_REQUESTED, detail, follower, followed);
    }

    private Uni<Row> one(String statement, String follower, String followed, Tuple parameters) {
        return Retry.transients(() -> pool.preparedQuery(statement).execute(parameters))
                .map(rows -> Answers.requireKnown(rows.iterator().next(), follower, followed));
    }
}
