package org.retinue.user;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.Locks;
import org.retinue.People;
import org.retinue.TestDatabase;
import org.retinue.Truths;

/** If-Match and If-None-Match on a profile: a write happens if the profile is the one that the caller knows. */
@QuarkusTest
class PreconditionTest {

    private static final String ALICE = "/v1/users/alice";
    private static final String CAROL = "/v1/users/carol";
    private static final String LOCK_ALICE = "select 1 from users where username = 'alice' for update";

    @BeforeEach
    void users() {
        TestDatabase.empty();
        People.registered("alice", "bob");
    }

    @AfterEach
    void invariantsHold() {
        Truths.hold();
    }

    @Test
    void everyProfileResponseHasItsEtag() {
        String created = given().put(CAROL).then().statusCode(201).extract().header("ETag");
        String updated = patch(CAROL, "C").statusCode(200).extract().header("ETag");
        String put = given().put(CAROL).then().statusCode(200).extract().header("ETag");

        assertThat(created).isNotEqualTo(updated);
        assertThat(put).isEqualTo(updated).isEqualTo(etag(CAROL)).matches("\"[^\"]+\"");
    }

    @Test
    void currentEtagAllowsPatchAndOldOneReturns412() {
        String first = etag(ALICE);

        ifMatch(first).body("{\"displayName\": \"A\"}").patch(ALICE).then().statusCode(200);
        ValidatableResponse second =
                ifMatch(first).body("{\"displayName\": \"B\"}").patch(ALICE).then();

        second.statusCode(412)
                .contentType("application/problem+json")
                .body("code", equalTo("precondition-failed"), "user", equalTo("alice"));
        given().get(ALICE).then().body("displayName", equalTo("A"));
    }

    @Test
    void currentEtagAllowsPutAndOldOneReturns412() {
        String first = etag(ALICE);

        ifMatch(first).body("{\"private\": true}").put(ALICE).then().statusCode(200);
        ifMatch(first).body("{\"private\": false}").put(ALICE).then().statusCode(412);

        given().get(ALICE).then().body("private", equalTo(true));
    }

    @Test
    void currentEtagAllowsDeleteAndOldOneReturns412() {
        String first = etag(ALICE);
        patch(ALICE, "A").statusCode(200);

        ifMatch(first).delete(ALICE).then().statusCode(412).body("code", equalTo("precondition-failed"));
        ifMatch(etag(ALICE)).delete(ALICE).then().statusCode(202);
        given().get(ALICE).then().statusCode(404);
    }

    @Test
    void eraseCanBeRetriedWithTheSameEtag() {
        String id = "0b9c2f1e-6a55-4a0e-9d2b-3f6c1c0f7a11";
        String first = etag(ALICE);

        for (int i = 0; i < 2; i++) {
            ifMatch(first).delete(ALICE + "?id=" + id).then().statusCode(202).body("id", equalTo(id));
        }
    }

    @Test
    void suspensionMakesOldEtagFail() {
        String first = etag(ALICE);
        given().put(ALICE + "/suspension").then().statusCode(200);
        String suspended = etag(ALICE);
        given().delete(ALICE + "/suspension").then().statusCode(200);

        for (String old : List.of(first, suspended)) {
            ifMatch(old).body("{\"private\": true}").patch(ALICE).then().statusCode(412);
        }
    }

