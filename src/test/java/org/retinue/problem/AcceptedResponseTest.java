package org.retinue.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.People;
import org.retinue.TestDatabase;
import org.retinue.problem.RawHttp.Answer;

/** Accept never turns an error or an empty response into a 406. */
@QuarkusTest
class AcceptedResponseTest {

    private static final List<String> ACCEPTING = List.of(
            "application/problem+json",
            "application/json",
            "application/json, application/problem+json",
            "*/*",
            "application/*",
            "text/html, application/json;q=0.1",
            "text/html, image/gif, *; q=.2, */*; q=.2",
            ";",
            "a/b/c",
            "*/*;q=x");

    private static final List<String> EXCLUDING = List.of("text/html", "text/csv", "application/xml", "image/*");

    @TestHTTPResource("/")
    URI service;

    @Inject
    Routes routes;

    private RawHttp http;

    @BeforeEach
    void users() {
        TestDatabase.empty();
        People.registered("alice", "bob", "carol");
        People.follow("alice", "bob");
        http = new RawHttp(service.getPort());
    }

    /** Of users who do not exist, with a body that is malformed: each operation has some error, or succeeds. */
    @Test
    void noOperationRefusesItsOwnResponses() {
        SoftAssertions each = new SoftAssertions();
        for (Routes.Operation operation : routes.operations()) {
            String path = operation
                    .path()
                    .replace("{username}", "nobody")
                    .replace("{other}", "nothing")
                    .replace("{id}", "0b9c2f1e-6a55-4a0e-9d2b-3f6c1c0f7a11");
            for (String accept : ACCEPTING) {
                Answer answer = http.send(operation.method(), path, "Accept: " + accept + "\r\n", null);
                each.assertThat(answer.status())
                        .as("%s %s with Accept: %s", operation.method(), path, accept)
                        .isNotEqualTo(406);
            }
        }
        each.assertAll();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /v1/nothing,                         404, not-found",
        "GET,    /v1/users/nobody,                    404, unknown-user",
        "GET,    /v1/users/bob/following/alice,       404, not-following",
        "GET,    /v1/users/nobody/relationships?with=bob, 404, unknown-user",
        "GET,    /v1/users/alice/mutes/bob,           404, not-muted",
        "GET,    /v1/erasures/x,                      400, malformed",
        "GET,    /v1/users?limit=0,                   400, malformed",
        "GET,    /v1/users?limi=0,                    400, malformed",
        "GET,    /v1/export?format=xml,               400, malformed",
        "GET,    /v1/imports/none,                    404, unknown-import",
        "PUT,    /v1/users/alice/following/nobody,    404, unknown-user",
        "DELETE, /v1/users/nobody,                    404, unknown-user",
        "DELETE, /v1/users,                           405, method-not-allowed",
        "POST,   /v1/imports?id=%20,                  400, malformed"
    })
    void errorStaysWhateverIsAccepted(String method, String path, int status, String code) {
        for (String accept : EXCLUDING) {
            Answer answer = http.send(method, path, "Accept: " + accept + "\r\n", null);

            assertThat(answer.status()).as("Accept: %s %s", accept, answer).isEqualTo(status);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.json().path("code").asText()).isEqualTo(code);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/users",
                "/v1/users/alice",
                "/v1/users/alice/following",
                "/v1/users/alice/following/bob",
                "/v1/users/alice/relationships?with=bob",
                "/v1/users/alice/path/bob",
                "/v1/users/alice/suspension",
                "/v1/select?of=followers:bob",
                "/v1/select/count?of=followers:bob",
                "/v1/audit"
            })
    void successThatIsNotAcceptedReturns406(String path) {
        for (String accept : EXCLUDING) {
            Answer answer = http.get(path, "Accept: " + accept + "\r\n");

            assertThat(answer.status()).as("Accept: %s %s", accept, answer).isEqualTo(406);
            assertThat(answer.json().path("code").asText()).isEqualTo("not-acceptable");
        }
        for (String accept : ACCEPTING) {
            Answer answer = http.get(path, "Accept: " + accept + "\r\n");

            assertThat(answer.status()).as("Accept: %s %s", accept, answer).isEqualTo(200);
            assertThat(answer.header("Content-Type")).startsWith("application/json");
        }
        assertThat(http.send("HEAD", path, "Accept: text/html\r\n", null).status())
                .isEqualTo(406);
    }

    @Test
    void unchangedProfileNeedsNoRepresentation() {
        String tag = http.get("/v1/users/alice").header("ETag");

        assertThat(http.get("/v1/users/alice", "Accept: text/html\r\nIf-None-Match: " + tag + "\r\n")
                        .status())
                .isEqualTo(304);
    }

    @Test
    void writeHappensWhateverIsAccepted() {
        assertThat(http.send("PUT", "/v1/users/alice/following/carol", "Accept: text/html\r\n", null)
                        .status())
                .isEqualTo(201);
        assertThat(http.send("DELETE", "/v1/users/alice/following/bob", "Accept: application/problem+json\r\n", null)
                        .status())
                .isEqualTo(204);
        assertThat(http.send("DELETE", "/v1/users/alice/following/carol", "Accept: text/html\r\n", null)
                        .status())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    -                                 | 200 | application/x-ndjson
                    */*                               | 200 | application/x-ndjson
                    text/csv                          | 200 | text/csv
                    text/*                            | 200 | text/csv
                    application/json, text/csv        | 200 | text/csv
                    application/x-ndjson, text/csv;q=0.9 | 200 | application/x-ndjson
                    text/csv;q=0.9, */*;q=0.1         | 200 | text/csv
                    text/csv;q=0                      | 406 | application/problem+json
                    text/csv;q=0, */*                 | 200 | application/x-ndjson
                    application/json                  | 200 | application/x-ndjson
                    application/problem+json          | 200 | application/x-ndjson
                    text/html                         | 406 | application/problem+json
                    """)
    void exportIsInTheAcceptedFormat(String accept, int status, String type) {
        Answer answer = http.get("/v1/export", accept.equals("-") ? "" : "Accept: " + accept + "\r\n");

        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith(type);
    }

    @Test
    void explicitFormatOverridesAccept() {
        Answer answer = http.get("/v1/export?format=csv", "Accept: text/html\r\n");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("text/csv");
    }
}
