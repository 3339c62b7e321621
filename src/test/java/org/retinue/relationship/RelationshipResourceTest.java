package org.retinue.relationship;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.People;
import org.retinue.TestDatabase;
import org.retinue.Truths;

/** Relationships, requests, blocks and mutes over REST: what one call says, and what a sequence of them means. */
@QuarkusTest
class RelationshipResourceTest {

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
    void oneCallTellsAllThatHoldsBothWays() {
        String following = given().put("/v1/users/alice/following/bob").path("followingSince");
        given().put("/v1/users/bob/following/alice").then().statusCode(201);
        String asked = given().put("/v1/users/alice/following/paula").path("requestedSince");
        String blocking = given().put("/v1/users/alice/blocks/carol").path("since");
        String muting = given().put("/v1/users/alice/mutes/bob").path("since");

        given().get("/v1/users/alice/relationships?with=carol,bob,nobody,paula")
                .then()
                .statusCode(200)
                .body(
                        "items.with",
                        contains("carol", "bob", "paula"),
                        "unknown",
                        contains("nobody"),
                        "items.username",
                        everyItem(is("alice")),
                        "items[0].blocking",
                        is(true),
                        "items[0].blockingSince",
                        is(blocking),
                        "items[0].following",
                        is(false),
                        "items[1].followingSince",
                        is(following),
                        "items[1].followedBy",
                        is(true),
                        "items[1].followedBySince",
                        notNullValue(),
                        "items[1].mutingSince",
                        is(muting),
                        "items[1].blocking",
                        is(false),
                        "items[1].blockingSince",
                        nullValue(),
                        "items[2].requestedSince",
                        is(asked));
        given().get("/v1/users/carol/relationships?with=alice")
                .then()
                .body("items[0].blockedBySince", is(blocking), "items[0].muting", is(false));
        given().get("/v1/users/bob/relationships?with=alice")
                .then()
                .body("items[0].muting", is(false), "items[0].following", is(true));
    }

    @Test
    void whatDoesNotHoldHasNoSince() {
        String since = given().put("/v1/users/alice/following/bob").path("followingSince");

        String told = "{\"username\":\"alice\",\"with\":\"bob\",\"following\":true,\"followingSince\":\"" + since
                + "\",\"requested\":false,\"followedBy\":false,\"requestedBy\":false,\"blocking\":false,"
                + "\"blockedBy\":false,\"muting\":false}";
        given().put("/v1/users/alice/following/bob").then().body(is(told));
        given().get("/v1/users/alice/relationships?with=bob")
                .then()
                .body(is("{\"items\":[" + told + "],\"unknown\":[]}"));
    }

    @Test
    void aThousandAreAskedOfAtOnce() {
        List<String> crowd = People.crowd("fan", 1_000);
        People.followedBy("alice", crowd.subList(0, 500));

        given().contentType("application/json")
                .body(with(crowd))
                .post("/v1/users/alice/relationships")
                .then()
                .statusCode(200)
                .body(
                        "items.with",
                        equalTo(crowd),
                        "items.findAll { it.followedBy }.with",
                        equalTo(crowd.subList(0, 500)),
                        "unknown",
                        empty());
    }

    @Test
    void aNameThatIsGivenTwiceIsAnsweredOnce() {
        given().get("/v1/users/alice/relationships?with=bob,carol,bob")
                .then()
                .body("items.with", contains("bob", "carol"));
    }

