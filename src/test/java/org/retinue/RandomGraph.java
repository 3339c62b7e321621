package org.retinue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A small graph in memory, with all that can hold between users, which can be put into the database as it is. */
public final class RandomGraph {

    private static final Instant FIRST = Instant.parse("2026-03-01T12:00:00Z");

    private final int size;
    private final Random random;
    private final Map<Edge, Towards> edges = new LinkedHashMap<>();

    /** An ordered pair of users, by number. */
    public record Edge(int from, int to) {}

    /**
     * What a user has towards another.
     *
     * @param state null for none
     * @param blocks whether it blocks the other
     * @param mutes whether it mutes the other: yes, until yesterday, or until tomorrow; null for never
     * @param since when all of this began
     */
    private record Towards(String state, boolean blocks, String mutes, Instant since) {}

    /**
     * Draws a graph.
     *
     * @param density how many of a hundred pairs have something, about
     */
    public RandomGraph(int size, int density, long seed) {
        this.size = size;
        this.random = new Random(seed);
        for (int from = 0; from < size; from++) {
            for (int to = 0; to < size; to++) {
                if (from != to && random.nextInt(100) < density) {
                    draw(from, to, FIRST.plusSeconds(random.nextInt(10)));
                }
            }
        }
    }

    /** Makes, changes or ends something between two users, now. */
    public void change() {
        int from = random.nextInt(size);
        int to = random.nextInt(size);
        if (from != to && edges.remove(new Edge(from, to)) == null) {
            draw(from, to, Instant.now());
        }
    }

    private void draw(int from, int to, Instant since) {
        String state = random.nextInt(10) < 8 ? "following" : random.nextBoolean() ? "requested" : "suspended";
        String mutes = random.nextInt(10) < 7
                ? null
                : List.of("null", "yesterday", "tomorrow").get(random.nextInt(3));
        Towards back = edges.get(new Edge(to, from));
        boolean blocked = back != null && back.blocks;
        boolean blocks = random.nextInt(10) < 2 && (back == null || back.state == null);
        if (blocks || blocked) {
            state = null;
        }
        if (state != null || blocks || mutes != null) {
            edges.put(new Edge(from, to), new Towards(state, blocks, mutes, since));
        }
    }

    /** The name of a user. */
    public static String name(int user) {
        return "u" + user;
    }

    /** All users. */
    public Set<Integer> users() {
        return IntStream.range(0, size).boxed().collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whom a user follows. */
    public Set<Integer> following(int user) {
        return users().stream().filter(other -> follows(user, other)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Who follows a user. */
    public Set<Integer> followers(int user) {
        return users().stream().filter(other -> follows(other, user)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whom a user blocks. */
    public Set<Integer> blocks(int user) {
        return users().stream().filter(other -> blocks(user, other)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whom a user mutes today. */
    public Set<Integer> mutes(int user) {
        return users().stream().filter(other -> mutes(user, other)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether there is a follow, a request, a block by either or a mute. */
    public boolean related(int from, int to) {
        Towards towards = edges.get(new Edge(from, to));
        return (towards != null && towards.state != null) || blocks(from, to) || blocks(to, from) || mutes(from, to);
    }

    private boolean follows(int from, int to) {
        Towards towards = edges.get(new Edge(from, to));
        return towards != null && "following".equals(towards.state);
    }

    private boolean blocks(int from, int to) {
        Towards towards = edges.get(new Edge(from, to));
        return towards != null && towards.blocks;
    }

    private boolean mutes(int from, int to) {
        Towards towards = edges.get(new Edge(from, to));
        return towards != null && towards.mutes != null && !towards.mutes.equals("yesterday");
    }

    /** Leaves this graph in the database, and nothing else. */
    public void write() {
        TestDatabase.empty();
        TestDatabase.sql("insert into users (id, username) select n + 1, 'u' || n from generate_series(0, " + (size - 1)
                + ") as n");
        List<String> rows = new ArrayList<>();
        Set<Edge> pairs = new LinkedHashSet<>(edges.keySet());
        edges.forEach((edge, towards) -> {
            if (towards.blocks) {
                pairs.add(new Edge(edge.to, edge.from));
            }
        });
        pairs.forEach(edge -> rows.add(row(edge)));
        if (!rows.isEmpty()) {
            TestDatabase.sql("""
                    insert into follows (follower_id, followed_id, since, state, blocks_since, blocked_by_since,
                        mutes_since, mutes_until)
                    values %s""".formatted(String.join(", ", rows)));
        }
        mirror();
    }

    /** Makes the other side and the counts of what is in follows. */
    public static void mirror() {
        TestDatabase.sql("""
                insert into followers
                select followed_id, since, follower_id from follows where state = 'following'
                on conflict do nothing
                """);
        TestDatabase.sql("""
                insert into follow_counts
                select id, coalesce(following, 0), coalesce(followers, 0)
                from users
                left join (
                    select follower_id, count(*) as following from follows where state = 'following' group by follower_id
                ) as one on follower_id = id
                left join (
                    select followed_id, count(*) as followers from followers group by followed_id
                ) as other on followed_id = id
                on conflict (user_id) do update set following = excluded.following, followers = excluded.followers
                """);
    }

    private String row(Edge edge) {
        Towards none = new Towards(null, false, null, null);
        Towards towards = edges.getOrDefault(edge, none);
        Towards back = edges.getOrDefault(new Edge(edge.to, edge.from), none);
        String until = towards.mutes == null || towards.mutes.equals("null")
                ? null
                : Instant.now()
                        .plus(Duration.ofDays(towards.mutes.equals("tomorrow") ? 1 : -1))
                        .toString();
        return "(%d, %d, %s, %s, %s, %s, %s, %s)"
                .formatted(
                        edge.from + 1,
                        edge.to + 1,
                        instant(towards.state == null ? null : towards.since.toString()),
                        towards.state == null ? "null" : "'" + towards.state + "'::follow_state",
                        instant(towards.blocks ? towards.since.toString() : null),
                        instant(back.blocks ? back.since.toString() : null),
                        instant(towards.mutes == null ? null : towards.since.toString()),
                        instant(until));
    }

    private static String instant(String text) {
        return text == null ? "null::timestamptz" : "timestamptz '" + text + "'";
    }

    @Override
    public String toString() {
        return size + " users, " + edges;
    }
}
