package org.retinue;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The whole API from outside, against what was packaged: the jar, or with {@code -Dnative} the executable, or with
 * {@code -Dquarkus.http.test-host} and {@code -Dquarkus.http.test-port} whatever listens there. Every kind of body goes
 * in or comes out once, since an executable knows only of those that were registered. Its users have names of their own,
 * so that it can be run on any database.
 */
@QuarkusIntegrationTest
@QuarkusTestResource(BlackBoxDatabase.class)
class BlackBoxIT {

    private String alice;
    private String bob;
    private String carol;

    @BeforeEach
    void names() {
        String suffix = "-" + UUID.randomUUID();
        alice = "alice" + suffix;
        bob = "bob" + suffix;
        carol = "carol" + suffix;
    }

    @Test
    void aUserIsRegisteredChangedRenamedListedAndErased() {
        json("{\"displayName\": \"Alice A.\"}")
                .put("/v1/users/" + alice)
                .then()
                .statusCode(201)
                .body("username", equalTo(alice))
                .body("displayName", equalTo("Alice A."));
        put("/v1/users/" + alice, 200);
        json("{\"displayName\": null, \"private\": true}")
                .patch("/v1/users/" + alice)
                .then()
                .statusCode(200)
                .body("displayName", nullValue())
                .body("private", equalTo(true));
        String tag = get("/v1/users/" + alice, 200).extract().header("ETag");
        given().header("If-None-Match", tag).get("/v1/users/" + alice).then().statusCode(304);
        json("{\"username\": \"" + bob + "\"}")
                .patch("/v1/users/" + alice)
                .then()
                .statusCode(200);
        get("/v1/users/" + alice, 404).body("code", equalTo("unknown-user")).body("user", equalTo(alice));
        get("/v1/users?prefix=" + bob, 200)
                .body("items.username", contains(bob))
                .body("next", nullValue());
        given().delete("/v1/users/" + bob).then().statusCode(202);
        get("/v1/users/" + bob, 404);
    }

    @Test
    void aFollowShowsOnBothSides() {
        register(alice, bob, carol);
        put("/v1/users/" + alice + "/following/" + bob, 201)
                .body("following", equalTo(true))
                .body("followingSince", notNullValue())
                .body("$", not(hasKey("requestedSince")));
        put("/v1/users/" + alice + "/following/" + bob, 200);
        put("/v1/users/" + bob + "/followers/" + carol, 201).body("followedBy", equalTo(true));

        get("/v1/users/" + alice + "/following/" + bob, 200).body("since", notNullValue());
        get("/v1/users/" + bob + "/followers/" + alice, 200).body("since", notNullValue());
        get("/v1/users/" + bob + "/following/" + alice, 404).body("code", equalTo("not-following"));
        get("/v1/users/" + alice + "/following", 200)
                .body("items.username", contains(bob))
                .body("total", equalTo(1));
        String next = get("/v1/users/" + bob + "/followers?limit=1", 200)
                .body("items.username", contains(carol))
                .header("Link", containsString("rel=\"next\""))
                .extract()
                .path("next");
        get("/v1/users/" + bob + "/followers?limit=1&cursor=" + next, 200)
                .body("items.username", contains(alice))
                .body("next", nullValue());
        get("/v1/users/" + bob, 200).body("followersCount", equalTo(2));
        delete("/v1/users/" + bob + "/followers/" + alice);
        get("/v1/users/" + alice + "/following", 200).body("total", equalTo(0));
        delete("/v1/users/" + carol + "/following/" + bob);
    }

    @Test
    void aBatchIsAllOrNothing() {
        register(alice, bob);
        String follow = operation("follow", bob);
        json("{\"operations\": [" + follow + "," + follow + "," + operation("unfollow", bob) + "]}")
                .post("/v1/batch")
                .then()
                .statusCode(200)
                .body("outcomes", contains("followed", "already-following", "unfollowed"));
        json("{\"operations\": [" + follow + "," + operation("follow", carol) + "]}")
                .post("/v1/batch")
                .then()
                .statusCode(404)
                .body("operation", equalTo(1));
        get("/v1/users/" + alice + "/following/" + bob, 404);
    }

