package org.retinue.security;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.vertx.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.LoggedLines;
import org.retinue.People;
import org.retinue.ScrapedMetrics;
import org.retinue.TestDatabase;

/** Who calls is known by a token, or told what is wrong with it (RFC 6750). */
@QuarkusTest
@TestProfile(Guarded.class)
class AuthenticationTest {

    private static final String CHALLENGE = "Bearer realm=\"retinue\"";

    @BeforeEach
    void people() {
        TestDatabase.empty();
        People.registered("alice");
    }

    @Test
    void aGoodTokenIsTaken() {
        with(Guarded.token("alice", "follows:read")).statusCode(200).body("username", equalTo("alice"));
    }

    @Test
    void documentRequiresABearerToken() {
        JsonPath document = given().get("/q/openapi?format=json").jsonPath();

        assertThat(document.getMap("components.securitySchemes.bearer"))
                .containsEntry("type", "http")
                .containsEntry("scheme", "bearer")
                .containsEntry("bearerFormat", "JWT");
        assertThat(document.getList("security")).isEqualTo(List.of(Map.of("bearer", List.of())));
        document.<Map<String, Map<String, Object>>>get("paths").values().stream()
                .flatMap(path -> path.values().stream())
                .map(operation -> JsonPath.from(Json.encode(operation)))
                .forEach(operation -> {
                    String id = operation.getString("operationId");
                    assertThat(operation.getString("responses.'401'.description"))
                            .as(id)
                            .contains("`not-authenticated`");
                    assertThat(operation.getString("responses.'403'.description"))
                            .as(id)
                            .contains("`insufficient-scope`", "`forbidden`");
                    assertThat(operation.getMap("responses.'401'.headers"))
                            .as(id)
                            .containsKey("WWW-Authenticate");
                    assertThat(operation.getMap("responses").keySet().stream().map(String::valueOf))
                            .as(id)
                            .isSorted();
                });
        assertThat(document.getList("paths.'/v1/users/{username}/following/{other}'.put.parameters.name"))
                .isEqualTo(List.of("username", "other"));
    }

