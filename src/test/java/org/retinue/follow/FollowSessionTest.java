package org.retinue.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.retinue.People;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.WireTap;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;
import org.retinue.user.User;

/** The unit of work: two sides that mirror each other in memory, and one statement that writes both. */
class FollowSessionTest {

    private WireTap wire;
    private FollowSession session;
    private User alice;
    private User bob;
    private User carol;

    @BeforeEach
    void begin() {
        TestDatabase.empty();
        People.registered("alice", "bob", "carol");
        wire = new WireTap();
        session = new FollowGraph(wire.pool()).session();
        alice = session.user("alice");
        bob = session.user("bob");
        carol = session.user("carol");
    }

    @AfterEach
    void truthsHold() throws IOException {
        wire.close();
        Truths.hold();
    }

    @Test
    void anAddShowsOnBothSidesBeforeTheFlushWithNothingAskedOfTheDatabase() {
        alice.following().add(bob);

        assertThat(now(alice.following().contains(bob))).isTrue();
        assertThat(now(bob.followers().contains(alice))).isTrue();
        assertThat(wire.messages()).isZero();
        assertThat(rows("follows")).isZero();
    }

    @Test
    void anAddOnTheOtherSideIsTheSameAssociation() {
        bob.followers().add(alice);

        assertThat(now(alice.following().contains(bob))).isTrue();
        assertThat(session.pending()).isOne();
        assertThat(wire.messages()).isZero();
    }

    @Test
    void theTwoDirectionsAreTwoAssociations() {
        alice.following().add(bob);

        assertThat(now(alice.followers().contains(bob))).isFalse();
        assertThat(now(bob.following().contains(alice))).isFalse();
    }

    @Test
    void aRemoveShowsOnBothSidesBeforeTheFlushWithNothingAskedOfTheDatabase() {
        People.follow("alice", "bob");

        bob.followers().remove(alice);

        assertThat(now(alice.following().contains(bob))).isFalse();
        assertThat(now(bob.followers().contains(alice))).isFalse();
        assertThat(wire.messages()).isZero();
        assertThat(rows("follows")).isOne();
    }

    @Test
    void whatIsInTheDatabaseShowsOnBothSides() {
        People.follow("alice", "bob");

        assertThat(now(alice.following().contains(bob))).isTrue();
        assertThat(now(bob.followers().contains(alice))).isTrue();
    }

    @Test
    void aSideIsNeverLoadedHoweverLargeItIs() {
        People.followedBy("alice", People.crowd("fan", 2_000));
        User fan = session.user("fan-01777");

        boolean found = now(alice.followers().contains(fan));
        alice.followers().add(bob);
        now(session.flush());

        assertThat(found).isTrue();
        assertThat(wire.statements()).containsOnly(WireTap.PREPARED).hasSize(2);
        assertThat(wire.rows())
                .as("the pair, and its follow; and what became of the other")
                .isEqualTo(3);
    }

    @Test
    void askingALargeSideReadsOneRow() {
        TestDatabase.assumeOneNode("a plan shows what one node reads");
        People.followedBy("alice", People.crowd("fan", 2_000));

        List<JsonObject> scans = scans(FollowSql.CHECK, Tuple.of(new String[] {"fan-01777"}, new String[] {"alice"}));

        assertThat(scans).hasSize(3).allSatisfy(scan -> {
            assertThat(scan.getDouble("Actual Rows")).isLessThanOrEqualTo(1);
            assertThat(scan.getDouble("Rows Removed by Filter", 0.0)).isZero();
        });
    }

    @Test
    void duplicatesCollapse() {
        alice.following().add(bob);
        alice.following().add(bob);
        bob.followers().add(alice);

        List<Changed> changed = now(session.flush());

        assertThat(changed).extracting(Changed::outcome).containsExactly(FollowOutcome.FOLLOWED);
        assertThat(rows("follows")).isOne();
        assertThat(rows("followers")).isOne();
    }

    @Test
    void anAddThatIsTakenBackLeavesNothing() {
        alice.following().add(bob);
        bob.followers().remove(alice);

        assertThat(now(alice.following().contains(bob))).isFalse();
        List<Changed> changed = now(session.flush());

        assertThat(changed).extracting(Changed::outcome).containsExactly(FollowOutcome.NOT_FOLLOWING);
        assertThat(rows("follows")).isZero();
        assertThat(rows("followers")).isZero();
    }

    @Test
    void aRemoveThatIsTakenBackLeavesTheFollowAsItWas() {
        People.follow("alice", "bob");
        OffsetDateTime before = since();
        alice.following().remove(bob);
        alice.following().add(bob);

        List<Changed> changed = now(session.flush());

        assertThat(changed).extracting(Changed::outcome).containsExactly(FollowOutcome.ALREADY_FOLLOWING);
        assertThat(since()).isEqualTo(before);
        assertThat(rows("followers")).isOne();
    }

    @Test
    void addingWhoIsThereAndRemovingWhoIsNotChangesNothing() {
        People.follow("alice", "bob");
        alice.following().add(bob);
        alice.following().remove(carol);

        List<Changed> changed = now(session.flush());

        assertThat(changed)
                .extracting(Changed::outcome)
                .containsExactly(FollowOutcome.ALREADY_FOLLOWING, FollowOutcome.NOT_FOLLOWING);
    }