    @Test
    void aPrivateUserIsAskedAndAnswers() {
        register(alice, bob);
        json("{\"private\": true}").put("/v1/users/" + carol).then().statusCode(201);
        put("/v1/users/" + alice + "/following/" + carol, 202).body("requested", equalTo(true));
        put("/v1/users/" + bob + "/following/" + carol, 202);
        get("/v1/users/" + carol + "/requests", 200).body("items.username", contains(bob, alice));
        get("/v1/users/" + carol + "/requests/" + alice, 200).body("since", notNullValue());
        put("/v1/users/" + carol + "/requests/" + alice, 200).body("since", notNullValue());
        put("/v1/users/" + carol + "/requests", 200).body("accepted", equalTo(1));
        get("/v1/users/" + carol + "/followers", 200).body("total", equalTo(2));
        delete("/v1/users/" + carol + "/requests/" + bob);
    }

    @Test
    void blocksAndMutesStandBetweenUsers() {
        register(alice, bob);
        put("/v1/users/" + alice + "/blocks/" + bob, 201).body("since", notNullValue());
        get("/v1/users/" + alice + "/blocks", 200).body("items.username", contains(bob));
        put("/v1/users/" + bob + "/following/" + alice, 403).body("code", equalTo("blocked"));
        json("{\"until\": \"2999-01-01T00:00:00Z\"}")
                .put("/v1/users/" + alice + "/mutes/" + bob)
                .then()
                .statusCode(200)
                .body("until", equalTo("2999-01-01T00:00:00Z"));
        get("/v1/users/" + alice + "/mutes", 200).body("items.username", contains(bob));
        get("/v1/users/" + alice + "/relationships?with=" + bob + "," + carol, 200)
                .body("items[0].blocking", equalTo(true))
                .body("items[0].muting", equalTo(true))
                .body("unknown", contains(carol));
        json("{\"with\": [\"" + bob + "\"]}")
                .post("/v1/users/" + alice + "/relationships")
                .then()
                .statusCode(200)
                .body("items.with", contains(bob));
        delete("/v1/users/" + alice + "/blocks/" + bob);
        delete("/v1/users/" + alice + "/mutes/" + bob);
        get("/v1/users/" + alice + "/mutes/" + bob, 404).body("code", equalTo("not-muted"));
    }

    @Test
    void setsSuggestionsAndPathsAreFound() {
        register(alice, bob, carol);
        put("/v1/users/" + alice + "/following/" + bob, 201);
        put("/v1/users/" + bob + "/following/" + alice, 201);
        put("/v1/users/" + bob + "/following/" + carol, 201);
        get("/v1/users/" + alice + "/mutuals", 200).body("items.username", contains(bob));
        get("/v1/users/" + carol + "/followers?known-to=" + alice, 200).body("items.username", contains(bob));
        String expression = "following:" + bob + " - following:" + alice;
        given().queryParam("of", expression)
                .get("/v1/select")
                .then()
                .statusCode(200)
                .body("items.username", hasItems(alice, carol));
        given().queryParam("of", expression)
                .get("/v1/select/count")
                .then()
                .statusCode(200)
                .body("count", equalTo(2))
                .body("exact", equalTo(true));
        given().queryParam("of", "followers:")
                .get("/v1/select")
                .then()
                .statusCode(400)
                .body("code", equalTo("malformed"));
        get("/v1/users/" + alice + "/suggestions", 200)
                .body("items.username", contains(carol))
                .body("items[0].followedBy", contains(bob));
        get("/v1/users/" + alice + "/path/" + carol, 200)
                .body("degrees", equalTo(2))
                .body("path", contains(alice, bob, carol));
    }

    @Test
    void aSuspendedUserIsInNoListUntilRestored() throws Exception {
        register(alice, bob);
        put("/v1/users/" + alice + "/following/" + bob, 201);
        given().put("/v1/users/" + bob + "/suspension");
        awaitState("suspended");
        get("/v1/users/" + alice + "/following", 200).body("total", equalTo(0));
        put("/v1/users/" + alice + "/following/" + bob, 403).body("code", equalTo("suspended"));
        given().delete("/v1/users/" + bob + "/suspension");
        awaitState("none");
        get("/v1/users/" + alice + "/following", 200).body("items.username", contains(bob));
    }

