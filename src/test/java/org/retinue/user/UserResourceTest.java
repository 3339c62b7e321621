package org.retinue.user;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.Locks;
import org.retinue.People;
import org.retinue.TestDatabase;
import org.retinue.Truths;

/** Users over REST: registered, read, changed, listed, erased. */
@QuarkusTest
class UserResourceTest {

    /** Every character that a name may have, in the order of the list. */
    private static final String ALLOWED = "+-.0123456789:=@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";

    @BeforeEach
    void nobody() {
        TestDatabase.empty();
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @Test
    void aUserIsRegisteredOnceAndThereAfterwards() {
        given().put("/v1/users/alice")
                .then()
                .statusCode(201)
                .body(
                        "username", equalTo("alice"),
                        "displayName", nullValue(),
                        "private", is(false),
                        "followingCount", equalTo(0),
                        "followersCount", equalTo(0),
                        "createdAt", notNullValue());

        given().put("/v1/users/alice").then().statusCode(200).body("username", equalTo("alice"));
    }

    @Test
    void aRegistrationMaySayMore() {
        given().contentType("application/json")
                .body("{\"username\": \"alice\", \"displayName\": \"Alice A. \\uD83D\\uDC69\", \"private\": true}")
                .put("/v1/users/alice")
                .then()
                .statusCode(201)
                .body("displayName", equalTo("Alice A. \uD83D\uDC69"), "private", is(true));
    }

    @Test
    void puttingAUserAgainKeepsWhatIsLeftOut() {
        put("alice", "{\"displayName\": \"Alice\", \"private\": true}").statusCode(201);

        put("alice", "{\"displayName\": \"Alice A.\"}")
                .statusCode(200)
                .body("displayName", equalTo("Alice A."), "private", is(true));
        given().put("/v1/users/alice").then().statusCode(200).body("displayName", equalTo("Alice A."));
    }

    @Test
    void puttingDoesNotRename() {
        put("alice", "{\"username\": \"alicia\"}").statusCode(400).body("field", equalTo("username"));

        given().get("/v1/users/alice").then().statusCode(404);
        given().get("/v1/users/alicia").then().statusCode(404);
    }

    @Test
    void namesDifferByCase() {
        People.registered("alice");

        given().get("/v1/users/Alice").then().statusCode(404);
        given().put("/v1/users/Alice").then().statusCode(201);
    }

    @Test
    void anUnknownUserIsNamed() {
        given().get("/v1/users/nobody")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("code", equalTo("unknown-user"), "user", equalTo("nobody"));
        patch("nobody", "{}").statusCode(404).body("user", equalTo("nobody"));
        given().delete("/v1/users/nobody").then().statusCode(404).body("user", equalTo("nobody"));
    }

    @Test
    void aNameMayHaveEveryAllowedCharacter() {
        for (int i = 0; i < ALLOWED.length(); i++) {
            String name = "x" + ALLOWED.charAt(i);
            String encoded = String.format("x%%%02X", (int) ALLOWED.charAt(i));

            given().urlEncodingEnabled(false)
                    .put("/v1/users/" + encoded)
                    .then()
                    .statusCode(201)
                    .body("username", equalTo(name));
            given().urlEncodingEnabled(false).get("/v1/users/" + name).then().statusCode(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"auth0+123", "...", "a@b.example", "~", "a:b=c", "-", "6f2d7b1e-8a64-4b53-9d4e-2f7b2c1d0e9f"})
    void aNameIsTakenAsItIs(String name) {
        People.registered("bob");
        given().urlEncodingEnabled(false).put("/v1/users/" + name).then().statusCode(201);

        given().urlEncodingEnabled(false)
                .put("/v1/users/" + name + "/following/bob")
                .then()
                .statusCode(201)
                .body("username", equalTo(name));

        given().get("/v1/users/bob/followers").then().body("items.username", contains(name));
    }

    @Test
    void aNameHasUpTo128Characters() {
        given().put("/v1/users/" + "x".repeat(128)).then().statusCode(201);
        given().put("/v1/users/" + "x".repeat(129)).then().statusCode(400).body("field", equalTo("username"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%20b", "a%2Fb", "a%5Cb", "%C3%A9", "a%00b", "a%0Ab", "a,b", "a%25b", "%22", "a;b"})
    void aNameHasNoOtherCharacter(String name) {
        given().urlEncodingEnabled(false)
                .put("/v1/users/" + name)
                .then()
                .statusCode(400)
                .body("code", equalTo("malformed"));
    }

    @Test
    void aDisplayNameHas1To200CharactersHoweverManyBytes() {
        put("alice", "{\"displayName\": \"" + "\uD83D\uDC69".repeat(200) + "\"}")
                .statusCode(201);
        put("bob", "{\"displayName\": \"" + "x".repeat(201) + "\"}")
                .statusCode(400)
                .body("field", equalTo("displayName"));
        put("bob", "{\"displayName\": \"\"}").statusCode(400).body("field", equalTo("displayName"));

        given().get("/v1/users/bob").then().statusCode(404);
    }

    @Test
    void aRenameKeepsFollowsOnBothSides() {
        People.registered("alice", "bob", "carol");
        People.follow("alice", "bob");
        People.follow("carol", "alice");

        patch("alice", "{\"username\": \"alicia\"}")
                .statusCode(200)
                .body("username", equalTo("alicia"), "followingCount", equalTo(1), "followersCount", equalTo(1));

        given().get("/v1/users/alice").then().statusCode(404);
        given().get("/v1/users/alicia/following/bob").then().statusCode(200);
        given().get("/v1/users/bob/followers").then().body("items.username", contains("alicia"));
        given().get("/v1/users/carol/following").then().body("items.username", contains("alicia"));
    }

    @Test
    void aNameThatIsTakenIsRefused() {
        People.registered("alice", "bob");

        patch("alice", "{\"username\": \"bob\", \"displayName\": \"Alice\"}")
                .statusCode(409)
                .contentType("application/problem+json")
                .body("code", equalTo("username-taken"), "user", equalTo("bob"));

        given().get("/v1/users/alice").then().statusCode(200).body("displayName", nullValue());
    }

    @Test
    void aRenameToTheSameNameChangesNothing() {
        People.registered("alice");

        patch("alice", "{\"username\": \"alice\"}").statusCode(200).body("username", equalTo("alice"));
    }

    @Test
    void theNameThatARenameLeavesIsFree() {
        People.registered("alice", "bob");
        patch("alice", "{\"username\": \"alicia\"}").statusCode(200);

        patch("bob", "{\"username\": \"alice\"}").statusCode(200);

        given().get("/v1/users/bob").then().statusCode(404);
    }

    @Test
    void nullTakesTheDisplayNameAway() {
        put("alice", "{\"displayName\": \"Alice\", \"private\": true}");

        patch("alice", "{\"displayName\": null}").statusCode(200).body("displayName", nullValue(), "private", is(true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"username", "private"})
    void nullIsNoValueOfAnythingElse(String field) {
        People.registered("alice");

        patch("alice", "{\"" + field + "\": null}").statusCode(400).body("field", equalTo(field));
    }

    @Test
    void anEmptyPatchChangesNothing() {
        put("alice", "{\"displayName\": \"Alice\", \"private\": true}");
        String before = given().get("/v1/users/alice").asString();

        patch("alice", "{}").statusCode(200);

        assertThat(given().get("/v1/users/alice").asString()).isEqualTo(before);
    }

    @Test
    void aPatchMayCallItselfAMergePatch() {
        People.registered("alice");

        given().contentType("application/merge-patch+json")
                .body("{\"displayName\": \"Alice\"}")
                .patch("/v1/users/alice")
                .then()
                .statusCode(200)
                .body("displayName", equalTo("Alice"));
    }

    @Test
    void aPatchWithoutABodyIsMalformed() {
        People.registered("alice");

        given().contentType("application/json").patch("/v1/users/alice").then().statusCode(400);
    }

    @Test
    void aChangeMovesUpdatedAt() {
        People.registered("alice");
        String before = given().get("/v1/users/alice").path("updatedAt");

        String after = patch("alice", "{\"private\": true}").extract().path("updatedAt");

        assertThat(Instant.parse(after)).isAfter(Instant.parse(before));
        given().get("/v1/users/alice").then().body("updatedAt", equalTo(after));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void usersAreListedByNamePageByPage(int limit) {
        People.registered("bob", "alice", "Zed", "al", "carol");

        assertThat(walk("", limit)).containsExactly("Zed", "al", "alice", "bob", "carol");
    }

    @Test
    void usersAreListedByPrefix() {
        People.registered("al", "alice", "alicia", "Alice", "bob", "am", "a");

        given().get("/v1/users?prefix=al")
                .then()
                .statusCode(200)
                .body("items.username", contains("al", "alice", "alicia"), "next", nullValue());
        given().get("/v1/users?prefix=alice").then().body("items.username", contains("alice"));
        given().get("/v1/users?prefix=b").then().body("items.username", contains("bob"));
        given().get("/v1/users?prefix=nobody").then().statusCode(200).body("items", empty());
        assertThat(walk("al", 2)).containsExactly("al", "alice", "alicia");
    }

    @Test
    void everyAllowedCharacterCanBeAPrefixAndStandsInItsOrder() {
        List<String> names = ALLOWED.chars().mapToObj(c -> (char) c + "x").toList();
        People.registered(names.toArray(String[]::new));

        assertThat(walk("", 10)).containsExactlyElementsOf(names);
        for (String name : names) {
            given().queryParam("prefix", name.substring(0, 1))
                    .get("/v1/users")
                    .then()
                    .body("items.username", contains(name));
        }
    }

    @Test
    void noCharacterOfAPrefixIsAPattern() {
        People.registered("a_b", "axb", "a.b");

        given().get("/v1/users?prefix=a_").then().body("items.username", contains("a_b"));
        given().get("/v1/users?prefix=a.").then().body("items.username", contains("a.b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%25", "a%20", "%00", "%C3%A9", "a%2F", "*"})
    void aPrefixIsTheBeginningOfAName(String prefix) {
        given().urlEncodingEnabled(false)
                .get("/v1/users?prefix=" + prefix)
                .then()
                .statusCode(400)
                .body("field", equalTo("prefix"));
    }

    @Test
    void anErasedUserIsGoneFromEverywhere() {
        People.registered("alice", "bob", "carol");
        People.registeredAsPrivate("paula");
        People.follow("alice", "bob");
        People.follow("bob", "alice");
        People.follow("carol", "alice");
        People.follow("carol", "bob");
        People.follow("alice", "paula");

        String receipt = given().delete("/v1/users/alice")
                .then()
                .statusCode(202)
                .body("state", equalTo("completed"), "removed.following", equalTo(1), "removed.followers", equalTo(2))
                .body("removed.requests", equalTo(1), "finishedAt", notNullValue())
                .extract()
                .header("Location");

        given().get(receipt)
                .then()
                .statusCode(200)
                .body("state", equalTo("completed"), "removed.blocks", equalTo(0), "size()", equalTo(5))
                .body(not(containsString("alice")));
        given().get("/v1/users/alice").then().statusCode(404);
        given().get("/v1/users/alice/followers").then().statusCode(404);
        given().put("/v1/users/bob/following/alice").then().statusCode(404);
        given().delete("/v1/users/alice").then().statusCode(404);
        given().get("/v1/users").then().body("items.username", contains("bob", "carol", "paula"));
        given().get("/v1/users/bob").then().body("followingCount", equalTo(0), "followersCount", equalTo(1));
        given().get("/v1/users/bob/followers").then().body("items.username", contains("carol"), "total", equalTo(1));
        given().get("/v1/users/bob/following").then().body("items", empty(), "total", equalTo(0));
        given().get("/v1/users/carol").then().body("followingCount", equalTo(1), "followersCount", equalTo(0));
        patch("paula", "{\"private\": false}").body("followersCount", equalTo(0));
    }

    @Test
    void theNameOfAnErasedUserIsNotGivenAgain() {
        People.registered("alice", "bob");
        given().delete("/v1/users/alice").then().statusCode(202);

        given().put("/v1/users/alice")
                .then()
                .statusCode(409)
                .body("code", equalTo("username-erased"), "user", equalTo("alice"));
        patch("bob", "{\"username\": \"alice\"}").statusCode(409).body("code", equalTo("username-erased"));
        given().get("/v1/users/alice").then().statusCode(404);
    }

    @Test
    void aReceiptThatNobodyWasGivenIsNotThere() {
        given().get("/v1/erasures/0b9c2f1e-6a55-4a0e-9d2b-3f6c1c0f7a11")
                .then()
                .statusCode(404)
                .body("code", equalTo("unknown-erasure"));
        given().get("/v1/erasures/alice").then().statusCode(400).body("field", equalTo("id"));
    }

    @Test
    void aProfileThatIsAsItWasIsNotSentAgain() {
        People.registered("alice", "bob");
        String tag = given().get("/v1/users/alice").header("ETag");

        given().header("If-None-Match", tag)
                .get("/v1/users/alice")
                .then()
                .statusCode(304)
                .header("ETag", tag)
                .body(emptyString());
        given().header("If-None-Match", "\"another\"")
                .get("/v1/users/alice")
                .then()
                .statusCode(200);
    }

    @Test
    void aProfileThatChangedHasAnotherTag() {
        People.registered("alice", "bob");
        List<String> tags = new ArrayList<>();
        tags.add(tag("alice"));

        given().put("/v1/users/alice/following/bob");
        tags.add(tag("alice"));
        given().put("/v1/users/bob/following/alice");
        tags.add(tag("alice"));
        patch("alice", "{\"displayName\": \"Alice\"}");
        tags.add(tag("alice"));

        assertThat(tags).doesNotHaveDuplicates();
        given().header("If-None-Match", tags.get(0))
                .get("/v1/users/alice")
                .then()
                .statusCode(200);
    }

    private static String tag(String username) {
        return given().get("/v1/users/" + username).header("ETag");
    }

    private static ValidatableResponse put(String username, String json) {
        return given().contentType("application/json; charset=UTF-8")
                .body(json)
                .put("/v1/users/" + username)
                .then();
    }

    /** The name is still somebody's when it is looked for, and an erased one's when it is to be had. */
    @Test
    void aNameThatIsBeingErasedIsNotGivenEither() throws Exception {
        People.registered("alice", "bob");
        CompletableFuture<Integer> renamed;
        try (Locks erasing = Locks.begin()) {
            erasing.sql("delete from follow_counts where user_id = (select id from users where username = 'alice')");
            erasing.sql("update users set username = null, erased_at = now() where username = 'alice'");
            erasing.sql("insert into erased_names (hash)"
                    + " select sha256((select secret from erased_names_secret) || convert_to('alice', 'UTF8'))");
            renamed = CompletableFuture.supplyAsync(
                    () -> patch("bob", "{\"username\": \"alice\"}").extract().statusCode());
            erasing.awaitWaiter();
        }

        assertThat(renamed.get(20, TimeUnit.SECONDS)).isEqualTo(409);
        given().get("/v1/users/bob").then().statusCode(200);
    }

    @Test
    void aReceiptMayHaveAnIdOfTheCallers() {
        People.registered("alice", "bob");
        String id = "0b9c2f1e-6a55-4a0e-9d2b-3f6c1c0f7a11";

        given().delete("/v1/users/alice?id=" + id).then().statusCode(202).header("Location", "/v1/erasures/" + id);
        given().delete("/v1/users/alice?id=" + id).then().statusCode(202).body("id", equalTo(id));
        given().delete("/v1/users/bob?id=" + id).then().statusCode(400).body("field", equalTo("id"));
        given().delete("/v1/users/bob?id=" + id.toUpperCase(Locale.ROOT))
                .then()
                .statusCode(400)
                .body("field", equalTo("id"));
        given().get("/v1/users/bob").then().statusCode(200);
    }

    private static ValidatableResponse patch(String username, String json) {
        return given().contentType("application/json")
                .body(json)
                .patch("/v1/users/" + username)
                .then();
    }

    /** The names on all pages, from cursor to cursor. */
    private static List<String> walk(String prefix, int limit) {
        List<String> seen = new ArrayList<>();
        String cursor = null;
        do {
            Response page = given().queryParams(cursor == null ? Map.of() : Map.of("cursor", cursor))
                    .queryParam("prefix", prefix)
                    .queryParam("limit", limit)
                    .get("/v1/users");
            page.then().statusCode(200);
            List<String> names = page.path("items.username");
            seen.addAll(names);
            cursor = page.path("next");
            assertThat(names).hasSizeBetween(cursor == null ? 0 : limit, limit);
            assertThat(page.header("Link") == null).isEqualTo(cursor == null);
        } while (cursor != null);
        return seen;
    }
}
