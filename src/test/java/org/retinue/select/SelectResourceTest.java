package org.retinue.select;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.People;
import org.retinue.RandomGraph;
import org.retinue.TestDatabase;
import org.retinue.Truths;

/** Set questions over REST. */
@QuarkusTest
class SelectResourceTest {

    private static final String MUTUALS = "/v1/users/alice/mutuals";

    @BeforeEach
    void people() {
        TestDatabase.empty();
        People.registered("alice", "bob", "carol", "dave", "erin");
        for (String other : List.of("carol", "dave", "erin")) {
            People.follow("alice", other);
            People.follow(other, "alice");
            People.follow(other, "bob");
        }
        People.follow("bob", "alice");
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @Test
    void aSelectAnswersNamesNewestFirst() {
        select("followers:bob & following:alice")
                .statusCode(200)
                .body("items.username", contains("erin", "dave", "carol"), "next", nullValue());
        select("followers:alice - (followers:bob & following:alice)")
                .statusCode(200)
                .body("items.username", contains("bob"), "items[0].displayName", nullValue());
    }

    @Test
    void whoIsBlockedCanBeTakenOut() {
        TestDatabase.sql("""
                insert into follows (follower_id, followed_id, blocks_since)
                select a.id, b.id, now() from users a, users b where a.username = 'bob' and b.username = 'carol'
                """);

        select("followers:alice & following:alice - blocks:bob").body("items.username", contains("erin", "dave"));

        TestDatabase.sql("delete from follows where blocks_since is not null");
    }

    @Test
    void pagesFollowOneAnother() {
        Response first =
                given().queryParam("of", "followers:bob").queryParam("limit", 2).get("/v1/select");
        assertThat(first.jsonPath().getList("items.username")).containsExactly("erin", "dave");
        String link = first.header("Link");
        assertThat(link).contains("rel=\"next\"").contains("cursor=" + first.path("next"));

        given().urlEncodingEnabled(false)
                .get(link.substring(link.indexOf("/v1/"), link.indexOf('>')))
                .then()
                .statusCode(200)
                .body("items.username", contains("carol"), "next", nullValue());
    }

    @Test
    void aCursorIsOfItsExpressionWhateverItsUsersAreCalled() {
        String next = given().queryParam("of", "followers:bob")
                .queryParam("limit", 1)
                .get("/v1/select")
                .path("next");
        given().contentType("application/json")
                .body("{\"username\": \"robert\"}")
                .patch("/v1/users/bob")
                .then()
                .statusCode(200);

        given().queryParam("of", "followers:robert")
                .queryParam("cursor", next)
                .get("/v1/select")
                .then()
                .body("items.username", contains("dave", "carol"));
        for (String other : List.of("followers:alice", "following:robert", "followers:robert | followers:robert")) {
            given().queryParam("of", other)
                    .queryParam("cursor", next)
                    .get("/v1/select")
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("bad-cursor"));
        }
        given().queryParam("cursor", next).get(MUTUALS).then().statusCode(400).body("code", equalTo("bad-cursor"));
    }

    @Test
    void aCountIsExact() {
        given().queryParam("of", "followers:alice | followers:bob")
                .get("/v1/select/count")
                .then()
                .statusCode(200)
                .body("count", equalTo(4), "exact", is(true));
    }

    @Test
    void beyondItsBoundACountSaysSo() {
        TestDatabase.sql("insert into users (username) select 'many' || n from generate_series(1, 10001) as n");
        TestDatabase.sql("""
                insert into follows (follower_id, followed_id, since, state)
                select u.id, a.id, now(), 'following' from users u, users a
                where u.username like 'many%' and a.username = 'erin'
                """);
        RandomGraph.mirror();

        given().queryParam("of", "followers:erin")
                .get("/v1/select/count")
                .then()
                .body("count", equalTo(10_000), "exact", is(false));
        given().queryParam("of", "followers:erin - followers:bob - blocks:alice")
                .get("/v1/select/count")
                .then()
                .body("count", equalTo(10_000), "exact", is(false));
        People.unfollow("alice", "erin");
        People.unfollow("many1", "erin");
        given().queryParam("of", "followers:erin")
                .get("/v1/select/count")
                .then()
                .body("count", equalTo(10_000), "exact", is(true));
    }

