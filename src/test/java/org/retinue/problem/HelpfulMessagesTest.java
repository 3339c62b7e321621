package org.retinue.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.People;
import org.retinue.TestDatabase;
import org.retinue.problem.RawHttp.Answer;

/** An error text says what is wrong, with the offending value, and what to do about it. */
@QuarkusTest
class HelpfulMessagesTest {

    @TestHTTPResource("/")
    URI service;

    private RawHttp http;

    @BeforeEach
    void users() {
        TestDatabase.empty();
        People.registered("alice", "bob");
        http = new RawHttp(service.getPort());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /v1/user/alice                       | Did you mean /v1/users/{username}?
                    /users/alice                         | Did you mean /v1/users/{username}?
                    /v2/users                            | Did you mean /v1/users?
                    /v1/Users/alice                      | Did you mean /v1/users/{username}?
                    /api/v1/users/alice                  | Did you mean /v1/users/{username}?
                    /v1/users/alice/follower             | Did you mean /v1/users/{username}/followers?
                    /v1/users/alice/folowing/bob         | Did you mean /v1/users/{username}/following/{other}?
                    /v1/users/alice/block/bob            | Did you mean /v1/users/{username}/blocks/{other}?
                    /v1/import                           | Did you mean /v1/imports?
                    /v1/select/counts                    | Did you mean /v1/select/count?
                    /                                    | No resource matches GET /
                    /v1                                  | No resource matches GET /v1
                    /favicon.ico                         | No resource matches GET /favicon.ico
                    /v1/users/alice/nothing              | No resource matches GET /v1/users/alice/nothing
                    """)
    void unknownPathSuggestsNearest(String path, String end) {
        Answer answer = http.get(path);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(detail(answer)).startsWith("No resource matches GET " + path).endsWith(end);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "/x", "%20", "/x/x/x/x/x/x/x/x/x"})
    void longPathIsEchoedWithinBounds(String segment) {
        Answer answer = http.get("/v1/" + segment.repeat(8_000 / segment.length()));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(detail(answer).length()).isLessThan(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    POST  | /v1/users/alice               | Method POST is not allowed for /v1/users/alice. Allowed: DELETE, GET, HEAD, OPTIONS, PATCH, PUT
                    PATCH | /v1/users/alice/following/bob | Method PATCH is not allowed for /v1/users/alice/following/bob. Allowed: DELETE, GET, HEAD, OPTIONS, PUT
                    GET   | /v1/batch                     | Method GET is not allowed for /v1/batch. Allowed: OPTIONS, POST
                    BREW  | /v1/batch                     | Method BREW is not allowed for /v1/batch. Allowed: OPTIONS, POST
                    """)
    void notAllowedNamesMethodAndAllowedOnes(String method, String path, String detail) {
        Answer answer = http.send(method, path, "", null);

        assertThat(answer.status()).isEqualTo(405);
        assertThat(detail(answer)).isEqualTo(detail);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    PATCH | /v1/users/alice | text/plain | Content-Type 'text/plain' is not supported for PATCH /v1/users/{username}. Send application/json or application/merge-patch+json
                    POST  | /v1/batch       | text/csv   | Content-Type 'text/csv' is not supported for POST /v1/batch. Send application/json
                    POST  | /v1/batch       | json       | Content-Type 'json' is not supported for POST /v1/batch. Send application/json
                    """)
    void unsupportedTypeNamesTypeAndAcceptedOnes(String method, String path, String type, String detail) {
        Answer answer = http.send(method, path, "Content-Type: " + type + "\r\n", utf8("{}"));

        assertThat(answer.status()).isEqualTo(415);
        assertThat(detail(answer)).isEqualTo(detail);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"private": "yes"}          | private must be a boolean, got "yes"
                    {"private": 1}              | private must be a boolean, got 1
                    {"private": {}}             | private must be a boolean, got an object
                    {"private": [true]}         | private must be a boolean, got an array
                    {"displayName": 7}          | displayName must be a string, got 7
                    {"displayName": true}       | displayName must be a string, got true
                    {"displayName": ["Alice"]}  | displayName must be a string, got an array
                    {"username": {"a": 1}}      | username must be a string, got an object
                    {"nickname": "A"}           | Unknown field 'nickname'. Known fields: displayName, private, username
                    {"displayname": "A"}        | Unknown field 'displayname'. Did you mean displayName? Known fields: displayName, private, username
                    {"private": true} {}        | The body must be one JSON value, and has more after it
                    []                          | The body must be an object, got an array
                    true                        | The body must be an object, got true
                    """)
    void wrongTypeNamesExpectedTypeAndValue(String body, String detail) {
        Answer answer = http.json("PATCH", "/v1/users/alice", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(detail(answer)).isEqualTo(detail);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"private": tru            | at line 1, column 13: Unrecognized token 'tru'
                    {"private": true           | at line 1, column 17: unexpected end
                    {'private': true}          | at line 1, column 2
                    {"private": true, "private": false} | Duplicate field 'private'
                    {"displayName": "\\x"}     | at line 1, column 19
                    """)
    void malformedJsonNamesLineAndColumn(String body, String part) {
        Answer answer = http.json("PATCH", "/v1/users/alice", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(detail(answer))
                .startsWith("The body is not valid JSON at line ")
                .contains(part)
                .doesNotContain("jackson", "Source", "Stream", "`");
    }

    @Test
    void malformedJsonOnLaterLineNamesIt() {
        assertThat(detail(http.json("PATCH", "/v1/users/alice", "{\n  \"private\": true,\n  oops\n}")))
                .startsWith("The body is not valid JSON at line 3, column ");
    }

    @Test
    void offendingNamesAreEchoedWithinBounds() {
        Answer field = http.json("PATCH", "/v1/users/alice", "{\"" + "x".repeat(5_000) + "\": 1}");
        Answer value = http.json("PATCH", "/v1/users/alice", "{\"private\": \"" + "x".repeat(5_000) + "\"}");

        assertThat(field.text().length()).isLessThan(800);
        assertThat(value.text().length()).isLessThan(800);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    limit=0       | limit must be between 1 and 1000, got '0'
                    limit=1001    | limit must be between 1 and 1000, got '1001'
                    limit=ten     | limit must be between 1 and 1000, got 'ten'
                    order=up      | order must be newest or oldest, got 'up'
                    from=now      | from must be an instant such as 2026-03-01T12:00:00Z, got 'now'
                    """)
    void parameterNamesLimitsAndValue(String query, String detail) {
        assertThat(detail(http.get("/v1/users/alice/followers?" + query))).isEqualTo(detail);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String detail(Answer answer) {
        return answer.json().path("detail").asText();
    }
}
