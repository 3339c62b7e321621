package org.retinue.follow;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.People;
import org.retinue.TestDatabase;
import org.retinue.Truths;

/** Many changes at once over REST: all or nothing, as if one after the other. */
@QuarkusTest
class BatchResourceTest {

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
    void everyOperationHasItsOutcome() {
        People.follow("alice", "bob");
        People.follow("carol", "bob");
        People.follow("carol", "paula");

        post(
                        follow("bob", "alice"),
                        follow("alice", "bob"),
                        unfollow("carol", "bob"),
                        unfollow("bob", "carol"),
                        follow("alice", "paula"),
                        follow("carol", "paula"))
                .statusCode(200)
                .body(
                        "outcomes",
                        contains(
                                "followed",
                                "already-following",
                                "unfollowed",
                                "not-following",
                                "requested",
                                "already-requested"));

        given().get("/v1/users/alice/followers/bob").then().statusCode(200);
        given().get("/v1/users/carol/following/bob").then().statusCode(404);
    }

    @Test
    void operationsOnOnePairHappenOneAfterTheOther() {
        post(
                        follow("alice", "bob"),
                        follow("alice", "bob"),
                        unfollow("alice", "bob"),
                        unfollow("alice", "bob"),
                        follow("alice", "bob"))
                .statusCode(200)
                .body("outcomes", contains("followed", "already-following", "unfollowed", "not-following", "followed"));

        given().get("/v1/users/alice/following").then().body("total", equalTo(1));
        given().get("/v1/users/bob/followers").then().body("items.username", contains("alice"));
    }

    @Test
    void whatIsUndoneInTheSameBatchLeavesNothing() {
        post(follow("alice", "bob"), unfollow("alice", "bob"))
                .statusCode(200)
                .body("outcomes", contains("followed", "unfollowed"));

        given().get("/v1/users/alice/following").then().body("items", empty(), "total", equalTo(0));
    }

    @Test
    void aRequestCanBeMadeAndWithdrawnInTheSameBatch() {
        post(follow("alice", "paula"), follow("alice", "paula"), unfollow("alice", "paula"), follow("alice", "paula"))
                .statusCode(200)
                .body("outcomes", contains("requested", "already-requested", "withdrawn", "requested"));

        given().get("/v1/users/alice/following/paula").then().statusCode(404);
    }

    @Test
    void anUnfollowThatIsTakenBackLeavesTheFollowAsItWasOfAPrivateUserToo() {
        given().put("/v1/users/alice/following/paula").then().statusCode(202);
        given().contentType("application/json").body("{\"private\": false}").patch("/v1/users/paula");
        given().contentType("application/json").body("{\"private\": true}").patch("/v1/users/paula");

        post(unfollow("alice", "paula"), follow("alice", "paula"))
                .statusCode(200)
                .body("outcomes", contains("unfollowed", "followed"));

        given().get("/v1/users/alice/following/paula").then().statusCode(200);
    }

    @Test
    void thePairAndItsReverseAreTwo() {
        post(follow("alice", "bob"), follow("bob", "alice"), unfollow("alice", "bob"))
                .statusCode(200)
                .body("outcomes", contains("followed", "followed", "unfollowed"));

        given().get("/v1/users/alice/following/bob").then().statusCode(404);
        given().get("/v1/users/alice/followers/bob").then().statusCode(200);
    }

    @Test
    void anUnknownUserAnywhereUndoesAll() {
        People.follow("carol", "bob");

        post(follow("alice", "bob"), unfollow("carol", "bob"), follow("alice", "nobody"), follow("nobody", "bob"))
                .statusCode(404)
                .contentType("application/problem+json")
                .body("code", equalTo("unknown-user"), "user", equalTo("nobody"), "operation", equalTo(2));

        given().get("/v1/users/alice/following").then().body("items", empty(), "total", equalTo(0));
        given().get("/v1/users/carol/following/bob").then().statusCode(200);
    }