    @Test
    void aFlushIsOneStatementInOneTransaction() {
        People.follow("carol", "alice");
        alice.following().add(bob);
        alice.following().add(carol);
        bob.following().add(alice);
        carol.following().remove(alice);

        now(session.flush());

        assertThat(wire.statements()).containsExactly("BEGIN", WireTap.PREPARED, "COMMIT");
        assertThat(rows("follows")).isEqualTo(3);
        assertThat(transactions())
                .as("that wrote both sides and the counts")
                .hasSizeBetween(1, TestDatabase.numbersOfATransaction());
    }

    @Test
    void aFlushOfOneChangeIsOneStatementAndNothingElse() {
        alice.following().add(bob);

        now(session.flush());

        assertThat(wire.statements()).containsExactly(WireTap.PREPARED);
        assertThat(transactions()).hasSizeBetween(1, TestDatabase.numbersOfATransaction());
    }

    @Test
    void aFlushOfNothingAsksNothing() {
        assertThat(now(session.flush())).isEmpty();

        assertThat(wire.messages()).isZero();
    }

    @Test
    void afterTheFlushNothingIsPendingAndBothSidesShowWhatIsInTheDatabase() {
        alice.following().add(bob);

        now(session.flush());

        assertThat(session.pending()).isZero();
        assertThat(now(alice.following().contains(bob))).isTrue();
        assertThat(now(bob.followers().contains(alice))).isTrue();
        assertThat(now(session.flush())).isEmpty();
    }

    @Test
    void anUnknownUserAmongManyLeavesNothingInTheDatabaseNorInMemory() {
        People.follow("carol", "bob");
        People.crowd("other", 100).forEach(name -> alice.following().add(session.user(name)));
        alice.following().add(session.user("nobody"));
        carol.following().remove(bob);

        Problem refused = catchThrowableOfType(Problem.class, () -> now(session.flush()));

        assertThat(refused.code()).isEqualTo(ProblemCode.UNKNOWN_USER);
        assertThat(refused.members()).containsEntry("user", "nobody");
        assertThat(session.pending()).isZero();
        assertThat(now(alice.following().contains(session.user("other-00007")))).isFalse();
        assertThat(now(carol.following().contains(bob))).isTrue();
        assertThat(rows("follows")).isOne();
        assertThat(rows("followers")).isOne();
    }

    @Test
    void afterAFailureTheSessionGoesOn() {
        alice.following().add(session.user("nobody"));
        assertThatThrownBy(() -> now(session.flush())).isInstanceOf(Problem.class);
        alice.following().add(bob);

        assertThat(now(session.flush())).extracting(Changed::outcome).containsExactly(FollowOutcome.FOLLOWED);
    }

    @Test
    void aPrivateUserIsAskedAndCountsNobody() {
        People.registeredAsPrivate("paula");
        User paula = session.user("paula");
        alice.following().add(paula);

        List<Changed> changed = now(session.flush());

        assertThat(changed).extracting(Changed::outcome).containsExactly(FollowOutcome.REQUESTED);
        assertThat(now(alice.following().contains(paula)))
                .as("asks, and does not follow yet")
                .isFalse();
        assertThat(rows("followers")).isZero();
    }

    @Test
    void nobodyFollowsThemselvesAndIsToldAtOnce() {
        assertThatThrownBy(() -> alice.following().add(alice))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.SELF_FOLLOW));
        assertThatThrownBy(() -> alice.followers().add(alice)).isInstanceOf(Problem.class);

        assertThat(session.pending()).isZero();
        assertThat(wire.messages()).isZero();
    }

    @Test
    void aUserOutsideASessionHasNoSides() {
        User stray = new User("alice", null);

        assertThatThrownBy(stray::following).isInstanceOf(IllegalStateException.class);
        assertThat(now(stray.in(session).following().contains(bob))).isFalse();
    }

    private static <T> T now(Uni<T> uni) {
        return uni.await().indefinitely();
    }

    private static long rows(String table) {
        return TestDatabase.sql("select count(*) from " + table)
                .iterator()
                .next()
                .getLong(0);
    }

    private static OffsetDateTime since() {
        return TestDatabase.sql("select since from follows").iterator().next().getOffsetDateTime(0);
    }

    private static List<String> transactions() {
        return StreamSupport.stream(TestDatabase.sql("""
                                select xmin::text from follows
                                union
                                select xmin::text from followers
                                union
                                select xmin::text from follow_counts where following + followers > 0
                                """).spliterator(), false)
                .map(row -> row.getString(0))
                .toList();
    }

    /** Every read of a table or an index that a statement makes, as EXPLAIN ANALYZE tells it. */
    private static List<JsonObject> scans(String sql, Tuple parameters) {
        TestDatabase.sql("analyze");
        Row plan = now(TestDatabase.pool()
                        .preparedQuery("explain (analyze, format json) " + sql)
                        .execute(parameters))
                .iterator()
                .next();
        List<JsonObject> scans = new ArrayList<>();
        collect(plan.getJsonArray(0).getJsonObject(0).getJsonObject("Plan"), scans);
        return scans;
    }

    private static void collect(JsonObject node, List<JsonObject> scans) {
        if (node.containsKey("Relation Name")) {
            scans.add(node);
        }
        JsonArray children = node.getJsonArray("Plans", new JsonArray());
        for (int i = 0; i < children.size(); i++) {
            collect(children.getJsonObject(i), scans);
        }
    }
}
