package org.retinue.discover;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.retinue.Crowd;
import org.retinue.TestDatabase;
import org.retinue.Truths;

/** Suggestions and paths over REST. */
@QuarkusTest
class DiscoverResourceTest {

    private static final String SUGGESTIONS = "/v1/users/alice/suggestions";

    @BeforeEach
    void people() {
        TestDatabase.empty();
        Crowd.of("alice", "bob", "carol", "dave", "erin", "frank", "grace");
        Crowd.follows("alice", "bob", "carol", "dave");
        for (String other : List.of("bob", "carol", "dave")) {
            Crowd.follows(other, "erin");
        }
        Crowd.follows("dave", "frank");
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @Test
    void suggestionsSayWhy() {
        given().get(SUGGESTIONS)
                .then()
                .statusCode(200)
                .body("items.username", contains("erin", "frank"))
                .body("items[0].followedBy", contains("bob", "dave"), "items[0].others", equalTo(1))
                .body("items[1].followedBy", contains("dave"), "items[1].others", equalTo(0))
                .body("items[0].displayName", nullValue(), "next", nullValue());
    }

    @Test
    void suggestionsArePaged() {
        String next = given().queryParam("limit", 1)
                .get(SUGGESTIONS)
                .then()
                .body("items.username", contains("erin"))
                .header("Link", containsString("rel=\"next\""))
                .extract()
                .path("next");

        given().queryParam("cursor", next)
                .get(SUGGESTIONS)
                .then()
                .body("items.username", contains("frank"), "next", nullValue());
        given().queryParam("cursor", next)
                .get("/v1/users/alice/mutuals")
                .then()
                .statusCode(400)
                .body("code", equalTo("bad-cursor"));
    }

    @Test
    void whoFollowsNobodyHasNoSuggestions() {
        given().get("/v1/users/grace/suggestions").then().statusCode(200).body("items", empty(), "next", nullValue());
        given().get("/v1/users/nobody/suggestions").then().statusCode(404).body("user", equalTo("nobody"));
        given().queryParam("limit", 0).get(SUGGESTIONS).then().statusCode(400).body("field", equalTo("limit"));
    }

    @Test
    void aPathLeadsFromOneToTheOther() {
        given().get("/v1/users/alice/path/frank")
                .then()
                .statusCode(200)
                .body("degrees", equalTo(2), "path", contains("alice", "dave", "frank"));
        given().get("/v1/users/frank/path/alice")
                .then()
                .statusCode(404)
                .body("code", equalTo("no-path"), "from", equalTo("frank"), "to", equalTo("alice"));
        given().get("/v1/users/alice/path/nobody").then().statusCode(404).body("code", equalTo("unknown-user"));
        given().get("/v1/users/al!ce/path/bob").then().statusCode(400).body("field", equalTo("username"));
    }
}