    @Test
    void aSelfFollowAnywhereUndoesAll() {
        post(follow("alice", "bob"), follow("bob", "bob"))
                .statusCode(422)
                .body("code", equalTo("self-follow"), "user", equalTo("bob"), "operation", equalTo(1));

        given().get("/v1/users/alice/following").then().body("total", equalTo(0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"op": "follow", "follower": "alice"}                               | operations[1].followed
                    {"op": "follow", "followed": "alice"}                               | operations[1].follower
                    {"op": "follow", "follower": "a b", "followed": "bob"}              | operations[1].follower
                    {"op": "follow", "follower": "alice", "followed": ""}               | operations[1].followed
                    {"op": "follow", "follower": "alice", "followed": null}             | operations[1].followed
                    {"follower": "alice", "followed": "bob"}                            | operations[1].op
                    {"op": null, "follower": "alice", "followed": "bob"}                | operations[1].op
                    null                                                                | operations[1].op
                    """)
    void aMalformedOperationIsNumberedAndUndoesAll(String operation, String field) {
        post(follow("alice", "bob"), operation)
                .statusCode(400)
                .contentType("application/problem+json")
                .body("code", equalTo("malformed"), "field", equalTo(field), "operation", equalTo(1));

        given().get("/v1/users/alice/following").then().body("total", equalTo(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"op\": \"block\", \"follower\": \"alice\", \"followed\": \"bob\"}",
                "{\"op\": 0, \"follower\": \"alice\", \"followed\": \"bob\"}",
                "{\"op\": \"follow\", \"follower\": 7, \"followed\": \"bob\"}",
                "{\"op\": \"follow\", \"follower\": \"alice\", \"followed\": \"bob\", \"since\": \"now\"}",
                "[\"alice\", \"bob\"]",
                "\"follow\""
            })
    void anOperationOfAnotherShapeIsRefusedWithItsPlace(String operation) {
        String field = post(follow("alice", "bob"), operation)
                .statusCode(400)
                .body("code", equalTo("malformed"))
                .extract()
                .path("field");

        assertThat(field).startsWith("operations[1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"operations\": null}", "{\"operations\": {}}", "{\"operations\": \"all\"}"})
    void aBatchHasAList(String body) {
        postRaw(body).statusCode(400).body("code", equalTo("malformed"), "field", equalTo("operations"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "", "[]", "7", "{\"operations\": []} {}"})
    void aBatchIsOneObject(String body) {
        postRaw(body).statusCode(400).body("code", equalTo("malformed"));
    }

    @Test
    void anEmptyBatchIsDoneAlready() {
        postRaw("{\"operations\": []}").statusCode(200).body("outcomes", empty());
    }

    @Test
    void aBatchHasUpTo10000Operations() {
        List<String> stars = People.crowd("star", 10_000);
        String[] operations = stars.stream().map(star -> follow("alice", star)).toArray(String[]::new);

        List<String> outcomes = post(operations).statusCode(200).extract().path("outcomes");

        assertThat(outcomes).hasSize(10_000).containsOnly("followed");
        given().get("/v1/users/alice").then().body("followingCount", equalTo(10_000));
        given().get("/v1/users/star-09999/followers").then().body("items.username", contains("alice"));
    }

    @Test
    void aBatchOfMoreIsRefusedAndDoesNothing() {
        String[] operations =
                Collections.nCopies(10_001, follow("alice", "bob")).toArray(String[]::new);

        post(operations)
                .statusCode(413)
                .contentType("application/problem+json")
                .body("code", equalTo("too-large"), "field", equalTo("operations"), "operation", nullValue());

        given().get("/v1/users/alice/following").then().body("total", equalTo(0));
    }

    @Test
    void whatFailsLastUndoesTheThousandsBefore() {
        List<String> operations = new ArrayList<>();
        People.crowd("star", 9_999).forEach(star -> operations.add(follow("alice", star)));
        operations.add(follow("nobody", "alice"));

        post(operations.toArray(String[]::new)).statusCode(404).body("operation", equalTo(9_999));

        given().get("/v1/users/alice").then().body("followingCount", equalTo(0), "followersCount", equalTo(0));
        given().get("/v1/users/star-00000/followers").then().body("items", empty());
    }

    private static String follow(String follower, String followed) {
        return operation("follow", follower, followed);
    }

    private static String unfollow(String follower, String followed) {
        return operation("unfollow", follower, followed);
    }

    private static String operation(String op, String follower, String followed) {
        return String.format("{\"op\": \"%s\", \"follower\": \"%s\", \"followed\": \"%s\"}", op, follower, followed);
    }

    private static ValidatableResponse post(String... operations) {
        return postRaw("{\"operations\": [" + String.join(",", operations) + "]}");
    }

    private static ValidatableResponse postRaw(String body) {
        return given().contentType("application/json")
                .body(body)
                .post("/v1/batch")
                .then();
    }
}
