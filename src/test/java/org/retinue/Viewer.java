package org.retinue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A user of a random graph in which every third user is private, and what that user sees by docs/security.md. */
public record Viewer(RandomGraph graph, int user) {

    /** The name of the viewer. */
    public String name() {
        return RandomGraph.name(user);
    }

    /** Leaves the graph in the database, and nothing else. */
    public void write() {
        graph.write();
        TestDatabase.sql("update users set private = (id - 1) % 3 = 2");
    }

    /** The users whose lists the viewer sees. */
    public Set<Integer> visible() {
        Set<Integer> visible = new TreeSet<>();
        for (int owner : graph.users()) {
            boolean isPrivate = owner % 3 == 2;
            boolean follows = graph.following(user).contains(owner);
            boolean blocked = graph.blocks(owner).contains(user);
            if (owner == user || (!blocked && (!isPrivate || follows))) {
                visible.add(owner);
            }
        }
        return visible;
    }

    /**
     * Changes what no list shows the viewer: ends every follow between two users whose lists are hidden, begins all of them
     * that can be begun, and lets everybody else mute everybody, the viewer included.
     */
    public void changeWhatIsHidden() {
        Set<Integer> hidden = graph.users();
        hidden.removeAll(visible());
        List<String> ended = new ArrayList<>();
        List<String> begun = new ArrayList<>();
        for (int from : hidden) {
            for (int to : hidden) {
                String pair = "(%d, %d)".formatted(from + 1, to + 1);
                if (graph.following(from).contains(to)) {
                    ended.add(pair);
                } else if (from != to && !graph.related(from, to)) {
                    begun.add(pair);
                }
            }
        }
        if (!ended.isEmpty()) {
            String pairs = String.join(", ", ended);
            TestDatabase.sql("delete from follows where (follower_id, followed_id) in (" + pairs + ")");
            TestDatabase.sql("delete from followers where (follower_id, followed_id) in (" + pairs + ")");
        }
        if (!begun.isEmpty()) {
            TestDatabase.sql("""
                insert into follows (follower_id, followed_id, since, state)
                select one::bigint, other::bigint, now(), 'following'
                from (values %s) as pair (one, other)
                on conflict do nothing\
                """.formatted(String.join(", ", begun)));
        }
        TestDatabase.sql("""
            insert into follows (follower_id, followed_id, mutes_since)
            select one.id, other.id, now()
            from users one, users other
            where one.id <> other.id and one.id <> %d
            on conflict (follower_id, followed_id) do update set mutes_since = excluded.mutes_since, mutes_until = null
            """.formatted(user + 1));
        RandomGraph.mirror();
    }
}