    @Test
    void whoAsksMustExist() {
        given().get("/v1/users/nobody/relationships?with=bob")
                .then()
                .statusCode(404)
                .body("code", equalTo("unknown-user"), "user", equalTo("nobody"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?with=", "?with=a,,b", "?with=a%20b", "?with=a/b"})
    void whatIsNoListOfNamesIsRefused(String query) {
        given().get("/v1/users/alice/relationships" + query)
                .then()
                .statusCode(400)
                .body("code", equalTo("malformed"), "field", equalTo("with"));
    }

    @Test
    void moreThanAThousandAreRefused() {
        given().contentType("application/json")
                .body(with(Collections.nCopies(1_001, "bob")))
                .post("/v1/users/alice/relationships")
                .then()
                .statusCode(400)
                .body("field", equalTo("with"));
    }

    @Test
    void aRequestIsListedUntilItIsAccepted() {
        given().put("/v1/users/alice/following/paula").then().statusCode(202);
        given().put("/v1/users/bob/following/paula").then().statusCode(202);
        given().get("/v1/users/paula/requests").then().body("items.username", contains("bob", "alice"));
        String asked = given().get("/v1/users/paula/requests/alice").path("since");
        assertThat(asked).isNotNull();

        String began = given().put("/v1/users/paula/requests/alice")
                .then()
                .statusCode(200)
                .extract()
                .path("since");

        given().put("/v1/users/paula/requests/alice").then().statusCode(200).body("since", equalTo(began));
        given().get("/v1/users/paula/requests").then().body("items.username", contains("bob"), "next", nullValue());
        given().get("/v1/users/paula/requests/alice").then().statusCode(404).body("code", equalTo("not-requested"));
        given().get("/v1/users/paula/followers/alice").then().statusCode(200).body("since", equalTo(began));
        given().get("/v1/users/alice").then().body("followingCount", equalTo(1));
    }

    @Test
    void nobodyIsAcceptedWhoDoesNotAsk() {
        given().put("/v1/users/paula/requests/alice")
                .then()
                .statusCode(404)
                .body("code", equalTo("not-requested"), "follower", equalTo("alice"), "followed", equalTo("paula"));
    }

    @Test
    void aRejectedRequestIsGoneAndAFollowIsNot() {
        given().put("/v1/users/alice/following/paula").then().statusCode(202);
        given().put("/v1/users/bob/following/paula").then().statusCode(202);
        given().put("/v1/users/paula/requests/bob").then().statusCode(200);

        given().delete("/v1/users/paula/requests/alice").then().statusCode(204);
        given().delete("/v1/users/paula/requests/bob").then().statusCode(204);

        given().get("/v1/users/paula/requests").then().body("items", empty());
        given().get("/v1/users/paula/followers").then().body("items.username", contains("bob"), "total", equalTo(1));
        given().put("/v1/users/alice/following/paula").then().statusCode(202);
    }

    @Test
    void allRequestsAreAcceptedAtOnce() {
        People.followedBy("paula", People.crowd("fan", 2_500));

        given().put("/v1/users/paula/requests").then().statusCode(200).body("accepted", equalTo(2_500));

        given().get("/v1/users/paula").then().body("followersCount", equalTo(2_500));
        given().get("/v1/users/paula/requests").then().body("items", empty());
        given().put("/v1/users/paula/requests").then().statusCode(200).body("accepted", equalTo(0));
        given().put("/v1/users/nobody/requests").then().statusCode(404);
    }

    @Test
    void aRequestNoLongerComesWhenTheUserHasGonePublicAndDoesWhenItIsPrivateAgain() {
        patch("paula", "{\"private\": false}");
        given().put("/v1/users/alice/following/paula").then().statusCode(201);
        patch("paula", "{\"private\": true}");
        given().put("/v1/users/bob/following/paula").then().statusCode(202);
        patch("paula", "{\"private\": false}");

        given().get("/v1/users/paula/followers").then().body("items.username", contains("bob", "alice"));
    }

    @Test
    void aBlockEndsWhatThereWasAndItsEndRestoresNothing() {
        given().put("/v1/users/alice/following/bob").then().statusCode(201);
        given().put("/v1/users/bob/following/alice").then().statusCode(201);

        String since = given().put("/v1/users/alice/blocks/bob")
                .then()
                .statusCode(201)
                .extract()
                .path("since");

        given().put("/v1/users/alice/blocks/bob").then().statusCode(200).body("since", equalTo(since));
        given().get("/v1/users/alice/blocks/bob").then().statusCode(200).body("since", equalTo(since));
        given().get("/v1/users/bob/blocks/alice").then().statusCode(404).body("code", equalTo("not-blocked"));
        for (String pair : List.of("alice/following/bob", "bob/following/alice")) {
            given().put("/v1/users/" + pair).then().statusCode(403).body("code", equalTo("blocked"));
        }
        given().get("/v1/users/alice").then().body("followingCount", equalTo(0), "followersCount", equalTo(0));
        given().get("/v1/users/bob").then().body("followingCount", equalTo(0), "followersCount", equalTo(0));

        given().delete("/v1/users/alice/blocks/bob").then().statusCode(204);

        given().get("/v1/users/alice/following").then().body("items", empty());
        given().put("/v1/users/alice/following/bob").then().statusCode(201);
    }

    @Test
    void eachOfTwoBlocksStandsByItself() {
        given().put("/v1/users/alice/blocks/bob").then().statusCode(201);
        given().put("/v1/users/bob/blocks/alice").then().statusCode(201);

        given().delete("/v1/users/alice/blocks/bob").then().statusCode(204);

        given().put("/v1/users/alice/following/bob").then().statusCode(403).body("code", equalTo("blocked"));
        given().delete("/v1/users/bob/blocks/alice").then().statusCode(204);
        assertThat(TestDatabase.sql("select 1 from follows").size()).isZero();
    }

    @Test
    void aFollowAcrossABlockUndoesItsBatchAndIsNamed() {
        given().put("/v1/users/carol/blocks/alice").then().statusCode(201);

        given().contentType("application/json")
                .body("""
                        {"operations": [{"op": "follow", "follower": "alice", "followed": "bob"},
                                        {"op": "unfollow", "follower": "alice", "followed": "carol"},
                                        {"op": "follow", "follower": "alice", "followed": "carol"}]}""")
                .post("/v1/batch")
                .then()
                .statusCode(403)
                .body("code", equalTo("blocked"), "operation", equalTo(2));

        given().get("/v1/users/alice/following").then().body("items", empty());
    }

    @Test
    void anImportAcrossABlockIsARejectedLine() {
        given().put("/v1/users/carol/blocks/alice").then().statusCode(201);

        given().contentType("text/plain")
                .body("alice bob\nalice carol\nbob carol\nalice carol\n")
                .post("/v1/imports")
                .then()
                .statusCode(200)
                .body(
                        "created",
                        equalTo(2),
                        "rejected",
                        equalTo(2),
                        "alreadyThere",
                        equalTo(0),
                        "rejections.line",
                        contains(2, 4));

        given().get("/v1/users/alice/following").then().body("items.username", contains("bob"));
    }

    @Test
    void aMuteHasNothingToDoWithAFollow() {
        given().put("/v1/users/alice/following/bob").then().statusCode(201);
        String since = given().put("/v1/users/alice/mutes/bob").path("since");

        given().put("/v1/users/alice/following/bob").then().statusCode(200).body("mutingSince", equalTo(since));
        given().delete("/v1/users/alice/following/bob").then().statusCode(204);

        given().get("/v1/users/alice/mutes/bob").then().statusCode(200).body("since", equalTo(since));
        given().delete("/v1/users/alice/mutes/bob").then().statusCode(204);
        given().get("/v1/users/alice/mutes/bob").then().statusCode(404).body("code", equalTo("not-muted"));
        assertThat(TestDatabase.sql("select 1 from follows").size()).isZero();
    }

    @Test
    void aMuteThatHasEndedIsAsIfItWereNotThere() {
        mute("bob", "{\"until\": \"2036-01-01T00:00:00Z\"}")
                .then()
                .statusCode(200)
                .body("until", equalTo("2036-01-01T00:00:00Z"));
        String first = given().get("/v1/users/alice/mutes/bob").path("since");
        mute("bob", "{\"until\": null}").then().body("since", equalTo(first), "until", nullValue());
        TestDatabase.sql("update follows set mutes_until = now() - interval '1 second'");

        given().get("/v1/users/alice/mutes/bob").then().statusCode(404);
        given().get("/v1/users/alice/mutes").then().body("items", empty());
        given().get("/v1/users/alice/relationships?with=bob").then().body("items[0].muting", is(false));

        String again = mute("bob", "{}").path("since");
        assertThat(again).isGreaterThan(first);
        given().get("/v1/users/alice/mutes").then().body("items.since", contains(again));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"until\": \"2020-01-01T00:00:00Z\"}", "{\"until\": \"soon\"}", "{\"for\": 7}", "[]"})
    void aMuteEndsInTheFuture(String body) {
        mute("bob", body).then().statusCode(400).body("code", equalTo("malformed"));
    }

    @ParameterizedTest
    @CsvSource({"blocks, self-block", "mutes, self-mute"})
    void nobodyDoesItToThemselves(String what, String code) {
        given().put("/v1/users/alice/" + what + "/alice")
                .then()
                .statusCode(422)
                .body("code", equalTo(code), "user", equalTo("alice"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"requests", "blocks", "mutes"})
    void whoDoesNotExistIsNamed(String what) {
        given().put("/v1/users/alice/" + what + "/nobody")
                .then()
                .statusCode(404)
                .body("code", equalTo("unknown-user"), "user", equalTo("nobody"));
        given().delete("/v1/users/nobody/" + what + "/alice").then().statusCode(404);
        given().get("/v1/users/nobody/" + what + "/alice").then().statusCode(404);
        given().get("/v1/users/nobody/" + what).then().statusCode(404).body("user", equalTo("nobody"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"requests", "blocks", "mutes"})
    void aListIsPagedInEitherOrder(String what) {
        List<String> names = People.crowd("other", 7);
        for (String name : names) {
            String path = what.equals("requests") ? name + "/following/paula" : "paula/" + what + "/" + name;
            given().put("/v1/users/" + path).then().statusCode(org.hamcrest.Matchers.lessThan(300));
        }
        List<String> reversed = new ArrayList<>(names);
        Collections.reverse(reversed);

        assertThat(paged(what, "oldest")).isEqualTo(names);
        assertThat(paged(what, "newest")).isEqualTo(reversed);
        given().get("/v1/users/paula/" + what + "?limit=7").then().body("items", hasSize(7), "next", nullValue());
        given().get("/v1/users/paula/" + what + "?cursor=nonsense")
                .then()
                .statusCode(400)
                .body("code", equalTo("bad-cursor"));
    }

    private static List<String> paged(String what, String order) {
        List<String> names = new ArrayList<>();
        String next = "";
        while (next != null) {
            Response page = given().get("/v1/users/paula/" + what + "?limit=3&order=" + order
                    + (next.isEmpty() ? "" : "&cursor=" + next));
            names.addAll(page.path("items.username"));
            next = page.path("next");
        }
        return names;
    }

    private static Response mute(String muted, String body) {
        return given().contentType("application/json").body(body).put("/v1/users/alice/mutes/" + muted);
    }

    private static void patch(String user, String body) {
        given().contentType("application/json")
                .body(body)
                .patch("/v1/users/" + user)
                .then()
                .statusCode(200);
    }

    private static String with(List<String> names) {
        return names.stream().collect(Collectors.joining("\", \"", "{\"with\": [\"", "\"]}"));
    }
}
