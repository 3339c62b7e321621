package org.retinue.follow;

import io.smallrye.mutiny.Uni;
import java.util.function.Function;
import org.retinue.problem.Problem;
import org.retinue.user.User;

/**
 * One side of a user: the users that it follows, or its followers. A write-only collection: a view of the pending changes
 * of a {@link FollowSession} and of the database that is added to, removed from and checked, but never loaded.
 */
public final class FollowSet {

    private final FollowSession session;
    private final Function<User, Pair> toPair;

    private FollowSet(FollowSession session, Function<User, Pair> toPair) {
        this.session = session;
        this.toPair = toPair;
    }

    /** The users that {@code owner} follows. */
    public static FollowSet following(User owner, FollowSession session) {
        return new FollowSet(session, other -> new Pair(owner.username(), other.username()));
    }

    /** The followers of {@code owner}. */
    public static FollowSet followers(User owner, FollowSession session) {
        return new FollowSet(session, other -> new Pair(other.username(), owner.username()));
    }

    /**
     * Adds a user to this side, and the owner to the other side of that user. The change is visible immediately and is
     * written by the session's flush. Idempotent.
     *
     * @throws Problem {@code self-follow}
     */
    public void add(User other) {
        session.want(toPair.apply(other), Wish.FOLLOW);
    }

    /**
     * Removes a user from this side, and the owner from the other side of that user. The change is visible immediately and
     * is written by the session's flush. Idempotent.
     */
    public void remove(User other) {
        session.want(toPair.apply(other), Wish.UNFOLLOW);
    }

    /**
     * Checks whether a user is on this side: by the pending changes, without SQL, or else by one row of the database.
     */
    public Uni<Boolean> contains(User other) {
        return session.contains(toPair.apply(other));
    }
}
