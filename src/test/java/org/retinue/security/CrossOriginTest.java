package org.retinue.security;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.Headers;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.People;
import org.retinue.TestDatabase;

/** Every response to an allowed origin has the CORS headers, and a preflight needs no token. */
@QuarkusTest
@TestProfile(Guarded.class)
class CrossOriginTest {

    private static final String FOREIGN = "https://evil.example";

    @BeforeEach
    void users() {
        TestDatabase.empty();
        People.registered("alice", "bob");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,     /v1/users/alice,                            follows:read,  200",
        "HEAD,    /v1/users/alice,                            follows:read,  200",
        "OPTIONS, /v1/users/alice,                            follows:read,  204",
        "PUT,     /v1/users/alice/following/bob,              follows:write, 201",
        "DELETE,  /v1/users/alice/following/bob,              follows:write, 204",
        "GET,     /v1/export,                                 follows:admin, 200",
        "GET,     /v1/users?limit=0,                          follows:read,  400",
        "GET,     /v1/users?limi=1,                           follows:read,  400",
        "GET,     /v1/users/alice,                            -,             401",
        "HEAD,    /v1/users/alice,                            -,             401",
        "GET,     /v1/export,                                 follows:read,  403",
        "GET,     /v1/users/alice/following/bob,              follows:read,  404",
        "GET,     /v1/nothing,                                follows:admin, 404",
        "POST,    /v1/users/alice,                            follows:admin, 405",
        "GET,     /q/health,                                  -,             200"
    })
    void everyResponseHasTheHeaders(String method, String path, String scope, int status) {
        Response response = from(Guarded.ORIGIN, scope).request(method, path);

        assertThat(response.statusCode()).isEqualTo(status);
        assertAllowed(response);
    }

    @Test
    void refusalsForSizeHaveTheHeaders() {
        Response uri = from(Guarded.ORIGIN, "-").get("/v1/users/" + "x".repeat(9_000));
        Response headers =
                from(Guarded.ORIGIN, "-").header("X-Long", "x".repeat(17_000)).get("/v1/users");

        assertThat(uri.statusCode()).isEqualTo(414);
        assertAllowed(uri);
        assertThat(headers.statusCode()).isEqualTo(431);
        assertAllowed(headers);
    }

    @Test
    void refusedMediaTypeHasTheHeaders() {
        Response response = from(Guarded.ORIGIN, "follows:admin")
                .contentType("text/csv")
                .body("{}")
                .post("/v1/batch");

        assertThat(response.statusCode()).isEqualTo(415);
        assertAllowed(response);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/users/alice", "/v1/users/alice/following/bob", "/v1/imports", "/v1/nothing"})
    void preflightNeedsNoTokenAndCountsForNoLimit(String path) {
        Response response = given().header("Origin", Guarded.ORIGIN)
                .header("Access-Control-Request-Method", "PATCH")
                .header("Access-Control-Request-Headers", "authorization,if-match")
                .options(path);

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.header("Access-Control-Allow-Origin")).isEqualTo(Guarded.ORIGIN);
        assertThat(words(response, "Access-Control-Allow-Methods")).contains("GET", "PUT", "PATCH", "POST", "DELETE");
        assertThat(words(response, "Access-Control-Allow-Headers"))
                .contains("Authorization", "Content-Type", "If-Match", "If-None-Match", "X-Request-Id");
        assertThat(response.header("Access-Control-Max-Age")).isEqualTo("7200");
        assertThat(response.header("Access-Control-Allow-Credentials")).isNull();
        assertThat(response.header("Vary")).isEqualTo("Origin");
        assertThat(response.header("RateLimit")).isNull();
    }

    @Test
    void preflightForPrivateNetworkIsAllowed() {
        Response response = given().header("Origin", Guarded.ORIGIN)
                .header("Access-Control-Request-Method", "GET")
                .header("Access-Control-Request-Private-Network", "true")
                .options("/v1/users");

        assertThat(response.header("Access-Control-Allow-Private-Network")).isEqualTo("true");
    }

    @ParameterizedTest
    @ValueSource(strings = {FOREIGN, "null", "https://app.example:444", "http://app.example"})
    void otherOriginGetsNoHeaders(String origin) {
        Response response = from(origin, "follows:read").get("/v1/users/alice");
        Response preflight = given().header("Origin", origin)
                .header("Access-Control-Request-Method", "PUT")
                .options("/v1/users/alice");

        assertThat(response.statusCode()).isEqualTo(200);
        for (Headers headers : List.of(response.headers(), preflight.headers())) {
            assertThat(headers.asList()).noneMatch(header -> header.getName().startsWith("Access-Control"));
            assertThat(headers.getValue("Vary")).contains("Origin");
        }
    }

    @Test
    void responseWithoutOriginVariesByIt() {
        assertThat(given().get("/q/health").header("Vary")).contains("Origin");
    }

    @Test
    void withAuthenticationForeignHostsAndSitesAreServed() {
        from(FOREIGN, "follows:read")
                .header("Host", "retinue.example")
                .header("Sec-Fetch-Site", "cross-site")
                .get("/v1/users/alice")
                .then()
                .statusCode(200);
    }

    private static RequestSpecification from(String origin, String scope) {
        RequestSpecification request = given().header("Origin", origin);
        return scope.equals("-") ? request : request.auth().oauth2(Guarded.token("alice", scope));
    }

    private static void assertAllowed(Response response) {
        assertThat(response.header("Access-Control-Allow-Origin")).isEqualTo(Guarded.ORIGIN);
        assertThat(words(response, "Access-Control-Expose-Headers"))
                .contains("ETag", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id");
        assertThat(words(response, "Vary")).contains("Origin");
    }

    private static List<String> words(Response response, String header) {
        return List.of(response.header(header).split(", *"));
    }
}
