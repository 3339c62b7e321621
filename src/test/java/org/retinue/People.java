package org.retinue;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.retinue.follow.Change;
import org.retinue.follow.FollowGraph;
import org.retinue.follow.Pair;
import org.retinue.follow.Wish;
import org.retinue.user.UserDirectory;

/** Who the tests are about, and who of them follows whom, as the services themselves put it into the database. */
public final class People {

    private People() {}

    /** Users whom anybody can follow. */
    public static void registered(String... usernames) {
        register(Stream.of(usernames), false);
    }

    /** Users who are asked first. */
    public static void registeredAsPrivate(String... usernames) {
        register(Stream.of(usernames), true);
    }

    /** As many users as that, whose names begin alike and sort as they are counted. */
    public static List<String> crowd(String prefix, int size) {
        List<String> names = IntStream.range(0, size)
                .mapToObj(i -> String.format("%s-%05d", prefix, i))
                .toList();
        register(names.stream(), false);
        return names;
    }

    /** One user follows, or asks a private one. */
    public static void follow(String follower, String followed) {
        follow(List.of(Change.of(new Pair(follower, followed), Wish.FOLLOW)));
    }

    /** All of them follow one, since now. */
    public static void followedBy(String followed, List<String> followers) {
        follow(followers.stream()
                .map(follower -> Change.of(new Pair(follower, followed), Wish.FOLLOW))
                .toList());
    }

    /** Follows that began when their changes say. */
    public static void follow(List<Change> follows) {
        new FollowGraph(TestDatabase.pool()).change(follows).await().indefinitely();
    }

    /** One user no longer follows another. */
    public static void unfollow(String follower, String followed) {
        follow(List.of(Change.of(new Pair(follower, followed), Wish.UNFOLLOW)));
    }

    private static void register(Stream<String> usernames, boolean isPrivate) {
        List<UserDirectory.Entry> entries = usernames
                .map(name -> new UserDirectory.Entry(name, null, isPrivate))
                .toList();
        new UserDirectory(TestDatabase.pool()).register(entries).await().indefinitely();
    }
}
