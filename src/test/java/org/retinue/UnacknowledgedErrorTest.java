package org.retinue;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A change that the database rolled back is never acknowledged, whatever the code of the error and whether it comes with a
 * statement or with its commit. A trigger raises the error.
 */
@QuarkusTest
class UnacknowledgedErrorTest {

    private static final String TABLES = "users, follows, followers, follow_counts";

    /** A call that changes the graph, and a table that it writes. */
    record Call(String method, String path, String body, String table) {

        static Call of(String method, String path, String table) {
            return new Call(method, path, null, table);
        }

        Response send() {
            return body == null
                    ? given().request(method, path)
                    : given().contentType(path.startsWith("/v1/imports") ? "text/csv" : "application/json")
                            .body(body)
                            .request(method, path);
        }

        @Override
        public String toString() {
            return method + ' ' + path + (body == null ? "" : ' ' + body.strip());
        }
    }

    static Stream<Call> calls() {
        return Stream.of(
                Call.of("PUT", "/v1/users/new", "users"),
                new Call("PATCH", "/v1/users/alice", "{\"displayName\": \"Alice\"}", "users"),
                new Call("PATCH", "/v1/users/paula", "{\"private\": false}", "follows"),
                Call.of("PUT", "/v1/users/alice/following/bob", "follows"),
                Call.of("PUT", "/v1/users/alice/following/bob", "followers"),
                Call.of("PUT", "/v1/users/alice/following/bob", "follow_counts"),
                Call.of("PUT", "/v1/users/bob/followers/alice", "follows"),
                Call.of("DELETE", "/v1/users/alice/following/carol", "follows"),
                Call.of("DELETE", "/v1/users/carol/followers/alice", "followers"),
                new Call("POST", "/v1/batch", batch("bob"), "follows"),
                new Call("POST", "/v1/batch", batch("bob", "dave"), "follows"),
                Call.of("PUT", "/v1/users/alice/blocks/bob", "follows"),
                Call.of("DELETE", "/v1/users/carol/blocks/dave", "follows"),
                Call.of("PUT", "/v1/users/alice/mutes/bob", "follows"),
                Call.of("DELETE", "/v1/users/carol/mutes/bob", "follows"),
                Call.of("PUT", "/v1/users/paula/requests/alice", "follows"),
                Call.of("DELETE", "/v1/users/paula/requests/alice", "follows"),
                Call.of("PUT", "/v1/users/paula/requests", "follows"),
                Call.of("PUT", "/v1/users/bob/suspension", "follow_counts"),
                Call.of("DELETE", "/v1/users/bob", "users"));
    }

    private static String batch(String... followed) {
        return Stream.of(followed)
                .map("{\"op\": \"follow\", \"follower\": \"alice\", \"followed\": \"%s\"}"::formatted)
                .collect(Collectors.joining(", ", "{\"operations\": [", "]}"));
    }

    @BeforeEach
    void graph() {
        removeTriggers();
        TestDatabase.assumeOneNode("a table that is distributed has no triggers");
        TestDatabase.empty();
        People.registered("alice", "bob", "carol", "dave");
        People.registeredAsPrivate("paula");
        People.follow("alice", "carol");
        People.follow("alice", "paula");
        assertThat(given().put("/v1/users/carol/blocks/dave").statusCode()).isBetween(200, 201);
        assertThat(given().put("/v1/users/carol/mutes/bob").statusCode()).isBetween(200, 201);
    }

    @AfterEach
    void invariantsHold() {
        removeTriggers();
        if (!TestDatabase.isDistributed()) {
            Truths.hold();
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void errorAtCommitIsNeverAcknowledged(Call call) {
        assertRolledBackAndUnavailable(call, "deferrable initially deferred");
    }

    @ParameterizedTest
    @MethodSource("calls")
    void errorOfAStatementIsNeverAcknowledged(Call call) {
        assertRolledBackAndUnavailable(call, "");
    }

    private static void assertRolledBackAndUnavailable(Call call, String when) {
        List<String> before = contents();
        raiseFor(call.table, when, "57P01", "terminating connection due to administrator command");

        Response failed = call.send();

        assertThat(failed.statusCode()).as(failed.asString()).isEqualTo(503);
        assertThat(failed.jsonPath().getString("code")).isEqualTo("unavailable");
        assertThat(failed.header("Retry-After")).isNotNull();
        assertThat(contents()).isEqualTo(before);
        removeTriggers();
        assertThat(given().get("/q/health/ready").statusCode()).isEqualTo(200);
        assertThat(call.send().statusCode()).isBetween(200, 299);
    }

    @ParameterizedTest
    @CsvSource({
        "57P01, 503",
        "57P02, 503",
        "57P03, 503",
        "57P05, 503",
        "25P03, 503",
        "25P04, 503",
        "08006, 503",
        "53200, 503",
        "57014, 503",
        "40001, 503",
        "XX000, 503",
        "XX001, 500",
        "23514, 500",
        "P0001, 500"
    })
    void everyCodeFailsAFollow(String code, int status) {
        for (String when : List.of("deferrable initially deferred", "")) {
            raiseFor("follows", when, code, "failure on connection marked as essential: worker-1:5432");

            Response failed = given().put("/v1/users/alice/following/bob");

            assertThat(failed.statusCode()).as(failed.asString()).isEqualTo(status);
            removeTriggers();
            assertThat(given().get("/v1/users/alice/following/bob").statusCode())
                    .isEqualTo(404);
        }
        assertThat(given().put("/v1/users/alice/following/bob").statusCode()).isEqualTo(201);
    }

    @Test
    void everyLaneServesFollowsAfterErrors() {
        raiseFor("follows", "", "57P01", "terminating connection due to administrator command");
        for (int i = 0; i < 10; i++) {
            assertThat(given().put("/v1/users/alice/following/bob").statusCode())
                    .isEqualTo(503);
        }
        removeTriggers();

        List<Integer> statuses = IntStream.range(0, 30)
                .parallel()
                .mapToObj(i -> given().put("/v1/users/" + (i % 2 == 0 ? "alice" : "bob") + "/following/dave")
                        .statusCode())
                .toList();

        assertThat(statuses).containsOnly(200, 201);
        assertThat(statuses).filteredOn(status -> status == 201).hasSize(2);
    }

    @Test
    void failedImportCreatesNothingAndSaysSo() {
        for (String when : List.of("deferrable initially deferred", "")) {
            raiseFor("follows", when, "57P01", "terminating connection due to administrator command");

            Response failed = new Call("POST", "/v1/imports", "follower,followed\nalice,bob\n", "follows").send();

            assertThat(failed.statusCode()).as(failed.asString()).isEqualTo(503);
            removeTriggers();
            assertThat(given().get("/v1/users/alice/following/bob").statusCode())
                    .isEqualTo(404);
        }
    }

    private static List<String> contents() {
        return Stream.of(TABLES.split(", "))
                .map(table -> TestDatabase.sql("select string_agg(t::text, '; ' order by t::text) from " + table + " t")
                        .iterator()
                        .next()
                        .getString(0))
                .toList();
    }

    private static void raiseFor(String table, String when, String code, String message) {
        TestDatabase.sql("""
                create or replace function raise_for_test() returns trigger language plpgsql as $$
                begin
                    raise exception '%s' using errcode = '%s';
                end
                $$;
                create constraint trigger raise_for_test
                after insert or update or delete on %s
                %s
                for each row execute function raise_for_test()
                """.formatted(message, code, table, when));
    }

    private static void removeTriggers() {
        TestDatabase.sql("drop function if exists raise_for_test cascade");
    }
}
