package org.retinue.security;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.oneOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.Caller;
import org.retinue.TestDatabase;
import org.retinue.Truths;

/**
 * Every route, and every kind of caller: the service lets in whom the table lets in, and nobody else. alice has a follower
 * and somebody whom she blocks; a path names her, and bob as the other.
 */
@QuarkusTest
@TestProfile(Guarded.class)
class AuthorizationTest {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final String READ_AND_WRITE = "follows:read follows:write";

    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

    /** A row of the table in docs/security.md. */
    private static final Pattern ROW = Pattern.compile("\\| `([A-Z]+) (/[^`]*)` \\| `([a-z:]+)` \\| (.*) \\|");

    /** Who calls. */
    private enum Kind {
        ANONYMOUS(null, null),
        EXPIRED("alice", READ_AND_WRITE),
        SELF("alice", READ_AND_WRITE),
        READ_ONLY("alice", "follows:read"),
        WRITE_ONLY("alice", "follows:write"),
        THE_OTHER("bob", READ_AND_WRITE),
        SOMEBODY("carol", READ_AND_WRITE),
        FOLLOWER("fan", READ_AND_WRITE),
        BLOCKED("foe", READ_AND_WRITE),
        UNREGISTERED("nobody", READ_AND_WRITE),
        ADMIN("service", "follows:admin");

        private final String token;

        Kind(String name, String scope) {
            this.token = name == null
                    ? null
                    : "EXPIRED".equals(name()) ? Guarded.expiredToken(name, scope) : Guarded.token(name, scope);
        }
    }

    /** What becomes of a call. */
    private enum Fate {
        LET_IN,
        UNAUTHENTICATED,
        INSUFFICIENT_SCOPE,
        FORBIDDEN
    }

    /** Of those with both scopes. */
    private static final Map<Who, Set<Kind>> OF_A_PUBLIC_USER = new EnumMap<>(Map.ofEntries(
            Map.entry(Who.EVERYBODY, EnumSet.complementOf(EnumSet.of(Kind.ANONYMOUS, Kind.EXPIRED))),
            Map.entry(Who.SELF, EnumSet.of(Kind.SELF)),
            Map.entry(Who.SELF_BUT_NOT_ITS_NAME, EnumSet.of(Kind.SELF)),
            Map.entry(Who.OTHER, EnumSet.of(Kind.THE_OTHER)),
            Map.entry(Who.EITHER, EnumSet.of(Kind.SELF, Kind.THE_OTHER)),
            Map.entry(Who.SEES, seesAPublicUser()),
            Map.entry(Who.SEES_UNLESS_BLOCKED, seesAPublicUser()),
            Map.entry(Who.SEES_KNOWN_TO, seesAPublicUser()),
            Map.entry(Who.SEES_PATH, seesAPublicUser()),
            Map.entry(Who.SEES_SETS, seesAPublicUser()),
            Map.entry(Who.OWN_OPERATIONS, EnumSet.of(Kind.SELF)),
            Map.entry(Who.ADMINS, EnumSet.noneOf(Kind.class))));

    private static Set<Kind> seesAPublicUser() {
        return EnumSet.of(Kind.SELF, Kind.THE_OTHER, Kind.SOMEBODY, Kind.FOLLOWER, Kind.UNREGISTERED);
    }

    private static Set<Kind> mayOf(Who who, boolean isPrivate) {
        Set<Kind> may = EnumSet.copyOf(OF_A_PUBLIC_USER.get(who));
        if (isPrivate && who.name().startsWith("SEES")) {
            may.retainAll(EnumSet.of(Kind.SELF, Kind.FOLLOWER));
        }
        return may;
    }

