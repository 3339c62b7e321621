package org.retinue.user;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.oneOf;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.TestDatabase;
import org.retinue.Truths;

/** A username such as Auth0's {@code sub} goes in and comes out of every route. */
@QuarkusTest
class VerticalBarNameTest {

    private static final String ALICE = "auth0|alice";
    private static final String ALICE_IN_URL = "auth0%7Calice";
    private static final String BOB = "google-oauth2|1065|bob";
    private static final String BOB_IN_URL = "google-oauth2%7c1065%7cbob";

    @BeforeEach
    void users() {
        TestDatabase.empty();
        for (String name : List.of(ALICE_IN_URL, BOB_IN_URL, "carol")) {
            raw().put("/v1/users/" + name).then().statusCode(201);
        }
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @Test
    void profileRoundTrips() {
        raw().get("/v1/users/" + ALICE_IN_URL).then().statusCode(200).body("username", equalTo(ALICE));
        raw().contentType("application/json")
                .body("{\"username\": \"auth0|alicia\"}")
                .patch("/v1/users/" + ALICE_IN_URL)
                .then()
                .statusCode(200)
                .body("username", equalTo("auth0|alicia"));
        raw().get("/v1/users/" + ALICE_IN_URL).then().statusCode(404).body("user", equalTo(ALICE));
        raw().delete("/v1/users/auth0%7Calicia").then().statusCode(202);
    }

    @Test
    void followsRoundTripOnBothSides() {
        raw().put("/v1/users/" + ALICE_IN_URL + "/following/" + BOB_IN_URL)
                .then()
                .statusCode(201)
                .body("username", equalTo(ALICE), "with", equalTo(BOB));
        raw().get("/v1/users/" + BOB_IN_URL + "/followers/" + ALICE_IN_URL)
                .then()
                .statusCode(200);
        raw().get("/v1/users/" + ALICE_IN_URL + "/following").then().body("items.username", contains(BOB));
        raw().get("/v1/users/" + ALICE_IN_URL + "/path/" + BOB_IN_URL).then().body("path", contains(ALICE, BOB));
        raw().delete("/v1/users/" + BOB_IN_URL + "/followers/" + ALICE_IN_URL)
                .then()
                .statusCode(204);
        raw().put("/v1/users/" + ALICE_IN_URL + "/following/" + ALICE_IN_URL)
                .then()
                .statusCode(422)
                .body("user", equalTo(ALICE), "detail", containsString("'" + ALICE + "'"));
    }

    @Test
    void requestsBlocksAndMutesRoundTrip() {
        for (String kind : List.of("blocks", "mutes")) {
            String path = "/v1/users/" + ALICE_IN_URL + "/" + kind;
            raw().put(path + "/" + BOB_IN_URL).then().statusCode(oneOf(200, 201));
            raw().get(path + "/" + BOB_IN_URL).then().statusCode(200);
            raw().get(path).then().body("items.username", contains(BOB));
            raw().delete(path + "/" + BOB_IN_URL).then().statusCode(204);
        }
        raw().contentType("application/json")
                .body("{\"private\": true}")
                .patch("/v1/users/" + ALICE_IN_URL)
                .then()
                .statusCode(200);
        raw().put("/v1/users/" + BOB_IN_URL + "/following/" + ALICE_IN_URL)
                .then()
                .statusCode(202);
        raw().get("/v1/users/" + ALICE_IN_URL + "/requests").then().body("items.username", contains(BOB));
        raw().put("/v1/users/" + ALICE_IN_URL + "/requests/" + BOB_IN_URL)
                .then()
                .statusCode(200);
    }

    @Test
    void lookupsOfManyRoundTrip() {
        follow(ALICE, BOB);

        raw().get("/v1/users/" + ALICE_IN_URL + "/relationships?with=" + BOB_IN_URL + ",auth0%7Cnobody")
                .then()
                .statusCode(200)
                .body("items[0].with", equalTo(BOB), "unknown", contains("auth0|nobody"));
        raw().contentType("application/json")
                .body("{\"with\": [\"" + BOB + "\"]}")
                .post("/v1/users/" + ALICE_IN_URL + "/relationships")
                .then()
                .body("items[0].username", equalTo(ALICE), "items[0].following", equalTo(true));
        raw().get("/v1/users/" + BOB_IN_URL + "/followers?known-to=" + ALICE_IN_URL)
                .then()
                .statusCode(200);
    }

    @Test
    void linkToNextPageRoundTrips() {
        follow(ALICE, BOB);
        follow(ALICE, "carol");
        for (String first : List.of(
                "/v1/users/" + ALICE_IN_URL + "/following?limit=1",
                "/v1/select?limit=1&of=following:%22" + ALICE_IN_URL + "%22",
                "/v1/users?limit=1&prefix=auth0%7C")) {
            raw().put("/v1/users/auth0%7Czoe").then().statusCode(oneOf(200, 201));
            Response page = raw().get(first);
            Matcher link = Pattern.compile("<([^>]*)>; rel=\"next\"").matcher(page.header("Link"));
            assertThat(link.matches()).isTrue();
            assertThat(link.group(1)).contains("%7C").doesNotContain("|");

            raw().get(link.group(1)).then().statusCode(200).body("items.size()", equalTo(1));
        }
    }

    @Test
    void prefixCanHoldVerticalBar() {
        raw().get("/v1/users?prefix=auth0%7C").then().body("items.username", contains(ALICE));
        raw().get("/v1/users?prefix=google-oauth2%7C1065").then().body("items.username", contains(BOB));
    }

    @Test
    void quotedNameIsPartOfExpression() {
        follow(ALICE, BOB);
        follow("carol", BOB);

        given().queryParam("of", "followers:\"" + BOB + "\" - followers:carol")
                .get("/v1/select")
                .then()
                .body("items.username", containsInAnyOrder(ALICE, "carol"));
        given().queryParam("of", "following:\"" + ALICE + "\"|following:\"" + BOB + "\"")
                .get("/v1/select/count")
                .then()
                .body("count", equalTo(1), "exact", equalTo(true));
        given().queryParam("of", "following:" + ALICE)
                .get("/v1/select")
                .then()
                .statusCode(400)
                .body("position", equalTo(16));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
        text/plain           ; auth0|1 auth0|2
        text/csv             ; 'follower,followed\nauth0|1,"auth0|2"'
        application/x-ndjson ; {"follower": "auth0|1", "followed": "auth0|2"}
        """)
    void importRoundTrips(String contentType, String body) {
        raw().contentType(contentType)
                .body(body.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8))
                .post("/v1/imports")
                .then()
                .statusCode(200)
                .body("created", equalTo(1), "rejected", equalTo(0));
        raw().get("/v1/users/auth0%7C1/following").then().body("items.username", hasItem("auth0|2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "ndjson"})
    void exportImportsToSameGraph(String format) {
        follow(ALICE, BOB);
        String export = raw().get("/v1/export?format=" + format)
                .then()
                .statusCode(200)
                .extract()
                .asString();
        assertThat(export).contains(ALICE, BOB);
        TestDatabase.empty();

        raw().contentType(format.equals("csv") ? "text/csv" : "application/x-ndjson")
                .body(export.getBytes(StandardCharsets.UTF_8))
                .post("/v1/imports")
                .then()
                .statusCode(200)
                .body("created", equalTo(1), "rejected", equalTo(0), "usersCreated", equalTo(3));
        raw().get("/v1/users/" + BOB_IN_URL + "/followers").then().body("items.username", contains(ALICE));
    }

    @Test
    void suspensionRoundTrips() {
        raw().put("/v1/users/" + ALICE_IN_URL + "/suspension").then().statusCode(oneOf(200, 202));
        raw().delete("/v1/users/" + ALICE_IN_URL + "/suspension").then().statusCode(oneOf(200, 202));
    }

    private static void follow(String follower, String followed) {
        given().contentType("application/json")
                .body("{\"operations\": [{\"op\": \"follow\", \"follower\": \"%s\", \"followed\": \"%s\"}]}"
                        .formatted(follower, followed))
                .post("/v1/batch")
                .then()
                .statusCode(200)
                .body("outcomes", contains("followed"));
    }

    private static RequestSpecification raw() {
        return given().urlEncodingEnabled(false);
    }
}