    @Test
    void aGraphGoesInAndComesOut() throws Exception {
        String id = UUID.randomUUID().toString();
        given().contentType("text/plain")
                .header("Content-Encoding", "gzip")
                .body(gzip(alice + " " + bob + "\nnonsense\n"))
                .post("/v1/imports?id=" + id)
                .then()
                .statusCode(200)
                .body("created", equalTo(1))
                .body("rejected", equalTo(1))
                .body("rejections.size()", equalTo(1));
        get("/v1/imports/" + id, 200).body("state", equalTo("completed"));
        given().contentType("application/x-ndjson")
                .body(("{\"username\":\"" + carol + "\",\"displayName\":\"Carol\"}\n{\"follower\":\"" + carol
                                + "\",\"followed\":\"" + bob + "\"}\n")
                        .getBytes(StandardCharsets.UTF_8))
                .post("/v1/imports")
                .then()
                .statusCode(200)
                .body("created", equalTo(1));
        given().contentType("text/csv")
                .body(("follower,followed\n" + carol + "," + alice + "\n").getBytes(StandardCharsets.UTF_8))
                .post("/v1/imports")
                .then()
                .statusCode(200)
                .body("created", equalTo(1));

        List<String> lines = given().get("/v1/export").asString().lines().toList();

        assertThat(lines)
                .anyMatch(line -> line.contains("\"username\":\"" + carol + "\"") && line.contains("\"Carol\""))
                .anyMatch(line -> line.contains("\"follower\":\"" + alice + "\"") && line.contains("\"since\":\"2"));
    }

    @Test
    void mistakesAreToldAsProblems() throws Exception {
        json("{\"displayNme\": \"A\"}")
                .put("/v1/users/" + alice)
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("code", equalTo("malformed"))
                .body("field", equalTo("displayNme"));
        get("/v1/nothing", 404).body("code", equalTo("not-found"));
        given().post("/v1/users/" + alice)
                .then()
                .statusCode(405)
                .header("Allow", containsString("PATCH"))
                .body("code", equalTo("method-not-allowed"));
        given().options("/v1/batch").then().statusCode(204).header("Allow", containsString("POST"));
        given().get("/v1/users/a%20b").then().statusCode(400).body("field", equalTo("username"));
        assertThat(raw("/v1/users/a%zz")).startsWith("HTTP/1.1 400 ").contains("\"malformed\"");
        register(alice);
        put("/v1/users/" + alice + "/following/" + alice, 422).body("code", equalTo("self-follow"));
        given().contentType("text/plain")
                .body("x")
                .patch("/v1/users/" + alice)
                .then()
                .statusCode(415);
    }

    @Test
    void operatorsSeeHealthMetricsTheDocumentAndTheAudit() {
        get("/q/health/live", 200).body("status", equalTo("UP"));
        get("/q/health/ready", 200).body("checks.name", hasItem("database"));
        register(alice);
        assertThat(metricsWith("http_server_requests_seconds")).contains("retinue_coalescer_queue");
        given().accept(ContentType.JSON)
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body("openapi", containsString("3.0"))
                .body("paths.size()", greaterThan(20));
        get("/v1/audit", 200).body("drift", equalTo(0));
    }

    /** A request is counted after its response has been sent, so its metric may be missing for a moment. */
    private static String metricsWith(String name) {
        for (Instant end = Instant.now().plusSeconds(20); ; ) {
            String metrics =
                    given().get("/q/metrics").then().statusCode(200).extract().asString();
            if (metrics.contains(name)) {
                return metrics;
            }
            assertThat(Instant.now()).as("%s in %s", name, metrics).isBefore(end);
        }
    }

    /** What comes back for a target that no client library would ask for. */
    private static String raw(String target) throws IOException {
        try (Socket socket = new Socket(URI.create(RestAssured.baseURI).getHost(), RestAssured.port)) {
            socket.getOutputStream()
                    .write(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void awaitState(String state) throws InterruptedException {
        Instant end = Instant.now().plus(Duration.ofSeconds(20));
        while (!state.equals(
                get("/v1/users/" + bob + "/suspension", 200).extract().path("state"))) {
            assertThat(Instant.now()).as("until " + state).isBefore(end);
            Thread.sleep(20);
        }
    }

    private String operation(String kind, String followed) {
        return "{\"op\": \"" + kind + "\", \"follower\": \"" + alice + "\", \"followed\": \"" + followed + "\"}";
    }

    private static void register(String... usernames) {
        for (String username : usernames) {
            put("/v1/users/" + username, 201);
        }
    }

    private static RequestSpecification json(String body) {
        return given().contentType(ContentType.JSON).body(body);
    }

    private static ValidatableResponse get(String path, int status) {
        return given().get(path).then().statusCode(status);
    }

    private static ValidatableResponse put(String path, int status) {
        return given().put(path).then().statusCode(status);
    }

    private static void delete(String path) {
        given().delete(path).then().statusCode(204);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
