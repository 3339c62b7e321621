package org.retinue.suspension;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.oneOf;

import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.People;
import org.retinue.TestDatabase;
import org.retinue.Truths;

/** A suspended user is in no list and no count, and comes back as it was. */
@QuarkusTest
class SuspensionTest {

    @BeforeEach
    void people() {
        TestDatabase.empty();
        People.registered("alice", "bob", "carol");
        People.registeredAsPrivate("paula");
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @Test
    void itsFollowsLeaveAllListsAndCountsAndComeBackWithTheirSince() {
        People.follow("alice", "bob");
        People.follow("bob", "alice");
        People.follow("carol", "alice");
        People.follow("carol", "bob");
        List<String> before = follows();
        assertThat(before).hasSize(4);

        given().put("/v1/users/alice/suspension")
                .then()
                .statusCode(200)
                .body("state", equalTo("suspended"), "since", notNullValue());

        given().get("/v1/users/alice")
                .then()
                .body("suspended", is(true), "followingCount", equalTo(0), "followersCount", equalTo(0));
        given().get("/v1/users/alice/following").then().body("items", empty(), "total", equalTo(0));
        given().get("/v1/users/alice/followers").then().body("items", empty());
        given().get("/v1/users/bob/followers").then().body("items.username", contains("carol"), "total", equalTo(1));
        given().get("/v1/users/bob").then().body("suspended", is(false), "followingCount", equalTo(0));
        given().get("/v1/users/alice/following/bob").then().statusCode(404);
        Truths.hold();

        given().delete("/v1/users/alice/suspension")
                .then()
                .statusCode(200)
                .body("state", equalTo("none"), "since", nullValue());

        assertThat(follows()).isEqualTo(before);
        given().get("/v1/users/alice").then().body("suspended", is(false), "followersCount", equalTo(2));
    }

    @Test
    void meanwhileNobodyFollowsItAndItFollowsNobody() {
        given().put("/v1/users/alice/suspension").then().statusCode(200);

        for (String pair : List.of("alice/following/bob", "bob/following/alice", "alice/following/paula")) {
            given().put("/v1/users/" + pair)
                    .then()
                    .statusCode(403)
                    .body("code", equalTo("suspended"), "user", equalTo("alice"));
        }

        given().delete("/v1/users/alice/suspension").then().statusCode(200);
        given().put("/v1/users/bob/following/alice").then().statusCode(201);
    }

    @Test
    void requestsEndForGood() {
        given().put("/v1/users/alice/following/paula").then().statusCode(202);
        given().put("/v1/users/bob/following/paula").then().statusCode(202);

        given().put("/v1/users/alice/suspension").then().statusCode(200);
        given().get("/v1/users/paula/requests").then().body("items.username", contains("bob"));
        given().delete("/v1/users/alice/suspension").then().statusCode(200);
        given().get("/v1/users/paula/requests").then().body("items.username", contains("bob"));

        given().put("/v1/users/paula/suspension").then().statusCode(200);
        given().delete("/v1/users/paula/suspension").then().statusCode(200);
        given().get("/v1/users/paula/requests").then().body("items", empty());
    }

    @Test
    void whatWasBlockedUnfollowedOrErasedMeanwhileDoesNotComeBack() {
        People.registered("dave");
        for (String other : List.of("bob", "carol", "dave")) {
            People.follow(other, "alice");
        }
        People.follow("alice", "bob");
        given().put("/v1/users/alice/suspension").then().statusCode(200);

        given().put("/v1/users/bob/blocks/alice").then().statusCode(201);
        given().delete("/v1/users/carol/following/alice").then().statusCode(204);
        given().delete("/v1/users/dave").then().statusCode(202);
        given().delete("/v1/users/alice/suspension").then().statusCode(200);

        assertThat(follows()).isEmpty();
    }

    @Test
    void aFollowOfTwoWhoAreSuspendedComesBackWithTheLast() {
        People.follow("alice", "bob");
        given().put("/v1/users/alice/suspension").then().statusCode(200);
        given().put("/v1/users/bob/suspension").then().statusCode(200);

        given().delete("/v1/users/alice/suspension").then().statusCode(200);
        assertThat(follows()).isEmpty();
        Truths.hold();

        given().delete("/v1/users/bob/suspension").then().statusCode(200);
        assertThat(follows()).hasSize(1);
    }

    @Test
    void doingItTwiceAndDoingItToNobodyAreAnswered() {
        given().delete("/v1/users/alice/suspension").then().statusCode(200).body("state", equalTo("none"));
        String since = given().put("/v1/users/alice/suspension").path("since");
        given().put("/v1/users/alice/suspension").then().statusCode(200).body("since", equalTo(since));
        given().get("/v1/users/alice/suspension").then().body("state", equalTo("suspended"), "since", equalTo(since));
        given().put("/v1/users/nobody/suspension").then().statusCode(404).body("user", equalTo("nobody"));
        given().delete("/v1/users/nobody/suspension").then().statusCode(404);
        given().get("/v1/users/nobody/suspension").then().statusCode(404);
    }

    @Test
    void aSuspendedUserCanBeErased() {
        People.follow("bob", "alice");
        given().put("/v1/users/alice/suspension").then().statusCode(200);

        given().delete("/v1/users/alice").then().statusCode(202);

        assertThat(TestDatabase.sql("select 1 from follows").size()).isZero();
    }

    @Test
    void aMuteOutlivesASuspension() {
        People.follow("bob", "alice");
        String since = given().put("/v1/users/bob/mutes/alice").path("since");
        given().put("/v1/users/alice/suspension").then().statusCode(200);
        given().get("/v1/users/bob/mutes/alice").then().body("since", equalTo(since));
        given().delete("/v1/users/alice/suspension").then().statusCode(200);

        given().get("/v1/users/bob/mutes/alice").then().body("since", equalTo(since));
        given().get("/v1/users/bob/following/alice").then().statusCode(200);
    }

    @Test
    void whoHasThousandsLeavesAndComesBackInSteps() throws InterruptedException {
        List<String> fans = People.crowd("fan", 2_500);
        People.followedBy("alice", fans);
        List<String> before = follows();

        given().put("/v1/users/alice/suspension").then().statusCode(oneOf(200, 202));
        awaitStateOfAlice("suspended");
        int steps = 3;
        assertThat(transactions("state = 'suspended'")).isBetween(steps, steps * TestDatabase.numbersOfATransaction());
        given().get("/v1/users/fan-00007").then().body("followingCount", equalTo(0));

        given().delete("/v1/users/alice/suspension").then().statusCode(oneOf(200, 202));
        awaitStateOfAlice("none");
        assertThat(follows()).isEqualTo(before);
        assertThat(transactions("state = 'following'")).isBetween(steps, steps * TestDatabase.numbersOfATransaction());
    }

    /** Its caller is answered after some seconds; it goes on. */
    private static void awaitStateOfAlice(String state) throws InterruptedException {
        Instant end = Instant.now().plusSeconds(60);
        String seen = stateOfAlice();
        while (!seen.equals(state)) {
            assertThat(Instant.now()).as("%s is %s", seen, state).isBefore(end);
            Thread.sleep(20);
            seen = stateOfAlice();
        }
    }

    private static String stateOfAlice() {
        return given().get("/v1/users/alice/suspension").path("state");
    }

    /** After the mark, and after each step. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void whatADeadServiceLeftUnfinishedAnotherGoesOnWith(int stepsDone) {
        List<String> fans = People.crowd("fan", 700);
        People.followedBy("alice", fans);
        People.followedBy("bob", List.of("alice"));
        List<String> before = follows();
        Suspensions other = new Suspensions(TestDatabase.pool());

        long id = marked(SuspensionSql.SUSPEND, SuspensionSql.MARK);
        for (int i = 0; i < stepsDone; i++) {
            run(SuspensionSql.SUSPEND_FOLLOWS, Tuple.of(id, 300));
        }
        Truths.hold();
        other.goOn().await().indefinitely();
        assertThat(follows()).isEmpty();
        Truths.hold();

        marked(SuspensionSql.UNSUSPEND, SuspensionSql.RELEASE);
        for (int i = 0; i < stepsDone; i++) {
            run(SuspensionSql.RESTORE_FOLLOWS, Tuple.of(id, 0L, 0L, 300));
        }
        Truths.hold();
        other.goOn().await().indefinitely();
        assertThat(follows()).isEqualTo(before);
    }

    @Test
    void manyWhoGoOnWithTheSameDoNoHarm() {
        People.followedBy("alice", People.crowd("fan", 2_500));
        List<String> before = follows();
        marked(SuspensionSql.SUSPEND, SuspensionSql.MARK);
        atOnce(4);
        assertThat(follows()).isEmpty();
        marked(SuspensionSql.UNSUSPEND, SuspensionSql.RELEASE);
        atOnce(4);
        assertThat(follows()).isEqualTo(before);
    }

    @Test
    void aRestoringThatAnotherServiceBrokeOffAndBeganAgainLeavesNothingBehind() {
        People.followedBy("alice", People.crowd("fan", 2_500));
        List<String> before = follows();
        given().put("/v1/users/alice/suspension").then().statusCode(200);
        long id = marked(SuspensionSql.UNSUSPEND, SuspensionSql.RELEASE);
        SuspensionSteps slow = new SuspensionSteps(TestDatabase.pool(), id);
        slow.step().await().indefinitely();

        marked(SuspensionSql.SUSPEND, SuspensionSql.MARK);
        run(SuspensionSql.SUSPEND_FOLLOWS, Tuple.of(id, 300));
        marked(SuspensionSql.UNSUSPEND, SuspensionSql.RELEASE);
        slow.run().await().indefinitely();

        assertThat(follows()).isEqualTo(before);
    }

    @Test
    void oneThatFailsDoesNotKeepTheOthersWaiting() {
        People.follow("carol", "alice");
        People.follow("carol", "bob");
        String ofAlice = " where user_id = (select id from users where username = 'alice')";
        // In one transaction: the service itself looks for what is unfinished. The last is a count that would fall
        // below zero.
        TestDatabase.sql("update follow_counts set suspension = 'suspending' where followers > 0;"
                + " update users set suspended_at = now() where username in ('alice', 'bob');"
                + " update follow_counts set followers = 0" + ofAlice);

        new Suspensions(TestDatabase.pool()).goOn().await().indefinitely();

        given().get("/v1/users/alice/suspension").then().body("state", equalTo("suspending"));
        given().get("/v1/users/bob/suspension").then().body("state", equalTo("suspended"));
        TestDatabase.sql("update follow_counts set followers = 1" + ofAlice);
    }

    private static void atOnce(int services) {
        List<io.smallrye.mutiny.Uni<Void>> all = new ArrayList<>();
        for (int i = 0; i < services; i++) {
            all.add(new Suspensions(TestDatabase.pool()).goOn());
        }
        io.smallrye.mutiny.Uni.join().all(all).andFailFast().await().indefinitely();
    }

    private static long marked(String user, String counts) {
        long id = run(user, Tuple.of("alice")).getLong("id");
        TestDatabase.pool().preparedQuery(counts).execute(Tuple.of(id)).await().indefinitely();
        return id;
    }

    private static Row run(String statement, Tuple given) {
        return TestDatabase.pool()
                .preparedQuery(statement)
                .execute(given)
                .await()
                .indefinitely()
                .iterator()
                .next();
    }

    private static List<String> follows() {
        List<String> follows = new ArrayList<>();
        TestDatabase.sql("""
                select a.username || ' > ' || b.username || ' ' || f.since as told
                from follows f join users a on a.id = f.follower_id join users b on b.id = f.followed_id
                where f.state = 'following'
                order by 1
                """).forEach(row -> follows.add(row.getString("told")));
        return follows;
    }

    private static int transactions(String condition) {
        return TestDatabase.sql("select distinct xmin::text from follows where " + condition)
                .size();
    }
}
