package org.retinue.follow;

import io.smallrye.mutiny.Uni;
import java.util.function.Function;
import org.retinue.problem.Problem;
import org.retinue.user.User;

/**
 * One side of the follow graph: the users that one user follows, or those who follow it. It is a view over what is
 * pending in a {@link FollowSession} and over the database, and is never loaded, however large it is: it is added to,
 * removed from and asked.
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

    /** The users who follow {@code owner}. */
    public static FollowSet followers(User owner, FollowSession session) {
        return new FollowSet(session, other -> new Pair(other.username(), owner.username()));
    }

    /**
     * Adds a user to this side, and so its owner to the other side of that user. It shows at once, and is written with
     * the session's flush. Adding who is there changes nothing.
     *
     * @throws Problem {@code self-follow}
     */
    public void add(User other) {
        session.want(toPair.apply(other), Wish.FOLLOW);
    }

    /**
     * Removes a user from this side, and so its owner from the other side of that user. It shows at once, and is written
     * with the session's flush. Removing who is not there changes nothing.
     */
    public void remove(User other) {
        session.want(toPair.apply(other), Wish.UNFOLLOW);
    }

    /**
     * Whether a user is on this side. What is pending is answered at once, with nothing asked of the database; of anyone
     * else one row is looked up.
     */
    public Uni<Boolean> contains(User other) {
        return session.contains(toPair.apply(other));
    }
}
