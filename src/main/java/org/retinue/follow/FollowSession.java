package org.retinue.follow;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.retinue.problem.Problem;
import org.retinue.user.User;

/**
 * A unit of work on the follow graph. It holds one set of pending changes. {@code user.following()} and
 * {@code user.followers()} are views of that set, so a change on one side is visible on the other side immediately, without
 * SQL. {@link #flush} writes all pending changes in one transaction.
 *
 * <pre>{@code
 * FollowSession session = graph.session();
 * User alice = session.user("alice");
 * User bob = session.user("bob");
 * alice.following().add(bob);
 * bob.followers().contains(alice);      // true, no SQL
 * alice.followers().add(bob);           // the same association from the other side: bob follows alice
 * session.flush();                      // one statement
 * }</pre>
 *
 * <p>Not thread-safe. Must not be used while a flush is in flight.
 */
public final class FollowSession {

    private final FollowGraph graph;
    private final Map<String, User> users = new HashMap<>();
    private Map<Pair, Wish> pending = new LinkedHashMap<>();

    FollowSession(FollowGraph graph) {
        this.graph = graph;
    }

    /** Returns the user with this name as part of this session. The database is not asked until the flush. */
    public User user(String username) {
        return users.computeIfAbsent(username, name -> new User(name, this));
    }

    /** The number of pending changes. */
    public int pending() {
        return pending.size();
    }

    /**
     * Writes all pending changes in one statement and one transaction, or none of them. Afterwards nothing is pending, also
     * on failure.
     *
     * <p>Fails with {@code unknown-user} if a user does not exist.
     *
     * @return one result per change, in the order in which they were made
     */
    public Uni<List<Changed>> flush() {
        return Uni.createFrom().deferred(() -> {
            List<Change> changes = new ArrayList<>(pending.size());
            pending.forEach((pair, wish) -> changes.add(Change.of(pair, wish)));
            pending = new LinkedHashMap<>();
            return changes.isEmpty() ? Uni.createFrom().item(List.of()) : graph.change(changes);
        });
    }

    /** Adds a pending change. A later change of the same pair replaces an earlier one. */
    void want(Pair pair, Wish wish) {
        if (wish == Wish.FOLLOW && pair.follower().equals(pair.followed())) {
            throw Problem.selfFollow(pair.follower());
        }
        pending.put(pair, wish);
    }

    Uni<Boolean> contains(Pair pair) {
        Wish wish = pending.get(pair);
        if (wish != null) {
            return Uni.createFrom().item(wish == Wish.FOLLOW);
        }
        return graph.since(pair).map(since -> since.isPresent());
    }
}