    /** A request comes back each second, and the test may take some: it asks more often than that. */
    @Test
    void whatACallerSendsIsCountedForItAloneWhetherOrNotItMay() {
        int times = 50;
        String heidi = Guarded.token("heidi", "follows:read");
        long begin = System.nanoTime();
        assertThat(left(heidi, 200)).isEqualTo(Guarded.BURST - 1);
        for (int i = 0; i < times; i++) {
            given().auth().oauth2(heidi).get("/v1/export").then().statusCode(403);
            left("nobody.sent.it", 401);
        }

        long leftToHeidi = left(heidi, 200);
        long leftToIvan = left(Guarded.token("ivan", "follows:read"), 200);
        long leftToNobody = left("nobody.sent.it", 401);

        long back = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin) + 1;
        assertThat(back).as("requests that may have come back").isLessThan(times);
        assertThat(leftToHeidi).isBetween(Guarded.BURST - times - 2, Guarded.BURST - times - 2 + back);
        assertThat(leftToIvan).isEqualTo(Guarded.BURST - 1);
        assertThat(leftToNobody)
                .as("what is left to an address from which no good tokens come")
                .isLessThanOrEqualTo(Guarded.BURST - times - 1 + back);
        given().get("/q/health").then().header("RateLimit", nullValue());
    }

    private static long left(String token, int status) {
        String limit = with(token).statusCode(status).extract().header("RateLimit");
        return Long.parseLong(limit.replaceFirst("^\"caller\";r=(\\d+);t=\\d+$", "$1"));
    }

    @Test
    void neitherATokenNorWhomItNamesIsLogged() {
        List<String> tokens = List.of(
                Guarded.token("qzxwv", "follows:read"),
                Guarded.expiredToken("qzxwv", "follows:read"),
                Guarded.token("qzxwv", "follows:admin") + "x",
                "eyJhbGciOiJub25lIn0.eyJzdWIiOiJxenh3diJ9.",
                "qzxwv.qzxwv.qzxwv");
        try (LoggedLines logged = new LoggedLines()) {
            for (String token : tokens) {
                with(token);
                given().auth().oauth2(token).get("/v1/users/qzxwv/blocks");
                given().auth().oauth2(token).get("/v1/export");
            }

            assertThat(logged.text()).doesNotContain("qzxwv").doesNotContain(tokens);
        }
    }

    @Test
    void refusedCallersLeaveNoNameInMetricLabels() throws InterruptedException {
        String token = Guarded.token("qzxwv", "follows:write");
        List<String> paths = List.of("/v1/users/qzxwv/blocks/ben", "/v1/users/qzxwv", "/v1/qzxwv", "/qzxwv");
        long before = ScrapedMetrics.requests();
        for (String path : paths) {
            given().get(path).then().statusCode(401);
            given().auth().oauth2(token).get(path).then().statusCode(anyOf(equalTo(403), equalTo(404)));
            given().auth().oauth2(token).request("QZXWV", path).then().statusCode(anyOf(equalTo(404), equalTo(405)));
        }

        ScrapedMetrics.awaitRequests(before + 3L * paths.size());
        assertThat(ScrapedMetrics.text())
                .doesNotContainIgnoringCase("qzxwv")
                .contains("status=\"401\",uri=\"/v1/users/{username}/blocks/{other}\"")
                .contains("status=\"403\",uri=\"/v1/users/{username}/blocks/{other}\"");
    }

    @Test
    void withoutATokenItIsToldWhatIsMissingAndNothingElse() {
        given().get("/v1/users/alice")
                .then()
                .statusCode(401)
                .contentType("application/problem+json")
                .header("WWW-Authenticate", CHALLENGE)
                .body("code", equalTo("not-authenticated"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic YWxpY2U6YWxpY2U=", "Bearer", "bear token", "Digest x", "token"})
    void anotherSchemeIsNoToken(String authorization) {
        given().header("Authorization", authorization)
                .get("/v1/users/alice")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", CHALLENGE);
    }

    /** RFC 9110, section 11.1: the name of a scheme is case-insensitive. */
    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER "})
    void schemeIsAcceptedInAnyCase(String scheme) {
        given().header("authorization", scheme + Guarded.token("alice", "follows:read"))
                .get("/v1/users/nobody")
                .then()
                .statusCode(404);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forged")
    void aTokenThatIsNotTrueIsRefused(String name, Supplier<String> token, String why) {
        with(token.get())
                .statusCode(401)
                .contentType("application/problem+json")
                .header("WWW-Authenticate", CHALLENGE + ", error=\"invalid_token\", error_description=\"" + why + '"')
                .body("code", equalTo("not-authenticated"), "detail", equalTo(why));
    }

    static Stream<Arguments> forged() {
        String unknown = "The token is not signed with a key that is known here, or can't be read";
        Signer signer = Guarded.signer();
        return Stream.of(
                forged("alg none", () -> signer.sign(good(claims -> {}), AlgorithmIdentifiers.NONE, null), unknown),
                forged(
                        "the public key as a secret, DER",
                        () -> confused(signer.jwk().getPublicKey().getEncoded()),
                        unknown),
                forged(
                        "the public key as a secret, PEM",
                        () -> confused(AuthSettingsTest.pem(signer).getBytes(StandardCharsets.UTF_8)),
                        unknown),
                forged("another key of that name", () -> Signer.rsa("first").sign(good(claims -> {})), unknown),
                forged(
                        "another kind of key of that name",
                        () -> Signer.ec("first").sign(good(claims -> {})),
                        unknown),
                forged("an unknown key", () -> Signer.rsa("nobody's").sign(good(claims -> {})), unknown),
                forged(
                        "another audience",
                        () -> signer.sign(good(claims -> claims.setAudience("elsewhere"))),
                        "The token is not for this service"),
                forged(
                        "no audience",
                        () -> signer.sign(good(claims -> claims.unsetClaim("aud"))),
                        "The token is not for this service"),
                forged(
                        "another issuer",
                        () -> signer.sign(good(claims -> claims.setIssuer(Guarded.issuer() + "/"))),
                        "The token is not of this issuer"),
                forged(
                        "no issuer",
                        () -> signer.sign(good(claims -> claims.unsetClaim("iss"))),
                        "The token is not of this issuer"),
                forged(
                        "expired",
                        () -> signer.sign(good(claims -> claims.setExpirationTime(fromNow(-31)))),
                        "The token has expired"),
                forged(
                        "without an end",
                        () -> signer.sign(good(claims -> claims.unsetClaim("exp"))),
                        "The token does not expire"),
                forged(
                        "not yet valid",
                        () -> signer.sign(good(claims -> claims.setNotBefore(fromNow(40)))),
                        "The token is not valid yet"),
                forged(
                        "without a user",
                        () -> signer.sign(good(claims -> claims.unsetClaim("sub"))),
                        "The token has no claim sub"),
                forged(
                        "oversized",
                        () -> signer.sign(good(claims -> claims.setClaim("groups", "x".repeat(8_000)))),
                        "A token may have 8192 characters"),
                forged("garbage", () -> "x", unknown),
                forged("dots", () -> "..", unknown));
    }

    @ParameterizedTest
    @ValueSource(ints = {-20, 20})
    void clocksMayDiffer(int seconds) {
        with(Guarded.signer().sign(good(claims -> {
                    claims.setIssuedAt(fromNow(-60));
                    claims.setNotBefore(fromNow(seconds));
                    claims.setExpirationTime(fromNow(seconds + 1));
                })))
                .statusCode(200);
    }

    @Test
    void moreThanOneAuthorizationIsNone() {
        given().header("Authorization", "Bearer x", "Bearer " + Guarded.token("alice", "follows:read"))
                .get("/v1/users/alice")
                .then()
                .statusCode(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/health/ready", "/q/health/live", "/q/metrics", "/q/openapi", "/q/swagger-ui/"})
    void healthMetricsAndTheDescriptionNeedNoToken(String path) {
        given().get(path).then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/q/healthy", "/q/arc", "/q/../v1/users/alice", "/q/health/../../v1/users/alice", "/nothing"})
    void nothingElseDoes(String path) {
        given().urlEncodingEnabled(false).get(path).then().statusCode(401);
    }

    @Test
    void whatNoRuleNamesIsNotThere() {
        String admin = Guarded.token("service", "follows:admin");

        given().auth().oauth2(admin).get("/v1/nothing").then().statusCode(404).body("code", equalTo("not-found"));
        given().auth()
                .oauth2(admin)
                .delete("/v1/users")
                .then()
                .statusCode(405)
                .header("Allow", "GET, HEAD, OPTIONS")
                .body("code", equalTo("method-not-allowed"));
    }

    @Test
    void aBodyThatIsNotReadEndsTheConnection() {
        given().body("x".repeat(100_000))
                .post("/v1/imports")
                .then()
                .statusCode(401)
                .header("Connection", equalTo("close"));
        given().get("/v1/users/alice").then().statusCode(401).header("Connection", nullValue());
    }

    @Test
    void anImportIsReadWholeBehindTheGate() {
        String edges = Stream.iterate(0, i -> i < 2_000, i -> i + 1)
                .map(i -> "a" + i + " b" + i + "\n")
                .reduce(new StringBuilder(), StringBuilder::append, StringBuilder::append)
                .toString();

        given().auth()
                .oauth2(Guarded.token("service", "follows:admin"))
                .contentType("text/plain")
                .body(edges)
                .post("/v1/imports")
                .then()
                .statusCode(200)
                .body("created", equalTo(2_000));
    }

    /** At least 10,000 are asked for; whatever they hold, none is let in and none is a fault. */
    @Test
    void noForgedTokenIsLetInAndNoneIsAFault() throws Exception {
        Map<Integer, Integer> statuses = new TreeMap<>();

        ForgedTokens.sendAll(10_000, statuses);

        assertThat(statuses).containsOnlyKeys(401);
        assertThat(statuses.get(401)).isEqualTo(10_000);
    }

    private static Arguments forged(String name, Supplier<String> token, String why) {
        return Arguments.of(name, token, why);
    }

    private static String confused(byte[] secret) {
        return Guarded.signer().sign(good(claims -> {}), AlgorithmIdentifiers.HMAC_SHA256, new HmacKey(secret));
    }

    private static String good(Consumer<JwtClaims> change) {
        JwtClaims claims = Guarded.claims("alice", "follows:read follows:admin");
        change.accept(claims);
        return claims.toJson();
    }

    private static NumericDate fromNow(int seconds) {
        NumericDate date = NumericDate.now();
        date.addSeconds(seconds);
        return date;
    }

    private static ValidatableResponse with(String token) {
        return given().auth().oauth2(token).get("/v1/users/alice").then();
    }
}
