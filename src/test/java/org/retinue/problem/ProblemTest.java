package org.retinue.problem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.People;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.problem.RawHttp.Answer;

/** Whatever is wrong with a request, its caller is told in problem+json (RFC 9457). */
@QuarkusTest
class ProblemTest {

    private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final long SEED = 20_260_301;

    @TestHTTPResource("/")
    URI service;

    private RawHttp http;

    @BeforeEach
    void people() {
        TestDatabase.empty();
        People.registered("alice", "bob", "carol");
        http = new RawHttp(service.getPort());
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1",
                "/v1/nothing",
                "/v2/users",
                "/v1/users/alice/nothing",
                "/v1/users/alice/following/bob/more",
                "/favicon.ico",
                "/q/nothing"
            })
    void anUnknownRouteIsNotFound(String path) {
        assertProblem(http.get(path), 404, "not-found");
        assertProblem(http.json("POST", path, "{}"), 404, "not-found");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /v1/users/nobody,                   unknown-user",
        "PUT,    /v1/users/alice/following/nobody,   unknown-user",
        "DELETE, /v1/users/nobody/followers/alice,   unknown-user",
        "GET,    /v1/users/nobody/following,         unknown-user",
        "GET,    /v1/users/alice/following/bob,      not-following",
        "GET,    /v1/imports/none,                   unknown-import"
    })
    void whatIsNotThereIsNamed(String method, String path, String code) {
        assertProblem(http.send(method, path, "", null), 404, code);
    }

    @ParameterizedTest
    @CsvSource({
        "POST,   /v1/users/alice,                GET PUT PATCH DELETE",
        "DELETE, /v1/users,                      GET",
        "PUT,    /v1/batch,                      POST",
        "GET,    /v1/batch,                      POST",
        "POST,   /v1/users/alice/following,      GET",
        "PATCH,  /v1/users/alice/following/bob,  GET PUT DELETE",
        "POST,   /v1/audit,                      GET",
        "BREW,   /v1/users/alice,                GET PUT PATCH DELETE"
    })
    void anotherMethodIsNotAllowedAndTheAllowedOnesAreNamed(String method, String path, String allowed) {
        Answer answer = http.send(method, path, "", null);

        assertProblem(answer, 405, "method-not-allowed");
        assertThat(answer.header("Allow").split(", *")).contains(allowed.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/xml", "image/*"})
    void whatIsNotJsonCannotBeHad(String accept) {
        assertProblem(http.get("/v1/users/alice", "Accept: " + accept + "\r\n"), 406, "not-acceptable");
    }

    @ParameterizedTest
    @CsvSource({
        "PATCH, /v1/users/alice, text/plain",
        "PATCH, /v1/users/alice, application/xml",
        "PATCH, /v1/users/alice, application/x-www-form-urlencoded",
        "PUT,   /v1/users/alice, text/plain",
        "POST,  /v1/batch,       text/csv",
        "POST,  /v1/batch,       multipart/form-data",
        "POST,  /v1/imports,     image/png",
    })
    void aBodyOfAnotherTypeIsNotSupported(String method, String path, String type) {
        Answer answer = http.send(method, path, "Content-Type: " + type + "\r\n", utf8("{\"private\": true}"));

        assertProblem(answer, 415, "unsupported-media-type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "}",
                "{]",
                "nul",
                "{\"private\"",
                "{\"private\":",
                "{\"private\": tru",
                "{\"private\": true",
                "{\"private\": true,}",
                "{\"private\": true} {}",
                "{'private': true}",
                "{private: true}",
                "{\"private\": true, \"private\": false}",
                "{\"displayName\": \"a\nb\"}",
                "{\"displayName\": \"\\x\"}",
                "{\"displayName\": \"\\u12\"}",
                "{\"displayName\": NaN}",
                "{\"displayName\": 01}",
                "{\"private\": true} // yes",
                "[]",
                "7",
                "\"alice\"",
                "true",
                "\u0000"
            })
    void malformedJsonIsRefused(String body) {
        assertProblem(http.json("PATCH", "/v1/users/alice", body), 400, "malformed");
        assertProblem(http.json("PUT", "/v1/users/alice", body), 400, "malformed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"private": "yes"}                | private
                    {"private": "true"}               | private
                    {"private": 1}                    | private
                    {"private": null}                 | private
                    {"private": {}}                   | private
                    {"private": [true]}               | private
                    {"displayName": 7}                | displayName
                    {"displayName": true}             | displayName
                    {"displayName": 1.5}              | displayName
                    {"displayName": ["Alice"]}        | displayName
                    {"displayName": {"text": "A"}}    | displayName
                    {"displayName": ""}               | displayName
                    {"displayName": "a\\u0000b"}      | displayName
                    {"displayName": "a\\u001bb"}      | displayName
                    {"displayName": "a\\u0085b"}      | displayName
                    {"displayName": "\\ud83d"}        | displayName
                    {"displayName": "\\udc69\\ud83d"} | displayName
                    {"username": 7}                   | username
                    {"username": null}                | username
                    {"username": ""}                  | username
                    {"username": "."}                 | username
                    {"username": ".."}                | username
                    {"username": "a b"}               | username
                    {"username": "a/b"}               | username
                    {"username": "a\\u0000"}          | username
                    {"username": "\\ud83d"}           | username
                    {"nickname": "Alice"}             | nickname
                    {"Private": true}                 | Private
                    {"": true}                        | ``
                    """)
    void aValueOfTheWrongFormIsRefusedWithItsField(String body, String field) {
        Answer answer = http.json("PATCH", "/v1/users/alice", body);

        assertProblem(answer, 400, "malformed");
        assertThat(answer.json().path("field").asText(null)).isEqualTo(field);
    }

    @Test
    void whatIsRefusedChangesNothing() {
        String before = http.get("/v1/users/alice").text();

        http.json("PATCH", "/v1/users/alice", "{\"private\": true, \"nickname\": \"A\"}");
        http.json("PATCH", "/v1/users/alice", "{\"displayName\": \"A\", \"username\": \"a b\"}");

        assertThat(http.get("/v1/users/alice").text()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "{\"operations\":[", "{\"displayName\":[", "{\"private\":{\"a\":"})
    void deeplyNestedGarbageIsRefused(String opening) {
        assertProblem(http.json("PATCH", "/v1/users/alice", opening.repeat(1_000)), 400, "malformed");
        assertProblem(http.json("POST", "/v1/batch", opening.repeat(100_000)), 400, "malformed");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC0, 0xC1, 0xED, 0xF5, 0xFF, 0x80})
    void aBodyThatIsNotUtf8IsRefused(int octet) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(utf8("{\"displayName\": \"a"));
        body.write(octet);
        body.write(0xA0);
        body.write(0x80);
        body.writeBytes(utf8("\"}"));

        Answer answer = http.send("PATCH", "/v1/users/alice", "Content-Type: application/json\r\n", body.toByteArray());

        assertProblem(answer, 400, "malformed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/users/LONG",
                "/v1/users/LONG/following",
                "/v1/users/alice/following/LONG",
                "/v1/users/LONG/followers/alice",
                "/v1/users?prefix=LONG"
            })
    void anOverLongNameIsMalformed(String path) {
        Answer answer = http.get(path.replace("LONG", "x".repeat(129)));

        assertProblem(answer, 400, "malformed");
        assertThat(answer.json().path("field").asText()).isIn("username", "other", "prefix");
    }

    @ParameterizedTest
    @CsvSource({
        "following?limit=0,                      limit",
        "following?limit=1001,                   limit",
        "following?limit=-1,                     limit",
        "following?limit=ten,                    limit",
        "following?limit=1.5,                    limit",
        "following?limit=99999999999999999999,   limit",
        "following?order=up,                     order",
        "following?order=NEWEST,                 order",
        "followers?from=yesterday,               from",
        "followers?from=2026-03-01,              from",
        "followers?from=2026-03-01T12:00:00,     from",
        "followers?from=2026-13-01T12:00:00Z,    from",
        "followers?from=2026-02-30T12:00:00Z,    from",
        "followers?from=%2B999999999-01-01T00:00:00Z, from",
        "followers?from=-4713-01-01T00:00:00Z,   from",
        "followers?from=0000-01-01T00:00:00Z,    from",
        "followers?to=2026-03-01T25:00:00Z,      to",
        "followers?to=1767225600,                to",
        "followers?to=%00,                       to"
    })
    void aParameterOfTheWrongFormIsRefusedWithItsName(String query, String field) {
        Answer answer = http.get("/v1/users/alice/" + query);

        assertProblem(answer, 400, "malformed");
        assertThat(answer.json().path("field").asText()).isEqualTo(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "AAAA", "%00", "....", "%C3%A9", "AAAAAAAAAAAAAAAAAAAAAAAAAAA", "null", "a%20b"})
    void aCursorThatNobodyGaveOutIsBad(String cursor) {
        for (String list :
                List.of("/v1/users/alice/following", "/v1/users/alice/followers", "/v1/users", "/v1/audit")) {
            Answer answer = http.get(list + "?cursor=" + cursor);

            assertProblem(answer, 400, "bad-cursor");
            assertThat(answer.json().path("field").asText()).isEqualTo("cursor");
        }
    }

    @Test
    void anEmptyParameterIsAsGoodAsNone() {
        assertThat(http.get("/v1/users/alice/followers?cursor=&limit=&order=&from=&to=")
                        .status())
                .isEqualTo(200);
        assertThat(http.get("/v1/users?prefix=&cursor=&limit=").status()).isEqualTo(200);
    }

    @Test
    void aCursorIsGoodForItsOwnListAndOrderOnly() {
        People.followedBy("alice", List.of("bob", "carol"));
        People.follow("alice", "bob");
        People.follow("alice", "carol");
        String cursor = http.get("/v1/users/alice/followers?limit=1")
                .json()
                .path("next")
                .asText();
        String names = http.get("/v1/users?limit=1").json().path("next").asText();

        assertThat(http.get("/v1/users/alice/followers?cursor=" + cursor).status())
                .isEqualTo(200);
        assertProblem(http.get("/v1/users/alice/followers?order=oldest&cursor=" + cursor), 400, "bad-cursor");
        assertProblem(http.get("/v1/users/alice/following?cursor=" + cursor), 400, "bad-cursor");
        assertProblem(http.get("/v1/users?cursor=" + cursor), 400, "bad-cursor");
        assertProblem(http.get("/v1/audit?cursor=" + cursor), 400, "bad-cursor");
        assertProblem(http.get("/v1/users/alice/followers?cursor=" + names), 400, "bad-cursor");
    }

    @Test
    void aMangledCursorIsBad() {
        People.followedBy("alice", List.of("bob", "carol"));
        String cursor = http.get("/v1/users/alice/followers?limit=1")
                .json()
                .path("next")
                .asText();

        for (int i = 1; i < cursor.length(); i++) {
            String truncated = cursor.substring(0, i);
            String changed = truncated + (cursor.charAt(i) == 'x' ? 'y' : 'x') + cursor.substring(i + 1);

            assertProblem(http.get("/v1/users/alice/followers?cursor=" + truncated), 400, "bad-cursor");
            assertProblem(http.get("/v1/users/alice/followers?cursor=" + changed), 400, "bad-cursor");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/users?limit=1", "/v1/users/alice/followers?limit=1"})
    void aCursorHasOneFormOnly(String list) {
        People.followedBy("alice", List.of("bob", "carol"));
        String cursor = http.get(list).json().path("next").asText();
        String start = cursor.substring(0, cursor.length() - 1);

        for (int i = 0; i < BASE64.length(); i++) {
            String another = start + BASE64.charAt(i);
            if (!another.equals(cursor)) {
                assertProblem(http.get(list + "&cursor=" + another), 400, "bad-cursor");
            }
        }
        assertProblem(http.get(list + "&cursor=" + cursor + "="), 400, "bad-cursor");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/users/%",
                "/v1/users/%4",
                "/v1/users/%zz",
                "/v1/users/a%",
                "/v1/users/alice/following/%f",
                "/v1/users/%00",
                "/v1/users/a%00b",
                "/v1/users/a%0D%0Ab",
                "/v1/users/%1B",
                "/v1/users/%7F",
                "/v1/users/%C0%80",
                "/v1/users/%FF",
                "/v1/users/%ED%A0%80",
                "/v1/users/%E9",
                "/v1/users/a%2Fb",
                "/v1/users/a%5Cb",
                "/v1/users/a|b",
                "/v1/users/a\"b",
                "/v1/users/<a>",
                "/v1/users/{username}",
                "/v1/users/a^b",
                "/v1/users/a\\b",
                "/v1/users/\u00e9",
                "/v1/users?prefix=%",
                "/v1/users?prefix=%zz",
                "/v1/users?prefix=%00",
                "/v1/users?prefix=%FF",
                "/v1/users?prefix=a|b",
                "/v1/users?limit=%",
                "/v1/users/alice/following?cursor=%E0%80"
            })
    void aUriWithWhatCannotBeInOneIsRefused(String target) {
        Answer answer = http.get(target);

        assertThat(answer.status()).isEqualTo(400);
        assertProblem(answer, 400, answer.json().path("code").asText());
        assertThat(answer.json().path("code").asText()).isIn("malformed", "bad-cursor");
    }

    /** The decoder refuses it, before there is a request to answer with a problem. */
    @Test
    void controlCharacterInRequestLineReturns400() {
        assertThat(http.get("/v1/users/a\u0001b").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"8192, 200", "8193, 414"})
    void theLongestUriIsReadAndOneMoreIsNot(int length, int status) {
        String start = "/v1/users/alice/relationships?with=";
        String names = ("x".repeat(100) + ",").repeat(length / 101);

        assertThat(http.get(start + names.substring(0, length - start.length() - 1) + "x")
                        .status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"16384, 200", "16385, 431"})
    void theLargestHeadersAreReadAndOneMoreIsNot(int size, int status) {
        int others = "Hostlocalhost".length() + "Connectionclose".length() + "X-Long".length();

        assertThat(http.get("/v1/users/alice", "X-Long: " + "x".repeat(size - others) + "\r\n")
                        .status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"1000, 200", "1001, 400"})
    void theLongestPageIsReadAndOneMoreIsNot(int limit, int status) {
        assertThat(http.get("/v1/users/alice/followers?limit=" + limit).status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"10000, 200", "10001, 413"})
    void theLargestBatchIsDoneAndOneMoreIsNot(int operations, int status) {
        String unfollow = "{\"op\":\"unfollow\",\"follower\":\"alice\",\"followed\":\"bob\"}";

        Answer answer = http.json(
                "POST", "/v1/batch", "{\"operations\":[" + (unfollow + ",").repeat(operations - 1) + unfollow + "]}");

        assertThat(answer.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 4_000, 4_200, 8_000})
    void aLongUriIsReadWhole(int length) {
        String uri = "/v1/users/alice/relationships?with=" + ("x".repeat(100) + ",").repeat(length / 101) + "bob";

        Answer answer = http.get(uri);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains("bob");
    }

    @ParameterizedTest
    @ValueSource(ints = {8_200, 9_000, 15_000})
    void aUriThatIsTooLongIsRefused(int length) {
        assertProblem(http.get("/v1/users?prefix=" + "x".repeat(length)), 414, "uri-too-long");
        assertProblem(http.get("/v1/users/" + "x".repeat(length)), 414, "uri-too-long");
    }

    @ParameterizedTest
    @ValueSource(ints = {100_000, 1_000_000})
    void aUriBeyondAllMeasureIsRefusedByTheHttpLayer(int length) {
        assertRefusedByTheHttpLayer(http.get("/" + "x".repeat(length)), 414);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 8_000, 16_000})
    void longHeadersAreReadWhole(int length) {
        assertThat(http.get("/v1/users/alice", "X-Long: " + "x".repeat(length) + "\r\n")
                        .status())
                .isEqualTo(200);
        assertThat(http.get("/v1/users/alice", ("X-Long: " + "x".repeat(length / 20) + "\r\n").repeat(19))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {16_400, 18_000})
    void headersThatAreTooLargeAreRefused(int length) {
        assertProblem(http.get("/v1/users/alice", "X-Long: " + "x".repeat(length) + "\r\n"), 431, "headers-too-large");
    }

    @ParameterizedTest
    @ValueSource(ints = {100_000, 1_000_000})
    void headersBeyondAllMeasureAreRefusedByTheHttpLayer(int length) {
        assertRefusedByTheHttpLayer(http.get("/v1/users/alice", "X-Long: " + "x".repeat(length) + "\r\n"), 431);
    }

    @Test
    void aLengthThatIsNoNumberIsRefused() {
        for (String length : List.of("ten", "-1", "99999999999999999999", "1, 2")) {
            Answer answer = http.send(
                    RawHttp.request(
                            "PATCH",
                            "/v1/users/alice",
                            "Content-Type: application/json\r\nContent-Length: " + length + "\r\n",
                            null),
                    false);

            assertThat(answer.status()).as("Content-Length: %s", length).isBetween(400, 499);
            assertProblemIfItSaysAnything(answer);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET\r\n\r\n",
                "GET /v1/users/alice\r\n\r\n",
                "GET /v1/users/alice HTTP/9.9\r\n\r\n",
                "G\u0001T /v1/users/alice HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /v1/users/alice HTTP/1.1\r\nno colon\r\n\r\n",
                "GET /v1/users/alice HTTP/1.1\r\n: empty\r\n\r\n",
                "GET /v1/users/alice HTTP/1.1\r\nHost: localhost\r\nX: \u0000\r\n\r\n",
                "POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
                "PUT /v1/users/alice HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"
            })
    void whatIsHardlyHttpIsRefused(String bytes) {
        Answer answer = http.send(
                bytes.replace("\r\nHost", "\r\nConnection: close\r\nHost").getBytes(StandardCharsets.ISO_8859_1),
                false);

        assertThat(answer.status()).isIn(0, 400, 404, 405, 501);
        assertProblemIfItSaysAnything(answer);
    }

    @Test
    void aRequestThatNamesNoHostIsMalformed() {
        assertProblem(http.send(utf8("GET /v1/users/alice HTTP/1.1\r\n\r\n"), false), 400, "malformed");
    }

    @Test
    void headHasTheHeadersOfGetAndNoBody() {
        Answer there = http.send("HEAD", "/v1/users/alice", "", null);
        Answer missing = http.send("HEAD", "/v1/users/nobody", "", null);
        Answer list = http.send("HEAD", "/v1/users/alice/followers", "", null);

        assertThat(there.status()).isEqualTo(200);
        assertThat(there.header("ETag")).isNotNull();
        assertThat(there.text()).isEmpty();
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.text()).isEmpty();
        assertThat(list.status()).isEqualTo(200);
        assertThat(list.text()).isEmpty();
    }

    @Test
    void optionsNamesTheMethods() {
        Answer answer = http.send("OPTIONS", "/v1/users/alice", "", null);

        assertThat(answer.status()).isIn(200, 204);
        assertThat(answer.header("Allow").split(", *")).contains("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS");
        assertProblem(http.send("OPTIONS", "/v1/nothing", "", null), 404, "not-found");
    }

    @Test
    void causesStayInside() {
        Answer answer = http.json("PATCH", "/v1/users/alice", "{\"private\": \"yes\"}");

        assertThat(answer.text()).doesNotContain("jackson", "org.retinue", "Exception", "select");
    }

    @Test
    void noMalformedRequestBreaksTheServiceOrGoesUnexplained() {
        SoftAssertions each = new SoftAssertions();
        Map<Integer, Integer> statuses = new TreeMap<>();
        new MalformedRequests(SEED).stream().limit(MalformedRequests.many()).forEach(request -> {
            Answer answer = http.send(request.bytes(), request.head());
            statuses.merge(answer.status(), 1, Integer::sum);

            each.assertThat(answer.status()).as("%s%n%s", request, answer).isBetween(200, 499);
            if (answer.status() >= 400) {
                each.assertThatCode(() -> assertProblemIfItSaysAnything(answer))
                        .as("%s%n%s", request, answer)
                        .doesNotThrowAnyException();
            }
        });

        System.out.println("malformed requests, by the status of their answers: " + statuses);
        each.assertAll();
        assertThat(http.get("/v1/audit").status()).isEqualTo(200);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.header("Content-Type")).as("%s", answer).isEqualTo("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("code").asText()).isEqualTo(code);
        assertThat(problem.path("type").asText()).isEqualTo("urn:retinue:problem:" + code);
        assertThat(problem.path("title").asText()).isNotBlank();
        assertThat(problem.path("detail").asText()).isNotBlank();
    }

    private static void assertProblemIfItSaysAnything(Answer answer) {
        if (!answer.text().isEmpty()) {
            assertProblem(answer, answer.status(), answer.json().path("code").asText());
        }
    }

    /** What the HTTP layer refuses, it may also refuse by closing the connection on what it does not want to read. */
    private static void assertRefusedByTheHttpLayer(Answer answer, int status) {
        assertThat(answer.status()).isIn(0, status);
        assertProblemIfItSaysAnything(answer);
    }
}
