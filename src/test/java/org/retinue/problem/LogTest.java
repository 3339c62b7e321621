package org.retinue.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.retinue.LoggedLines;
import org.retinue.TestDatabase;

/** Whoever reads the log learns what went wrong, and nothing of the people whom the requests are about. */
@QuarkusTest
class LogTest {

    private static final long SEED = 20_260_302;
    private static final int MALFORMED = 300;

    /** As long as the names that they take the place of. */
    private static final String NAME = "qzxwv";

    private static final String OTHER = "jkq";
    private static final String DISPLAY_NAME = "Wanda Quizzical";
    private static final String TOKEN = "eyJhbGciOiJub25lIn0.c2VjcmV0.kjhgfdsa";
    private static final String HEADERS = "Authorization: Bearer " + TOKEN + "\r\nCookie: session=" + TOKEN
            + "\r\nContent-Type: application/json\r\n";

    @TestHTTPResource("/")
    URI service;

    private LoggedLines logged;
    private RawHttp http;

    @BeforeEach
    void listen() {
        TestDatabase.empty();
        http = new RawHttp(service.getPort());
        logged = new LoggedLines();
    }

    @AfterEach
    void stopListening() {
        logged.close();
        TestDatabase.sql("alter table users drop constraint if exists nobody_is_quizzical");
        TestDatabase.sql("alter table if exists imports_away rename to imports");
    }

    @Test
    void neitherTokensNorNamesNorDisplayNamesAreLogged() {
        List<String> users = List.of(NAME, OTHER, "nobody-" + NAME);
        for (String user : users.subList(0, 2)) {
            assertThat(put("/v1/users/" + user, "{\"displayName\": \"" + DISPLAY_NAME + "\"}"))
                    .isEqualTo(201);
        }
        for (String user : users) {
            put("/v1/users/" + NAME + "/following/" + user, null);
            put("/v1/users/" + NAME + "/blocks/" + user, null);
            http.get("/v1/users/" + user + "/followers", HEADERS);
            http.get("/v1/users/" + user + "?" + DISPLAY_NAME.replace(' ', '+'), HEADERS);
        }
        http.send(
                "POST",
                "/v1/imports?id=" + NAME,
                HEADERS.replace("json", "x-ndjson"),
                utf8("{\"username\": \"" + NAME + "\"}\nnothing " + OTHER));
        http.send("PATCH", "/v1/users/" + NAME, HEADERS, utf8("{\"username\": \"" + OTHER + "\"}"));

        assertNothingTold();
    }

    @Test
    void malformedRequestsAreNotRepeated() {
        new MalformedRequests(SEED).stream().limit(MALFORMED).forEach(request -> {
            String told = request.latin1()
                    .replace("alice", NAME)
                    .replace("Alice", NAME)
                    .replace("bob", OTHER)
                    .replaceFirst("\r\nHost", "\r\nAuthorization: Bearer " + TOKEN + "\r\nHost");
            http.send(told.getBytes(StandardCharsets.ISO_8859_1), request.head());
        });

        assertNothingTold();
    }

    @Test
    void refusedRequestsLogNoName() {
        RefusedRequests.naming(NAME).forEach(request -> http.send(request, false));

        assertNothingTold();
    }

    @Test
    void aFailureOfTheServiceIsToldWithoutWhatItFailedOn() {
        TestDatabase.sql(
                "alter table users add constraint nobody_is_quizzical check (display_name <> '" + DISPLAY_NAME + "')");
        TestDatabase.sql("alter table imports rename to imports_away");

        assertThat(put("/v1/users/" + NAME, "{\"displayName\": \"" + DISPLAY_NAME + "\"}"))
                .isEqualTo(500);
        assertThat(put("/v1/users/" + NAME, null)).isEqualTo(201);
        assertThat(http.send("PATCH", "/v1/users/" + NAME, HEADERS, utf8("{\"displayName\": \"" + DISPLAY_NAME + "\"}"))
                        .status())
                .isEqualTo(500);
        assertThat(http.get("/v1/imports/" + NAME, HEADERS).status()).isEqualTo(500);

        assertThat(logged.text())
                .contains("ERROR org.retinue.problem.ProblemMapper request failed", "nobody_is_quizzical", "imports");
        assertNothingTold();
    }

    private int put(String path, String body) {
        return http.send("PUT", path, HEADERS, body == null ? null : utf8(body)).status();
    }

    private void assertNothingTold() {
        assertThat(logged.text()).doesNotContain(NAME, OTHER, DISPLAY_NAME, TOKEN);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