    @BeforeEach
    void people() {
        graph(false);
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyRouteIsForWhomTheTableSays(boolean isPrivate) throws Exception {
        graph(isPrivate);
        List<String> wrong = new ArrayList<>();
        int calls = 0;
        for (Route route : routes()) {
            for (Kind kind : Kind.values()) {
                Fate expected = expected(route, kind, isPrivate);
                HttpResponse<String> answer = send(route, kind);
                calls++;
                if (fate(answer) != expected || answer.statusCode() >= 500) {
                    wrong.add(route + " as " + kind + ": " + expected + " is expected, and it was "
                            + answer.statusCode() + " " + answer.body());
                }
                if (expected == Fate.LET_IN && !route.method().equals("GET")) {
                    graph(isPrivate);
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(calls).isGreaterThan(400);
    }

    @Test
    void everyRouteHasARuleAndEveryRuleARoute() throws Exception {
        assertThat(routes())
                .containsExactlyInAnyOrderElementsOf(Rules.TABLE.stream()
                        .map(rule -> new Route(rule.method(), rule.path()))
                        .toList());
    }

    @Test
    void theDocumentHasTheSameTable() throws IOException {
        List<Rule> documented = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("docs", "security.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                documented.add(new Rule(row.group(1), row.group(2), scope(row.group(3)), who(row.group(4))));
            }
        }

        assertThat(documented).containsExactlyElementsOf(Rules.TABLE);
        assertThat(Files.readString(Path.of("docs", "security.md")))
                .contains(Rules.OPEN.stream().map(open -> '`' + open + '`').collect(Collectors.joining(", ")));
    }

    /** Each is alice's, in other letters: the framework must not read another name out of a path than the gate does. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/users/alice/blocks/",
                "/v1//users/alice/blocks",
                "/v1/users//alice/blocks",
                "/v1/./users/alice/blocks",
                "/v1/users/carol/../alice/blocks",
                "/v1/users/carol/%2e%2e/alice/blocks",
                "/v1/users/carol%2F..%2Falice/blocks",
                "/v1/users/%61lice/blocks",
                "/v1/users/%61%6c%69%63%65/%62locks",
                "/v1/users/%2561lice/blocks",
                "/v1/users/alice%00/blocks",
                "/v1/users/alice%3Bcarol/blocks",
                "/v1/users/alice;carol/blocks",
                "/v1/users/alice/blocks?username=carol",
                "/v1/users/Alice/blocks",
                "/V1/users/alice/blocks"
            })
    void noSpellingOfAPathGetsPastTheGate(String path) {
        as("carol", READ_AND_WRITE).urlEncodingEnabled(false).get(path).then().statusCode(oneOf(400, 403, 404));
        as("carol", READ_AND_WRITE).urlEncodingEnabled(false).head(path).then().statusCode(oneOf(400, 403, 404));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/users/%00/following",
                "/v1/users/%00/followers",
                "/v1/users/%00/mutuals",
                "/v1/users/bob/following/%00",
                "/v1/users/bob/followers/%00",
                "/v1/users/bob/followers?known-to=%00",
                "/v1/users/carol/path/%00",
                "/v1/users?cursor=%00",
                "/v1/select?of=followers:%00"
            })
    void aNameThatIsNoneIsMalformedForWhoeverAsks(String path) {
        as("carol", READ_AND_WRITE).urlEncodingEnabled(false).get(path).then().statusCode(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", "two words", "\u00e4"})
    void aCallerWhoseNameIsNoneSeesWhatAStrangerSees(String name) {
        as(name, READ_AND_WRITE).get("/v1/users/bob/followers").then().statusCode(200);
        as(name, READ_AND_WRITE).get("/v1/users/bob/followers/carol").then().statusCode(404);
    }

    @Test
    void nobodyIsToldThatItIsMuted() {
        as("alice", READ_AND_WRITE).put("/v1/users/alice/mutes/fan").then().statusCode(200);

        as("fan", READ_AND_WRITE)
                .put("/v1/users/alice/followers/fan")
                .then()
                .statusCode(200)
                .body("followedBy", equalTo(true), "muting", equalTo(false));
        as("service", "follows:admin")
                .put("/v1/users/alice/followers/fan")
                .then()
                .body("muting", equalTo(true));
    }

    @Test
    void aNameMayBePercentEncoded() {
        TestDatabase.sql("update users set username = 'a@b+c' where username = 'carol'");

        as("a@b+c", READ_AND_WRITE)
                .urlEncodingEnabled(false)
                .get("/v1/users/a%40b%2bc/blocks")
                .then()
                .statusCode(200);
        as("a@b+c", READ_AND_WRITE)
                .urlEncodingEnabled(false)
                .get("/v1/users/a@b+c/blocks")
                .then()
                .statusCode(200);
        as("a@b+c", READ_AND_WRITE).head("/v1/users/a@b+c/blocks").then().statusCode(200);
    }

    /** Auth0's {@code sub}: the gate and the resource decode the same name out of every path. */
    @Test
    void everyRouteTakesNamesWithVerticalBars() {
        String self = "auth0|alice";
        String other = "auth0|bob";
        for (Rule rule : Rules.TABLE) {
            graph(false);
            TestDatabase.sql("""
                    update users set username = 'auth0|' || username where username in ('alice', 'bob')""");
            Route route = new Route(rule.method(), rule.path());
            String caller = rule.who() == Who.OTHER ? other : self;
            String scope = rule.who() == Who.ADMINS ? "follows:admin" : READ_AND_WRITE;
            RequestSpecification request = as(caller, scope).urlEncodingEnabled(false);
            if (!route.body().isEmpty()) {
                request.contentType("application/json")
                        .body(route.body().replace("alice", self).replace("bob", other));
            }

            Response answer = request.request(
                    rule.method(),
                    route.target()
                            .replace("of=followers:alice", "of=followers:%22auth0%7Calice%22")
                            .replace("/alice", "/auth0%7Calice")
                            .replace("bob", "auth0%7Cbob"));

            assertThat(answer.statusCode())
                    .as("%s: %s", route, answer.asString())
                    .isIn(
                            rule.path().contains("{id}") || rule.path().equals("/v1/imports")
                                    ? List.of(200, 400, 404, 415)
                                    : List.of(200, 201, 202, 204, 404));
            if (answer.statusCode() == 404) {
                assertThat(answer.asString()).doesNotContain("not-found").doesNotContain("unknown-user");
            }
        }
    }

    @Test
    void aTokenSaysWhichScopeItLacks() {
        as("alice", "follows:read")
                .put("/v1/users/alice/following/bob")
                .then()
                .statusCode(403)
                .header("WWW-Authenticate", containsString("error=\"insufficient_scope\", scope=\"follows:write\""))
                .body("code", equalTo("insufficient-scope"), "scope", equalTo("follows:write"));
        as("alice", READ_AND_WRITE).get("/v1/audit").then().body("scope", equalTo("follows:admin"));
    }

    @Test
    void aBlockedUserSeesNeitherListsNorRelationshipOfTheBlocker() {
        for (String path : List.of(
                "/v1/users/alice/following",
                "/v1/users/alice/followers",
                "/v1/users/alice/followers?known-to=foe",
                "/v1/users/bob/followers?known-to=alice",
                "/v1/users/alice/mutuals",
                "/v1/users/alice/relationships?with=foe",
                "/v1/users/alice/following/foe",
                "/v1/users/bob/followers/alice",
                "/v1/users/foe/path/alice",
                "/v1/users/alice/path/bob",
                "/v1/select?of=following:foe%20%26%20followers:alice",
                "/v1/select/count?of=followers:bob%20%7C%20following:alice")) {
            assertForbidden(as("foe", READ_AND_WRITE)
                    .urlEncodingEnabled(false)
                    .get(path)
                    .then());
        }
        as("foe", READ_AND_WRITE).get("/v1/users/alice").then().statusCode(200);
        as("foe", READ_AND_WRITE)
                .get("/v1/users/foe/following/alice")
                .then()
                .statusCode(404)
                .body("code", equalTo("not-following"));
    }

    @Test
    void whoIsNoLongerBlockedSeesAtOnce() {
        as("alice", READ_AND_WRITE).delete("/v1/users/alice/blocks/foe").then().statusCode(204);
        as("foe", READ_AND_WRITE).get("/v1/users/alice/followers").then().statusCode(200);
        as("alice", READ_AND_WRITE).put("/v1/users/alice/blocks/foe").then().statusCode(201);
        assertForbidden(
                as("foe", READ_AND_WRITE).get("/v1/users/alice/followers").then());
    }

    @ParameterizedTest
    @CsvSource({
        "alice, follow,   alice, bob,   true",
        "bob,   follow,   alice, bob,   false",
        "carol, follow,   alice, bob,   false",
        "fan,   unfollow, fan,   alice, true",
        "alice, unfollow, fan,   alice, true",
        "carol, unfollow, fan,   alice, false"
    })
    void anOperationOfABatchIsForWhomItsRouteIsFor(
            String caller, String op, String follower, String followed, boolean allowed) {
        String own = "{\"op\": \"follow\", \"follower\": \"%s\", \"followed\": \"dave\"}".formatted(caller);
        String asked = "{\"op\": \"%s\", \"follower\": \"%s\", \"followed\": \"%s\"}".formatted(op, follower, followed);

        ValidatableResponse answer = as(caller, READ_AND_WRITE)
                .contentType("application/json")
                .body("{\"operations\": [" + own + ", " + asked + "]}")
                .post("/v1/batch")
                .then();

        if (allowed) {
            answer.statusCode(200);
        } else {
            assertForbidden(answer);
            answer.body("operation", equalTo(1));
            as("service", "follows:admin")
                    .get("/v1/users/" + caller + "/following/dave")
                    .then()
                    .statusCode(404);
        }
    }

    @Test
    void aNameIsForAdminsToChange() {
        String renamed = "{\"username\": \"carol2\"}";

        assertForbidden(as("carol", READ_AND_WRITE)
                .contentType("application/json")
                .body(renamed)
                .patch("/v1/users/carol")
                .then());
        as("service", "follows:admin")
                .contentType("application/json")
                .body(renamed)
                .patch("/v1/users/carol")
                .then()
                .statusCode(200);
    }

    @Test
    void blocksAndMutesInASetAreForTheirOwner() {
        as("alice", READ_AND_WRITE)
                .queryParam("of", "blocks:alice")
                .get("/v1/select")
                .then()
                .statusCode(200)
                .body("items.username", contains("foe"));
        assertForbidden(as("carol", READ_AND_WRITE)
                .queryParam("of", "followers:bob - blocks:alice")
                .get("/v1/select")
                .then());
        assertForbidden(as("fan", READ_AND_WRITE)
                .queryParam("of", "mutes:alice")
                .get("/v1/select/count")
                .then());
        as("carol", READ_AND_WRITE)
                .queryParam("of", "blocks:(")
                .get("/v1/select")
                .then()
                .statusCode(400);
    }

    @Test
    void aPathThroughListsThatTheCallerDoesNotSeeIsNotTold() {
        // carol -> fan -> alice -> bob
        as("carol", READ_AND_WRITE).put("/v1/users/carol/following/fan").then().statusCode(201);
        as("carol", READ_AND_WRITE)
                .get("/v1/users/carol/path/bob")
                .then()
                .statusCode(200)
                .body("degrees", equalTo(3));

        TestDatabase.sql("update users set private = true where username = 'alice'");

        as("carol", READ_AND_WRITE)
                .get("/v1/users/carol/path/bob")
                .then()
                .statusCode(404)
                .body("code", equalTo("no-path"));
        as("fan", READ_AND_WRITE)
                .get("/v1/users/carol/path/bob")
                .then()
                .statusCode(200)
                .body("path", contains("carol", "fan", "alice", "bob"));
    }

    /** carol -> alice -> fan -> bob, where the lists of alice and fan are hidden, beside carol -> dave -> erin -> gil -> bob. */
    @Test
    void pathAnswerIgnoresFollowsBetweenPrivateUsers() {
        TestDatabase.sql("""
                delete from follows; delete from followers; update follow_counts set following = 0, followers = 0;
                update users set private = username in ('alice', 'fan')""");
        for (String name : List.of("erin", "gil")) {
            as(name, READ_AND_WRITE).put("/v1/users/" + name).then().statusCode(201);
        }
        follow("carol", "dave");
        follow("dave", "erin");
        follow("erin", "gil");
        follow("gil", "bob");
        follow("fan", "bob");
        follow("carol", "alice");

        for (boolean isFollowing : List.of(false, true)) {
            if (isFollowing) {
                follow("alice", "fan");
                as("fan", READ_AND_WRITE)
                        .put("/v1/users/fan/requests/alice")
                        .then()
                        .statusCode(200);
            }
            for (String caller : List.of("carol", "dave", "nobody")) {
                as(caller, READ_AND_WRITE)
                        .get("/v1/users/carol/path/bob")
                        .then()
                        .statusCode(200)
                        .body("path", contains("carol", "dave", "erin", "gil", "bob"));
            }
        }
        as("service", "follows:admin").get("/v1/users/dave/path/bob").then().body("degrees", equalTo(3));
    }

    private static void follow(String follower, String followed) {
        as(follower, READ_AND_WRITE)
                .put("/v1/users/" + follower + "/following/" + followed)
                .then()
                .statusCode(oneOf(201, 202));
    }

    @Test
    void whoIsNotThereHidesNothing() {
        as("carol", READ_AND_WRITE)
                .get("/v1/users/nobody/followers")
                .then()
                .statusCode(404)
                .body("code", equalTo("unknown-user"));
    }

    private static void assertForbidden(ValidatableResponse answer) {
        answer.statusCode(403).contentType("application/problem+json").body("code", equalTo("forbidden"));
    }

    private static RequestSpecification as(String name, String scope) {
        return given().auth().oauth2(Guarded.token(name, scope));
    }

    private record Route(String method, String path) {

        String target() {
            String filled = path.replace("{username}", "alice")
                    .replace("{other}", "bob")
                    .replace("{id}", "one");
            return switch (path) {
                case "/v1/select", "/v1/select/count" -> filled + "?of=followers:alice";
                case "/v1/users/{username}/relationships" -> method.equals("GET") ? filled + "?with=bob" : filled;
                default -> filled;
            };
        }

        String body() {
            return switch (method + " " + path) {
                case "POST /v1/batch" ->
                    "{\"operations\": [{\"op\": \"follow\", \"follower\": \"alice\", \"followed\": \"bob\"}]}";
                case "POST /v1/users/{username}/relationships" -> "{\"with\": [\"bob\"]}";
                case "PATCH /v1/users/{username}" -> "{\"displayName\": \"A\"}";
                default -> "";
            };
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private static Fate expected(Route route, Kind kind, boolean isPrivate) {
        if (kind == Kind.ANONYMOUS || kind == Kind.EXPIRED) {
            return Fate.UNAUTHENTICATED;
        }
        if (kind == Kind.ADMIN) {
            return Fate.LET_IN;
        }
        Rule rule = Rules.TABLE.stream()
                .filter(one -> one.method().equals(route.method()) && one.path().equals(route.path()))
                .findFirst()
                .orElseThrow();
        boolean hasScope =
                switch (rule.scope()) {
                    case READ -> kind != Kind.WRITE_ONLY;
                    case WRITE -> kind != Kind.READ_ONLY;
                    case ADMIN -> false;
                };
        if (!hasScope) {
            return Fate.INSUFFICIENT_SCOPE;
        }
        Kind holder = kind == Kind.READ_ONLY || kind == Kind.WRITE_ONLY ? Kind.SELF : kind;
        return mayOf(rule.who(), isPrivate).contains(holder) ? Fate.LET_IN : Fate.FORBIDDEN;
    }

    private static Fate fate(HttpResponse<String> answer) {
        return switch (answer.statusCode()) {
            case 401 -> Fate.UNAUTHENTICATED;
            case 403 ->
                answer.body().contains("\"insufficient-scope\"")
                        ? Fate.INSUFFICIENT_SCOPE
                        : answer.body().contains("\"forbidden\"") ? Fate.FORBIDDEN : Fate.LET_IN;
            default -> Fate.LET_IN;
        };
    }

    private static HttpResponse<String> send(Route route, Kind kind) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(Caller.uri(route.target()).toString()))
                .method(
                        route.method(),
                        route.body().isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(route.body()));
        if (!route.body().isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (kind.token != null) {
            request.header("Authorization", "Bearer " + kind.token);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static List<Route> routes() throws IOException {
        JsonNode document = new ObjectMapper()
                .readTree(given().get("/q/openapi?format=json").asString());
        List<Route> routes = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    if (METHODS.contains(method)) {
                        routes.add(new Route(method.toUpperCase(Locale.ROOT), path.getKey()));
                    }
                }));
        return routes;
    }

    private static Scope scope(String text) {
        return EnumSet.allOf(Scope.class).stream()
                .filter(scope -> scope.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no scope " + text));
    }

    private static Who who(String text) {
        return EnumSet.allOf(Who.class).stream()
                .filter(who -> who.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody is called: " + text));
    }

    /** alice, followed by fan, follows bob and blocks foe; all at once, since this is done often. */
    private static void graph(boolean isPrivate) {
        TestDatabase.sql("""
                delete from follows;
                delete from followers;
                delete from follow_counts;
                delete from users;
                delete from imports;
                delete from erasures;
                delete from erased_names;
                insert into users (id, username, private)
                values (9000000001, 'alice', %s), (9000000002, 'bob', false), (9000000003, 'carol', false), (9000000004, 'fan', false), (9000000005, 'foe', false),
                    (9000000006, 'dave', false);
                insert into follow_counts (user_id, following, followers)
                values (9000000001, 1, 1), (9000000002, 0, 1), (9000000003, 0, 0), (9000000004, 1, 0), (9000000005, 0, 0), (9000000006, 0, 0);
                insert into follows (follower_id, followed_id, state, since, blocks_since, blocked_by_since)
                values (9000000001, 9000000002, 'following', '2026-03-01T12:00:00Z', null, null),
                    (9000000004, 9000000001, 'following', '2026-03-01T12:00:00Z', null, null),
                    (9000000001, 9000000005, null, null, '2026-03-01T12:00:00Z', null),
                    (9000000005, 9000000001, null, null, null, '2026-03-01T12:00:00Z');
                insert into followers (followed_id, since, follower_id)
                values (9000000002, '2026-03-01T12:00:00Z', 9000000001), (9000000001, '2026-03-01T12:00:00Z', 9000000004);
                """.formatted(isPrivate));
    }
}
