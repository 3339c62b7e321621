package org.retinue.follow;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.retinue.People;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.database.WorkShares;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;
import org.retinue.relationship.Requests;
import org.retinue.user.FollowCeiling;

/** With a ceiling, nobody follows more than it allows, whichever way a follow comes and however many come at once. */
class FollowCeilingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final FollowCeiling THREE = new FollowCeiling(3);

    private final FollowGraph graph = service(THREE);
    private final Requests requests = new Requests(TestDatabase.pool(), THREE);

    @BeforeEach
    void people() {
        TestDatabase.empty();
        People.registered("alice", "bob", "carol", "dave", "erin", "frank");
        People.registeredAsPrivate("grace", "heidi");
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @Test
    void statementsDifferOnlyByTheLimit() {
        assertThat(FollowSql.CHANGE).doesNotContain("beyond_limit as materialized", "$5");
        assertThat(FollowSql.CHANGE_WITHIN_LIMIT)
                .containsOnlyOnce("), beyond_limit as materialized (")
                .containsOnlyOnce("and position not in (select position from beyond_limit)")
                .containsOnlyOnce("follow_counts.following + moved.following <= $5")
                .containsOnlyOnce("position in (select position from beyond_limit) as beyond_limit");
        assertThat(parameters(FollowSql.CHANGE)).containsExactly("$1", "$2", "$3", "$4");
        assertThat(parameters(FollowSql.CHANGE_WITHIN_LIMIT)).containsExactly("$1", "$2", "$3", "$4", "$5");
    }

    private static SortedSet<String> parameters(String statement) {
        return Pattern.compile("\\$\\d")
                .matcher(statement)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void oneMoreThanTheCeilingIsRefusedAndTheRestStays() {
        assertThat(follow("alice", "bob")).isEqualTo(FollowOutcome.FOLLOWED);
        assertThat(follow("alice", "carol")).isEqualTo(FollowOutcome.FOLLOWED);
        assertThat(follow("alice", "dave")).isEqualTo(FollowOutcome.FOLLOWED);

        Problem refused = refused(graph.follow(new Pair("alice", "erin")));

        assertThat(refused.code()).isEqualTo(ProblemCode.TOO_MANY_FOLLOWING);
        assertThat(refused.members()).containsEntry("follower", "alice").containsEntry("followed", "erin");
        assertThat(follow("alice", "bob")).isEqualTo(FollowOutcome.ALREADY_FOLLOWING);
        assertThat(follow("bob", "alice")).isEqualTo(FollowOutcome.FOLLOWED);
        assertThat(follow("alice", "grace")).as("a request").isEqualTo(FollowOutcome.REQUESTED);
        graph.unfollow(new Pair("alice", "bob")).await().atMost(PATIENCE);
        assertThat(follow("alice", "erin")).isEqualTo(FollowOutcome.FOLLOWED);
    }

    @Test
    void aBatchMakesRoomForItself() {
        People.follow("alice", "bob");
        People.follow("alice", "carol");
        People.follow("alice", "dave");

        List<Changed> changed = graph.change(List.of(change("erin", Wish.FOLLOW), change("bob", Wish.UNFOLLOW)))
                .await()
                .atMost(PATIENCE);

        assertThat(changed)
                .extracting(Changed::outcome)
                .containsExactly(FollowOutcome.FOLLOWED, FollowOutcome.UNFOLLOWED);
        assertThat(refused(graph.change(List.of(change("bob", Wish.FOLLOW), change("carol", Wish.FOLLOW))))
                        .code())
                .isEqualTo(ProblemCode.TOO_MANY_FOLLOWING);
    }

    @Test
    void theOperationThatGoesBeyondItIsNamed() {
        People.follow("alice", "bob");
        Batch batch = new Batch(List.of(
                new Batch.Operation(Batch.Kind.FOLLOW, "bob", "alice"),
                new Batch.Operation(Batch.Kind.FOLLOW, "alice", "carol"),
                new Batch.Operation(Batch.Kind.FOLLOW, "alice", "dave"),
                new Batch.Operation(Batch.Kind.FOLLOW, "alice", "erin")));

        Problem refused = refused(batch.apply(graph));

        assertThat(refused.code()).isEqualTo(ProblemCode.TOO_MANY_FOLLOWING);
        assertThat(refused.members()).containsEntry("operation", 3);
    }

    @Test
    void anImportGetsAsManyInAsThereIsRoomFor() {
        People.follow("alice", "bob");
        TestDatabase.sql("""
                insert into follows (follower_id, followed_id, blocks_since)
                select c.id, a.id, now() from users a, users c where a.username = 'alice' and c.username = 'carol';
                insert into follows (follower_id, followed_id, blocked_by_since)
                select a.id, c.id, now() from users a, users c where a.username = 'alice' and c.username = 'carol'""");

        List<ChangeResult> results = graph.changeEach(List.of(
                        change("bob", Wish.FOLLOWING),
                        change("carol", Wish.FOLLOWING),
                        change("dave", Wish.FOLLOWING),
                        change("erin", Wish.FOLLOWING),
                        change("frank", Wish.FOLLOWING)))
                .await()
                .atMost(PATIENCE);

        assertThat(results.get(0).orThrow().outcome()).isEqualTo(FollowOutcome.ALREADY_FOLLOWING);
        assertThat(code(results.get(1))).isEqualTo(ProblemCode.BLOCKED);
        assertThat(results.get(2).orThrow().outcome()).isEqualTo(FollowOutcome.FOLLOWED);
        assertThat(results.get(3).orThrow().outcome()).isEqualTo(FollowOutcome.FOLLOWED);
        assertThat(code(results.get(4))).isEqualTo(ProblemCode.TOO_MANY_FOLLOWING);
    }

    @Test
    void aRequestIsAcceptedOnlyWhileThereIsRoom() {
        follow("alice", "grace");
        follow("alice", "heidi");
        follow("bob", "heidi");
        List.of("bob", "carol", "dave").forEach(followed -> People.follow("alice", followed));

        assertThat(refused(requests.accept("alice", "grace")).code()).isEqualTo(ProblemCode.TOO_MANY_FOLLOWING);
        assertThat(requests.since("alice", "grace").await().atMost(PATIENCE)).isPresent();
        assertThat(requests.acceptAll("heidi").await().atMost(PATIENCE)).isEqualTo(1);
        graph.unfollow(new Pair("alice", "bob")).await().atMost(PATIENCE);
        assertThat(requests.accept("alice", "grace").await().atMost(PATIENCE)).isNotNull();
    }

    /** Two services, as of two replicas, and for each every lane that it has. */
    @Test
    void sixtyFourCallersNeverGetBeyondIt() {
        FollowCeiling hundred = new FollowCeiling(100);
        List<FollowGraph> replicas = List.of(service(hundred), service(hundred));
        List<String> crowd = People.crowd("star", 320);
        List<Uni<List<String>>> callers = IntStream.range(0, 64)
                .mapToObj(caller -> {
                    List<Uni<String>> calls = IntStream.range(0, 5)
                            .mapToObj(call -> outcome(replicas.get(caller % 2), crowd.get(caller * 5 + call)))
                            .toList();
                    return Uni.join().all(calls).usingConcurrencyOf(1).andFailFast();
                })
                .toList();

        List<String> outcomes = new ArrayList<>();
        Uni.join().all(callers).andFailFast().await().atMost(PATIENCE).forEach(outcomes::addAll);

        Map<String, Long> counts = outcomes.stream().collect(groupingBy(outcome -> outcome, counting()));
        assertThat(counts).containsExactlyInAnyOrderEntriesOf(Map.of("followed", 100L, "too-many-following", 220L));
        assertThat(TestDatabase.sql(
                                "select following from follow_counts c join users u on u.id = c.user_id where username = 'alice'")
                        .iterator()
                        .next()
                        .getLong(0))
                .isEqualTo(100);
    }

    private static FollowGraph service(FollowCeiling ceiling) {
        return new FollowGraph(TestDatabase.pool(), TestDatabase.pool(), new WorkShares(), ceiling);
    }

    private static Uni<String> outcome(FollowGraph replica, String followed) {
        return Uni.createFrom()
                .deferred(() -> replica.follow(new Pair("alice", followed)))
                .map(changed -> changed.outcome().code())
                .onFailure(Problem.class)
                .recoverWithItem(refused -> refused.code().code());
    }

    private FollowOutcome follow(String follower, String followed) {
        return graph.follow(new Pair(follower, followed))
                .await()
                .atMost(PATIENCE)
                .outcome();
    }

    private static Change change(String followed, Wish wish) {
        return Change.of(new Pair("alice", followed), wish);
    }

    private static ProblemCode code(ChangeResult result) {
        return ((ChangeResult.Refused) result).problem().code();
    }

    private static Problem refused(Uni<?> call) {
        return catchThrowableOfType(Problem.class, () -> call.await().atMost(PATIENCE));
    }
}
