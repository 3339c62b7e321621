package org.retinue.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.retinue.Crowd;
import org.retinue.Locks;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.database.SqlFailure;
import org.retinue.erasure.ErasedNames;
import org.retinue.erasure.Erasures;
import org.retinue.user.FollowCeiling;

/** One transaction overtakes another at the worst moment, which locks bring about every time. */
class OvertakenTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final FollowGraph graph = new FollowGraph(TestDatabase.pool());
    private final Erasures erasures = new Erasures(TestDatabase.pool(), ErasedNames.REUSABLE);

    @BeforeEach
    void emptyGraph() {
        TestDatabase.empty();
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @Test
    void aRequestThatIsAcceptedWhileItIsWithdrawnLeavesNothing() throws Exception {
        Crowd.of("alice");
        Crowd.ofPrivate("bob");
        Pair pair = new Pair("alice", "bob");
        graph.follow(pair).await().atMost(PATIENCE);
        CompletableFuture<Changed> withdrawn;
        try (Locks accepting = Locks.begin()) {
            accepting
                    .connection()
                    .preparedQuery(FollowSql.CHANGE)
                    .execute(Tuple.of(
                            new String[] {"alice"},
                            new String[] {"bob"},
                            new String[] {Wish.FOLLOWING.label()},
                            new OffsetDateTime[] {null}))
                    .await()
                    .atMost(PATIENCE);
            withdrawn = graph.unfollow(pair).subscribeAsCompletionStage();
            accepting.awaitWaiter();
        }
        assertThat(withdrawn.get(20, TimeUnit.SECONDS).outcome()).isEqualTo(FollowOutcome.UNFOLLOWED);
        assertThat(graph.since(pair).await().atMost(PATIENCE)).isEmpty();
    }

    /** Two batches with two pairs in common could else wait for each other in a circle. */
    @Test
    void whatIsAskedOfAPairThatIsBeingChangedWaitsForThatOutsideTheDatabase() throws Exception {
        TestDatabase.assumeOneNode("on a cluster, whoever writes many shards waits for whoever did so before");
        Crowd.of("alice", "bob", "carol");
        Pair pair = new Pair("alice", "bob");
        CompletableFuture<Changed> followed;
        CompletableFuture<Changed> unfollowed;
        try (Locks holding = Locks.onEdge("alice", "bob")) {
            followed = graph.follow(pair).subscribeAsCompletionStage();
            holding.awaitWaiter();
            unfollowed = graph.unfollow(pair).subscribeAsCompletionStage();
            // Its batch is under way beside that, and would have had the other in it.
            graph.follow(new Pair("carol", "bob")).await().atMost(PATIENCE);
            assertThat(holding.waiters()).isEqualTo(1);
        }
        assertThat(followed.get(20, TimeUnit.SECONDS).outcome()).isEqualTo(FollowOutcome.FOLLOWED);
        assertThat(unfollowed.get(20, TimeUnit.SECONDS).outcome()).isEqualTo(FollowOutcome.UNFOLLOWED);
        assertThat(graph.since(pair).await().atMost(PATIENCE)).isEmpty();
    }

    @Test
    void aFollowThatIsSuspendedWhileItEndsIsNotKept() throws Exception {
        Crowd.of("alice", "bob");
        Pair pair = new Pair("alice", "bob");
        graph.follow(pair).await().atMost(PATIENCE);
        CompletableFuture<Changed> unfollowed;
        try (Locks suspending = Locks.begin()) {
            suspending.sql("delete from follows");
            suspending.sql("insert into follows (follower_id, followed_id, since, state)"
                    + " select follower_id, followed_id, since, 'suspended' from followers");
            unfollowed = graph.unfollow(pair).subscribeAsCompletionStage();
            suspending.awaitWaiter();
            suspending.sql("update follow_counts set following = 0, followers = 0");
            suspending.sql("delete from followers");
        }
        assertThat(unfollowed.get(20, TimeUnit.SECONDS).before()).isEqualTo(FollowState.SUSPENDED);
        assertThat(TestDatabase.pool()
                        .query("select from follows")
                        .execute()
                        .await()
                        .atMost(PATIENCE)
                        .size())
                .isZero();
    }

    /** Its statement has committed: sent again with the other, it would be told that nothing changed. */
    @Test
    void whatWasDoneIsToldThoughWhatWasOvertakenBesideItFails() throws Exception {
        TestDatabase.assumeOneNode("on a cluster, whatever writes follows takes turns");
        Crowd.of("alice", "bob", "carol");
        Change overtaken = Change.of(new Pair("alice", "bob"), Wish.FOLLOW);
        Change done = Change.of(new Pair("carol", "bob"), Wish.FOLLOW);
        CompletableFuture<List<ChangeResult>> results;
        try (Locks stopping = Locks.begin()) {
            CompletableFuture<?> locked;
            try (Locks blocking = Locks.begin()) {
                blocking.sql(
                        "insert into follows (follower_id, followed_id, blocks_since, blocked_by_since)"
                                + " select a.id, b.id, case a.username when 'bob' then now() end,"
                                + " case b.username when 'bob' then now() end"
                                + " from users a, users b where (a.username, b.username) in (('alice', 'bob'), ('bob', 'alice'))");
                results = FollowStatements.changeAll(TestDatabase.pool(), List.of(overtaken, done), FollowCeiling.NONE)
                        .subscribeAsCompletionStage();
                blocking.awaitWaiter();
                // It comes to it when that statement has ended, before the next one.
                locked = stopping.connection()
                        .query("lock table users in access exclusive mode")
                        .execute()
                        .subscribeAsCompletionStage();
                blocking.awaitWaiters(2);
            }
            locked.get(20, TimeUnit.SECONDS);
            stopping.awaitWaiter();
            TestDatabase.sql("select pg_terminate_backend(pid) from pg_locks join pg_stat_activity using (pid)"
                    + " where not granted and query like 'with pair %'");
            assertThat(results.get(20, TimeUnit.SECONDS).get(0)).isInstanceOf(ChangeResult.Failed.class);
        }
        assertThat(results.join().get(1).orThrow().outcome()).isEqualTo(FollowOutcome.FOLLOWED);
        assertThatThrownBy(() -> results.join().get(0).orThrow()).matches(SqlFailure::isUnavailable);
    }

    @Test
    void aRequestToAUserThatIsErasedMeanwhileIsNotLeftBehind() {
        Crowd.of("bob");
        Crowd.ofPrivate("carol");
        Crowd.of("dave", "zoe");
        requestsAreNotLeftBehindBy("carol");
    }

    @Test
    void aRequestOfAUserThatIsErasedMeanwhileIsNotLeftBehind() {
        Crowd.of("bob");
        Crowd.ofPrivate("carol");
        Crowd.of("dave", "zoe");
        requestsAreNotLeftBehindBy("dave");
    }

    /** Edges are written in the order of ids: the request is there when what is asked for waits for the other edge. */
    private void requestsAreNotLeftBehindBy(String erased) {
        CompletableFuture<List<Changed>> asked;
        try (Locks holding = Locks.onEdge("zoe", "bob")) {
            asked = graph.change(List.of(
                            Change.of(new Pair("dave", "carol"), Wish.FOLLOW),
                            Change.of(new Pair("zoe", "bob"), Wish.FOLLOW)))
                    .subscribeAsCompletionStage();
            holding.awaitWaiter();
            erasures.erase(erased).await().atMost(PATIENCE);
        }
        assertThatThrownBy(() -> asked.get(20, TimeUnit.SECONDS))
                .hasMessageContaining("User '" + erased + "' does not exist");
    }

    @Test
    void aFollowOfAUserThatIsErasedMeanwhileFindsNoSuchUser() {
        Crowd.of("alice", "bob");
        CompletableFuture<Changed> followed;
        try (Locks erasing = Locks.begin()) {
            erasing.sql("delete from follow_counts where user_id = (select id from users where username = 'bob')");
            erasing.sql("update users set username = null, erased_at = now() where username = 'bob'");
            followed = graph.follow(new Pair("alice", "bob")).subscribeAsCompletionStage();
            erasing.awaitWaiter();
        }
        assertThatThrownBy(() -> followed.get(20, TimeUnit.SECONDS)).hasMessageContaining("User 'bob' does not exist");
    }
}