    @Test
    void mutualsFollowBothWays() {
        given().get(MUTUALS)
                .then()
                .statusCode(200)
                .body("items.username", contains("erin", "dave", "carol"), "next", nullValue());
        given().get("/v1/users/bob/mutuals").then().statusCode(200).body("items", empty(), "next", nullValue());
    }

    @Test
    void followersThatOneKnowsAreThoseWhomOneFollows() {
        People.unfollow("alice", "dave");

        Response first =
                given().queryParam("known-to", "alice").queryParam("limit", 1).get("/v1/users/bob/followers");
        assertThat(first.jsonPath().getList("items.username")).containsExactly("erin");
        assertThat(first.header("Link")).contains("known-to=alice").contains("rel=\"next\"");
        given().queryParam("known-to", "alice")
                .queryParam("cursor", (String) first.path("next"))
                .get("/v1/users/bob/followers")
                .then()
                .statusCode(200)
                .body("items.username", contains("carol"), "next", nullValue());
    }

    @Test
    void followersKnownToOneselfAreMutuals() {
        given().queryParam("known-to", "alice")
                .get("/v1/users/alice/followers")
                .then()
                .body("items.username", contains("erin", "dave", "carol"));
    }

    @ParameterizedTest
    @CsvSource({
        "known-to, nobody, 404, user, nobody",
        "known-to, al!ce, 400, field, known-to",
        "order, oldest, 400, field, order",
        "from, 2026-03-01T00:00:00Z, 400, field, from",
        "cursor, x, 400, code, bad-cursor"
    })
    void whatKnownFollowersAreNotAskedIsRefused(String name, String value, int status, String member, String said) {
        var request = given().queryParam(name, value);
        if (!name.equals("known-to")) {
            request.queryParam("known-to", "alice");
        }
        request.get("/v1/users/bob/followers").then().statusCode(status).body(member, equalTo(said));
    }

    @Test
    void whoIsSuspendedOrErasedIsNotShown() {
        TestDatabase.sql("update users set suspended_at = now() where username = 'dave'");
        TestDatabase.sql("update users set username = null, erased_at = now() where username = 'carol'");

        given().get(MUTUALS).then().body("items.username", contains("erin"));
        given().queryParam("of", "followers:bob").get("/v1/select/count").then().body("count", equalTo(1));

        TestDatabase.sql("update users set username = 'carol', erased_at = null where erased_at is not null");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            followers:                          ; 10
            followers:alice following:bob       ; 16
            followers:alice & (blocks:bob       ; 18
            """)
    void whatCantBeReadIsMalformedAtAPosition(String of, int position) {
        select(of)
                .statusCode(400)
                .body("code", equalTo("malformed"), "field", equalTo("of"), "position", equalTo(position))
                .body("detail", notNullValue());
    }

    @Test
    void whoDoesNotExistIsNamed() {
        select("followers:alice & mutes:nobody")
                .statusCode(404)
                .body("code", equalTo("unknown-user"), "user", is("nobody"));
        given().get("/v1/users/nobody/mutuals").then().statusCode(404).body("user", equalTo("nobody"));
        given().queryParam("of", "followers:nobody")
                .get("/v1/select/count")
                .then()
                .statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/select", "/v1/select/count"})
    void anExpressionIsNeeded(String path) {
        given().get(path).then().statusCode(400).body("field", equalTo("of"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1001", "x"})
    void limitsAreThoseOfEveryPage(String limit) {
        given().queryParam("limit", limit).get(MUTUALS).then().statusCode(400).body("field", equalTo("limit"));
    }

    @Test
    void whatTakesTooLongIsTooExpensive() {
        var locked = TestDatabase.pool().getConnection().await().indefinitely();
        try {
            locked.query("begin; lock table follows in access exclusive mode")
                    .execute()
                    .await()
                    .indefinitely();

            given().get(MUTUALS).then().statusCode(422).body("code", equalTo("too-expensive"));
        } finally {
            locked.query("rollback").execute().await().indefinitely();
            locked.close().await().indefinitely();
        }
    }

    private static ValidatableResponse select(String of) {
        return given().queryParam("of", of).get("/v1/select").then();
    }
}
