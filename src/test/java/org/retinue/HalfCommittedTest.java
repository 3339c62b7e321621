package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.retinue.erasure.ErasedNames;
import org.retinue.erasure.Erasure;
import org.retinue.erasure.Erasures;
import org.retinue.follow.FollowGraph;
import org.retinue.follow.Pair;
import org.retinue.relationship.Blocks;
import org.retinue.suspension.Suspensions;

/**
 * A cluster commits on one node after the other. Whoever comes in between sees a follow on one side, and the other side
 * is still to come: what it then does holds for both.
 */
class HalfCommittedTest {

    private static final String TRANSACTION = "retinue-half-committed";
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(2);
    private static final int PATIENCE_SECONDS = 20;

    private static final Blocks BLOCKS = new Blocks(TestDatabase.pool());
    private static final Suspensions SUSPENSIONS = new Suspensions(TestDatabase.pool());
    private static final Erasures ERASURES = new Erasures(TestDatabase.pool(), ErasedNames.REUSABLE);

    private String follower;
    private String followed;

    /** What somebody does who comes in between. */
    record Act(String name, Function<Pair, Uni<?>> act) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Act> acts() {
        return Stream.of(
                new Act("unfollow", new FollowGraph(TestDatabase.pool())::unfollow),
                new Act("block", pair -> BLOCKS.block(pair.follower(), pair.followed())),
                new Act("block the follower", pair -> BLOCKS.block(pair.followed(), pair.follower())),
                new Act("suspend the follower", pair -> SUSPENSIONS.suspend(pair.follower())),
                new Act("suspend the followed", pair -> SUSPENSIONS.suspend(pair.followed())),
                new Act("erase the follower", pair -> ERASURES.erase(pair.follower())),
                new Act("erase the followed", pair -> ERASURES.erase(pair.followed())));
    }

    @BeforeEach
    void twoUsersOfTwoNodes() {
        TestDatabase.assumeSeveralNodes("one node commits at once");
        TestDatabase.empty();
        List<String> names = Crowd.numbered("user", 40);
        follower = names.get(0);
        followed = names.stream()
                .filter(name -> !node(id(name)).equals(node(id(follower))))
                .findFirst()
                .orElseThrow();
        // so that the counts of neither are zero
        People.followedBy(followed, names.subList(30, 40));
        People.followedBy(follower, names.subList(30, 40));
        names.subList(30, 40).forEach(name -> Crowd.follows(follower, name));
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @ParameterizedTest
    @MethodSource("acts")
    void theOtherSideIsStillToCome(Act act) throws Exception {
        TestDatabase.sql("begin; " + insertFollow("follows", "follow_counts") + "; commit");
        on(
                id(followed),
                "begin; "
                        + insertFollower(shard("followers", id(followed)), shard("follow_counts", id(followed)))
                        + "; prepare transaction '" + TRANSACTION + "'");
        comesInBetween(act, id(followed));
    }

    @ParameterizedTest
    @MethodSource("acts")
    void theFollowIsStillToCome(Act act) throws Exception {
        TestDatabase.sql("begin; " + insertFollower("followers", "follow_counts") + "; commit");
        on(
                id(follower),
                "begin; "
                        + insertFollow(shard("follows", id(follower)), shard("follow_counts", id(follower)))
                        + "; prepare transaction '" + TRANSACTION + "'");
        comesInBetween(act, id(follower));
    }

    private void comesInBetween(Act act, long late) throws Exception {
        CompletableFuture<?> done;
        try (Locks none = Locks.begin()) {
            done = act.act().apply(new Pair(follower, followed)).subscribeAsCompletionStage();
            Instant end = Instant.now().plus(LONG_ENOUGH);
            while (!done.isDone() && none.waiters() == 0 && Instant.now().isBefore(end)) {
                Thread.onSpinWait();
            }
        } finally {
            on(late, "commit prepared '" + TRANSACTION + "'");
        }
        Object answer = done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (answer instanceof Erasure erasure) {
            erased(erasure);
        }
    }

    private static void erased(Erasure erasure) {
        Instant end = Instant.now().plusSeconds(PATIENCE_SECONDS);
        while (ERASURES.find(erasure.id()).await().indefinitely().state() != Erasure.State.COMPLETED) {
            assertThat(Instant.now()).as("the erasure is completed").isBefore(end);
        }
    }

    private String insertFollow(String follows, String counts) {
        return "insert into " + follows + " (follower_id, followed_id, since, state) values (" + id(follower) + ", "
                + id(followed) + ", '2026-01-01Z', 'following'); update " + counts
                + " set following = following + 1 where user_id = " + id(follower);
    }

    private String insertFollower(String followers, String counts) {
        return "insert into " + followers + " (followed_id, since, follower_id) values (" + id(followed)
                + ", '2026-01-01Z', " + id(follower) + "); update " + counts
                + " set followers = followers + 1 where user_id = " + id(followed);
    }

    private static long id(String username) {
        return one("select id from users where username = '" + username + "'").getLong(0);
    }

    private static String shard(String table, long user) {
        return one("select '" + table + "_' || get_shard_id_for_distribution_column('" + table + "', " + user + ")")
                .getString(0);
    }

    /** An array of the name and one of the port, as SQL. */
    private static String node(long user) {
        return one("select format('array[%L], array[%s]', nodename, nodeport) from citus_shards where shardid ="
                        + " get_shard_id_for_distribution_column('follows', " + user + ")")
                .getString(0);
    }

    /** Runs statements on the node of a user. */
    private static void on(long user, String statements) {
        Row ran = one("select success, result from master_run_on_worker(" + node(user) + ", array[$$" + statements
                + "$$], true)");
        assertThat(ran.getBoolean("success")).as(ran.getString("result")).isTrue();
    }

    private static Row one(String query) {
        return TestDatabase.sql(query).iterator().next();
    }
}