    /** A popular user could not be changed if each new follower did. */
    @Test
    void followChangesEtagButNotItsPrecondition() {
        String first = etag(ALICE);
        given().put("/v1/users/bob/following/alice").then().statusCode(201);

        given().header("If-None-Match", first).get(ALICE).then().statusCode(200);
        ifMatch(first).body("{\"private\": true}").patch(ALICE).then().statusCode(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    CURRENT               | 200
                    "x", CURRENT          | 200
                    "x" , CURRENT, "y"    | 200
                    *                     | 200
                    W/CURRENT             | 412
                    "x"                   | 412
                    "1-2-3"               | 412
                    "99999999999999999999999-0-0" | 412
                    x                     | 400
                    "x                    | 400
                    *, "x"                | 400
                    """)
    void ifMatchIsComparedStrongly(String header, int status) {
        String value = header.replace("CURRENT", etag(ALICE));

        ifMatch(value).body("{\"private\": true}").patch(ALICE).then().statusCode(status);
    }

    @Test
    void severalIfMatchHeadersAreOneList() {
        json().header("If-Match", "\"x\"", etag(ALICE))
                .body("{\"private\": true}")
                .patch(ALICE)
                .then()
                .statusCode(200);
    }

    @Test
    void emptyPatchIsCheckedToo() {
        ifMatch("\"x\"").body("{}").patch(ALICE).then().statusCode(412);
        ifMatch("\"x\"").body("{}").put(ALICE).then().statusCode(412);
    }

    @Test
    void missingUserIs404ForPatchAnd412ForPut() {
        ifMatch("\"x\"").body("{\"private\": true}").patch(CAROL).then().statusCode(404);
        ifMatch("*").body("{\"private\": true}").patch(CAROL).then().statusCode(404);
        ifMatch("\"x\"").delete(CAROL).then().statusCode(404);
        ifMatch("*").put(CAROL).then().statusCode(412);
        ifMatch("\"x\"").put(CAROL).then().statusCode(412);
        given().get(CAROL).then().statusCode(404);
    }

    @Test
    void ifNoneMatchCreatesAndNeverUpdates() {
        json().header("If-None-Match", "*")
                .body("{\"displayName\": \"C\"}")
                .put(CAROL)
                .then()
                .statusCode(201);
        json().header("If-None-Match", "*")
                .body("{\"displayName\": \"D\"}")
                .put(CAROL)
                .then()
                .statusCode(412)
                .body("code", equalTo("precondition-failed"), "user", equalTo("carol"));

        given().get(CAROL).then().body("displayName", equalTo("C"));
    }

    @Test
    void bothConditionsOnPutReturn412() {
        ifMatch(etag(ALICE)).header("If-None-Match", "*").put(ALICE).then().statusCode(412);
        ifMatch("*").header("If-None-Match", "*").put(CAROL).then().statusCode(412);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATCH", "DELETE"})
    void ifNoneMatchOnOtherWritesIsRefused(String method) {
        json().header("If-None-Match", "*")
                .body(method.equals("PATCH") ? "{\"private\": true}" : "")
                .request(method, ALICE)
                .then()
                .statusCode(400)
                .body("field", equalTo("If-None-Match"));
        given().header("If-None-Match", "\"x\"")
                .put(CAROL)
                .then()
                .statusCode(400)
                .body("field", equalTo("If-None-Match"));
    }

    @Test
    void malformedIfNoneMatchOnGetReturns400() {
        given().header("If-None-Match", "x").get(ALICE).then().statusCode(400);
    }

    /** Both wait for the same row, so that both have read the same state. */
    @Test
    void ofTwoPatchesWithTheSameEtagOneSucceeds() {
        String first = etag(ALICE);
        CompletableFuture<Integer> one;
        CompletableFuture<Integer> two;
        try (Locks holding = Locks.begin().sql(LOCK_ALICE)) {
            one = send(() ->
                    ifMatch(first).body("{\"displayName\": \"1\"}").patch(ALICE).then());
            two = send(() ->
                    ifMatch(first).body("{\"displayName\": \"2\"}").patch(ALICE).then());
            holding.awaitWaiters(2);
        }

        assertThat(List.of(one.join(), two.join())).containsExactlyInAnyOrder(200, 412);
    }

    @Test
    void eraseBehindPatchReturns412() {
        String first = etag(ALICE);
        CompletableFuture<Integer> patched;
        CompletableFuture<Integer> erased;
        try (Locks holding = Locks.begin().sql(LOCK_ALICE)) {
            patched = send(() ->
                    ifMatch(first).body("{\"displayName\": \"1\"}").patch(ALICE).then());
            holding.awaitWaiters(1);
            erased = send(() -> ifMatch(first).delete(ALICE).then());
            holding.awaitWaiters(2);
        }

        assertThat(patched.join()).isEqualTo(200);
        assertThat(erased.join()).isEqualTo(412);
        given().get(ALICE).then().statusCode(200);
    }

    @Test
    void patchBehindEraseReturns404() {
        String first = etag(ALICE);
        CompletableFuture<Integer> patched;
        CompletableFuture<Integer> erased;
        try (Locks holding = Locks.begin().sql(LOCK_ALICE)) {
            erased = send(() -> ifMatch(first).delete(ALICE).then());
            holding.awaitWaiters(1);
            patched = send(() ->
                    ifMatch(first).body("{\"displayName\": \"1\"}").patch(ALICE).then());
            holding.awaitWaiters(2);
        }

        assertThat(erased.join()).isEqualTo(202);
        assertThat(patched.join()).isEqualTo(404);
    }

    /** The registration waits for the other one, which it could not see when it began. */
    @Test
    void createBehindUncommittedRegistrationReturns412() {
        CompletableFuture<Integer> created;
        try (Locks holding = Locks.begin()
                .sql("with u as (insert into users (username) values ('carol') returning id) "
                        + "insert into follow_counts (user_id) select id from u")) {
            created = send(() -> json().header("If-None-Match", "*").put(CAROL).then());
            holding.awaitWaiter();
        }

        assertThat(created.join()).isEqualTo(412);
    }

    @Test
    void ofConcurrentCreatesOneSucceeds() {
        List<CompletableFuture<Integer>> created = Stream.generate(() -> send(
                        () -> json().header("If-None-Match", "*").put(CAROL).then()))
                .limit(8)
                .toList();

        assertThat(created.stream().map(CompletableFuture::join).filter(status -> status == 201))
                .hasSize(1);
        assertThat(created.stream().map(CompletableFuture::join).filter(status -> status == 412))
                .hasSize(7);
    }

    private interface Request {
        ValidatableResponse send();
    }

    private static CompletableFuture<Integer> send(Request request) {
        return CompletableFuture.supplyAsync(() -> request.send().extract().statusCode(), task -> {
            Thread thread = new Thread(task, "caller");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private static ValidatableResponse patch(String path, String displayName) {
        return json().body("{\"displayName\": \"" + displayName + "\"}")
                .patch(path)
                .then();
    }

    private static RequestSpecification ifMatch(String value) {
        return json().header("If-Match", value);
    }

    private static RequestSpecification json() {
        return given().contentType(ContentType.JSON);
    }

    private static String etag(String path) {
        return given().get(path).then().statusCode(200).extract().header("ETag");
    }
}
