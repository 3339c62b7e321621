package org.retinue.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.Crowd;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/** A follow meets what else the row of its pair holds: a block refuses it, a mute outlives it. */
class RefusedFollowTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pair PAIR = new Pair("alice", "bob");

    private final FollowGraph graph = new FollowGraph(TestDatabase.pool());

    @BeforeEach
    void aliceAndBob() {
        TestDatabase.empty();
        Crowd.of("alice", "bob");
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "bob"})
    void nobodyFollowsAcrossABlock(String suspect) {
        block(suspect, suspect.equals("alice") ? "bob" : "alice");

        assertThat(refused(PAIR)).isEqualTo(ProblemCode.BLOCKED);
        assertThat(refused(PAIR.reversed())).isEqualTo(ProblemCode.BLOCKED);
        assertThat(unfollowed()).isEqualTo(FollowOutcome.NOT_FOLLOWING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "bob"})
    void aSuspendedUserNeitherFollowsNorIsFollowed(String suspended) {
        TestDatabase.sql("update users set suspended_at = now() where username = '" + suspended + "'");

        assertThat(refused(PAIR)).isEqualTo(ProblemCode.SUSPENDED);
        assertThat(refused(PAIR.reversed())).isEqualTo(ProblemCode.SUSPENDED);
    }

    @Test
    void oneThatIsRefusedLeavesTheOthersToTheirCallers() {
        Crowd.of("carol");
        block("alice", "bob");

        List<ChangeResult> results = graph.changeEach(
                        List.of(Change.of(PAIR, Wish.FOLLOWING), Change.of(new Pair("carol", "bob"), Wish.FOLLOWING)))
                .await()
                .atMost(PATIENCE);

        assertThat(results.get(0)).isInstanceOf(ChangeResult.Refused.class);
        assertThat(results.get(1).orThrow().outcome()).isEqualTo(FollowOutcome.FOLLOWED);
    }

    @Test
    void aMuteIsThereBeforeAndAfterAFollow() {
        mute();

        Changed followed = graph.follow(PAIR).await().atMost(PATIENCE);

        assertThat(followed.outcome()).isEqualTo(FollowOutcome.FOLLOWED);
        assertThat(followed.mutesSince()).isNotNull();
        assertThat(graph.follow(PAIR).await().atMost(PATIENCE).outcome()).isEqualTo(FollowOutcome.ALREADY_FOLLOWING);
        assertThat(unfollowed()).isEqualTo(FollowOutcome.UNFOLLOWED);
        assertThat(unfollowed()).isEqualTo(FollowOutcome.NOT_FOLLOWING);
        Row row = TestDatabase.sql("select * from follows").iterator().next();
        assertThat(row.getValue("mutes_since")).isNotNull();
        assertThat(row.getValue("state")).isNull();
        assertThat(row.getValue("since")).isNull();
    }

    @Test
    void aSuspendedFollowCanBeEndedAndDoesNotComeBack() {
        TestDatabase.sql(
                "insert into follows (follower_id, followed_id, since, state) select " + id() + ", now(), 'suspended'");

        assertThat(unfollowed()).isEqualTo(FollowOutcome.UNFOLLOWED);
        assertThat(TestDatabase.sql("select 1 from follows").size()).isZero();
    }

    private FollowOutcome unfollowed() {
        return graph.unfollow(PAIR).await().atMost(PATIENCE).outcome();
    }

    private ProblemCode refused(Pair pair) {
        return catchThrowableOfType(
                        Problem.class, () -> graph.follow(pair).await().atMost(PATIENCE))
                .code();
    }

    private static String id() {
        return "(select id from users where username = 'alice'), (select id from users where username = 'bob')";
    }

    private static void mute() {
        TestDatabase.sql("insert into follows (follower_id, followed_id, mutes_since) select " + id() + ", now()");
    }

    private static void block(String blocker, String blocked) {
        TestDatabase.sql("""
                insert into follows (follower_id, followed_id, blocks_since)
                select a.id, b.id, now() from users a, users b where a.username = '%1$s' and b.username = '%2$s';
                insert into follows (follower_id, followed_id, blocked_by_since)
                select b.id, a.id, now() from users a, users b where a.username = '%1$s' and b.username = '%2$s'
                """.formatted(blocker, blocked));
    }
}
