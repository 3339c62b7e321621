package org.retinue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.retinue.follow.Change;
import org.retinue.follow.Changed;
import org.retinue.follow.FollowGraph;
import org.retinue.follow.Pair;
import org.retinue.follow.Wish;
import org.retinue.user.UserDirectory;

/** Users and follows for tests that need some. */
public final class Crowd {

    private Crowd() {}

    /** Registers users, whose ids grow in the order given. */
    public static void of(String... names) {
        UserDirectory users = new UserDirectory(TestDatabase.pool());
        for (String name : names) {
            users.register(List.of(new UserDirectory.Entry(name, null, false)))
                    .await()
                    .indefinitely();
        }
    }

    /** Registers a user whom others must ask. */
    public static void ofPrivate(String name) {
        new UserDirectory(TestDatabase.pool())
                .register(List.of(new UserDirectory.Entry(name, null, true)))
                .await()
                .indefinitely();
    }

    /** Registers many users at once: the prefix and a number of three digits, from 000. */
    public static List<String> numbered(String prefix, int size) {
        List<String> names = IntStream.range(0, size)
                .mapToObj(number -> "%s%03d".formatted(prefix, number))
                .toList();
        new UserDirectory(TestDatabase.pool())
                .register(names.stream()
                        .map(name -> new UserDirectory.Entry(name, null, false))
                        .toList())
                .await()
                .indefinitely();
        return names;
    }

    /** Lets a user follow others, all in one statement and so at one instant. */
    public static List<Changed> follows(String follower, String... followed) {
        return new FollowGraph(TestDatabase.pool())
                .change(Arrays.stream(followed)
                        .map(name -> Change.of(new Pair(follower, name), Wish.FOLLOW))
                        .toList())
                .await()
                .indefinitely();
    }
}
