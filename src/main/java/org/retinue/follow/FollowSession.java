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
 * A unit of work on the follow graph. It holds the changes that are not in the database yet in one set, of which
 * {@code user.following()} and {@code user.followers()} are views: what is added on one side shows on the other side at
 * once, with nothing asked of the database. {@link #flush} writes all of it in one transaction.
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
 * <p>For one thread at a time, and not while a flush is under way.
 */
public final class FollowSession {

    private final FollowGraph graph;
    private final Map<String, User> users = new HashMap<>();
    private Map<Pair, Wish> pending = new LinkedHashMap<>();

    FollowSession(FollowGraph graph) {
        this.graph = graph;
    }

    /** The user of this name, as a part of this session. Nothing is asked of the database: a flush finds out. */
    public User user(String username) {
        return users.computeIfAbsent(username, name -> new User(name, this));
    }

    /** How many changes wait for the flush. */
    public int pending() {
        return pending.size();
    }

    /**
     * Writes what is pending, in one statement and one transaction. Afterwards nothing is pending: on success it is all
     * in the database, on failure none of it is, there or here.
     *
     * <p>Fails with {@code unknown-user} if a user in it does not exist.
     *
     * @return what became of each change, in the order in which they were made
     */
    public Uni<List<Changed>> flush() {
        return Uni.createFrom().deferred(() -> {
            List<Change> changes = new ArrayList<>(pending.size());
            pending.forEach((pair, wish) -> changes.add(Change.of(pair, wish)));
            pending = new LinkedHashMap<>();
            return changes.isEmpty() ? Uni.createFrom().item(List.of()) : graph.change(changes);
        });
    }

    /** The last word on a pair counts: doing it again is doing it once, and undoing it takes its place. */
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
