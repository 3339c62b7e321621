package org.retinue.problem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.Crowd;
import org.retinue.TestDatabase;
import org.retinue.problem.RawHttp.Answer;

/** Text is UTF-8, types are not guessed, and what a standard calls case-insensitive is accepted in any case. */
@QuarkusTest
class StrictTextTest {

    @TestHTTPResource
    URI service;

    private RawHttp http;

    @BeforeEach
    void users() {
        TestDatabase.empty();
        Crowd.of("alice", "bob");
        http = new RawHttp(service.getPort());
    }

    /** Overlong forms, encoded surrogates, more than U+10FFFF, a stray continuation byte, a truncated character, bytes of Latin-1. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "c081",
                "c0af",
                "e08080",
                "f0808080",
                "eda080",
                "edb080",
                "eda080edb080",
                "f4908080",
                "f8888080",
                "80",
                "ff",
                "fe",
                "c3",
                "e9"
            })
    void invalidUtf8InBodyReturns400(String hex) {
        for (String[] call : new String[][] {
            {"PATCH", "/v1/users/alice", "{\"displayName\": \"a*\"}"},
            {"PATCH", "/v1/users/alice", "{\"displayName\": \"a\", \"*\": 1}"},
            {"PUT", "/v1/users/alice", "{\"displayName\": \"a*\"}"},
            {
                "POST",
                "/v1/batch",
                "{\"operations\": [{\"op\": \"follow\", \"follower\": \"alice*\", \"followed\": \"bob\"}]}"
            },
            {"POST", "/v1/users/alice/relationships", "{\"with\": [\"bob*\"]}"},
            {"PUT", "/v1/users/alice/mutes/bob", "{\"until\": \"2036-03-01T12:00:00Z*\"}"}
        }) {
            Answer answer = http.send(call[0], call[1], "Content-Type: application/json\r\n", spliced(call[2], hex));

            assertThat(answer.status()).as("%s %s %s", call[0], call[1], answer).isEqualTo(400);
            assertThat(answer.json().path("code").asText()).isEqualTo("malformed");
        }
        assertThat(displayName()).isNull();
    }

    @Test
    void bodyInOtherEncodingReturns400() {
        String json = "{\"displayName\": \"a\"}";
        for (byte[] body : List.of(
                json.getBytes(StandardCharsets.UTF_16BE),
                json.getBytes(StandardCharsets.UTF_16LE),
                json.getBytes(StandardCharsets.UTF_16))) {
            assertThat(http.send("PATCH", "/v1/users/alice", "Content-Type: application/json\r\n", body)
                            .status())
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"displayName\": \"a\\ud800\"}",
                "{\"displayName\": \"\\udc00\\ud800\"}",
                "{\"displayName\": \"a\\u0000\"}",
                "{\"displayName\": \"a\\u202e\"}",
                "{\"displayName\": \"\\u200b\"}",
                "{\"displayName\": \"a\\uffff\"}",
                "{\"username\": \"a\\ud800\"}",
                "{\"\\ud800\": 1}"
            })
    void textThatNoNameHoldsReturns400(String body) {
        Answer answer = http.json("PATCH", "/v1/users/alice", body);

        assertThat(answer.status()).as("%s", answer).isEqualTo(400);
        assertThat(answer.json().path("code").asText()).isEqualTo("malformed");
    }

    @Test
    void escapedSurrogatePairIsText() {
        assertThat(http.json("PATCH", "/v1/users/alice", "{\"displayName\": \"\\ud83d\\ude00\"}")
                        .status())
                .isEqualTo(200);
        assertThat(displayName()).isEqualTo("\ud83d\ude00");
    }

    /** A row of an earlier release can hold a display name that is refused now. */
    @Test
    void storedDisplayNameOfAnyTextIsRead() {
        TestDatabase.sql("update users set display_name = U&'a\\202Eb' where username = 'alice'");

        assertThat(displayName()).isEqualTo("a\u202eb");
        assertThat(http.json("PATCH", "/v1/users/alice", "{\"private\": true}").status())
                .isEqualTo(200);
        assertThat(displayName()).isEqualTo("a\u202eb");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/users/%ff",
                "/v1/users/%c0%af",
                "/v1/users/%ed%a0%80",
                "/v1/users?prefix=%ff",
                "/v1/users?prefix=%C3",
                "/v1/users?prefix=%C3a",
                "/v1/users/alice/relationships?with=%f8",
                "/v1/select?of=followers:%80",
                "/v1/users/alice/following?cursor=%fe",
                "/v1/users/alice/following?%ff=1",
                "/v1/nowhere/%ff",
                "/v1/users/\u00e9"
            })
    void uriThatIsNotUtf8Returns400(String target) {
        Answer answer = http.get(target);

        assertThat(answer.status()).as("%s", answer).isEqualTo(400);
        assertThat(answer.json().path("code").asText()).isEqualTo("malformed");
    }

    /** RFC 3986 allows no raw vertical bar in a URI, and proxies differ in what they make of one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/users/auth0|alice",
                "/v1/users?prefix=auth0|",
                "/v1/users/alice/relationships?with=auth0|bob"
            })
    void rawVerticalBarInUriReturns400(String target) {
        assertThat(http.get(target).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
        PATCH ; /v1/users/alice               ; {"private": "true"}
        PATCH ; /v1/users/alice               ; {"private": 1}
        PATCH ; /v1/users/alice               ; {"private": ""}
        PATCH ; /v1/users/alice               ; {"private": null}
        PATCH ; /v1/users/alice               ; {"private": [true]}
        PATCH ; /v1/users/alice               ; {"displayName": 1}
        PATCH ; /v1/users/alice               ; {"displayName": 1.5}
        PATCH ; /v1/users/alice               ; {"displayName": true}
        PATCH ; /v1/users/alice               ; {"displayName": ["a"]}
        PATCH ; /v1/users/alice               ; {"displayName": {}}
        PATCH ; /v1/users/alice               ; {"username": 5}
        PATCH ; /v1/users/alice               ; "private"
        PATCH ; /v1/users/alice               ; ""
        PATCH ; /v1/users/alice               ; []
        PATCH ; /v1/users/alice               ; true
        PUT   ; /v1/users/alice/mutes/bob     ; {"until": 2082758400}
        PUT   ; /v1/users/alice/mutes/bob     ; {"until": 2082758400.5}
        PUT   ; /v1/users/alice/mutes/bob     ; {"until": "2082758400"}
        PUT   ; /v1/users/alice/mutes/bob     ; {"until": "2082758400.000"}
        PUT   ; /v1/users/alice/mutes/bob     ; {"until": ""}
        PUT   ; /v1/users/alice/mutes/bob     ; {"until": "2036-03-01"}
        PUT   ; /v1/users/alice/mutes/bob     ; {"until": "2036-03-01T12:00:00"}
        PUT   ; /v1/users/alice/mutes/bob     ; {"until": " 2036-03-01T12:00:00Z"}
        PUT   ; /v1/users/alice/mutes/bob     ; {"until": true}
        PUT   ; /v1/users/alice/mutes/bob     ; {"until": ["2036-03-01T12:00:00Z"]}
        POST  ; /v1/users/alice/relationships ; {"with": "bob"}
        POST  ; /v1/users/alice/relationships ; {"with": [1]}
        POST  ; /v1/users/alice/relationships ; {"with": [true]}
        POST  ; /v1/users/alice/relationships ; {"with": [null]}
        POST  ; /v1/users/alice/relationships ; {"with": {"0": "bob"}}
        POST  ; /v1/batch                     ; {"operations": {"op": "follow", "follower": "alice", "followed": "bob"}}
        POST  ; /v1/batch                     ; {"operations": [{"op": 0, "follower": "alice", "followed": "bob"}]}
        POST  ; /v1/batch                     ; {"operations": [{"op": "0", "follower": "alice", "followed": "bob"}]}
        POST  ; /v1/batch                     ; {"operations": [{"op": "", "follower": "alice", "followed": "bob"}]}
        POST  ; /v1/batch                     ; {"operations": [{"op": "FOLLOW", "follower": "alice", "followed": "bob"}]}
        POST  ; /v1/batch                     ; {"operations": [{"op": "follow", "follower": 1, "followed": "bob"}]}
        POST  ; /v1/batch                     ; {"operations": [["follow", "alice", "bob"]]}
        """)
    void valueOfOtherTypeReturns400(String method, String target, String body) {
        Answer answer = http.json(method, target, body);

        assertThat(answer.status()).as("%s", answer).isEqualTo(400);
        assertThat(answer.json().path("code").asText()).isEqualTo("malformed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=%2B5",
                "limit=5.0",
                "limit=5e0",
                "limit=0x5",
                "limit=%205",
                "limit=5%20",
                "limit=-1",
                "limit=%D9%A5",
                "limit=1_0",
                "limit=true",
                "order=NEWEST",
                "from=1772366400",
                "from=2026-03-01",
                "to=now"
            })
    void parameterOfOtherTypeReturns400(String query) {
        Answer answer = http.get("/v1/users/alice/following?" + query);

        assertThat(answer.status()).as("%s", answer).isEqualTo(400);
    }

    /** RFC 9110: media types, charsets and their names. RFC 3339: T and Z. RFC 3986: hex digits. RFC 9562: UUIDs. */
    @Test
    void caseInsensitiveTokensAreAcceptedInAnyCase() {
        byte[] body = "{\"displayName\": \"a\"}".getBytes(StandardCharsets.UTF_8);
        for (String type : List.of(
                "APPLICATION/JSON",
                "Application/Json; CHARSET=UTF-8",
                "application/json;charset=utf-8",
                "Application/Merge-Patch+JSON")) {
            assertStatus(200, http.send("PATCH", "/v1/users/alice", "CONTENT-TYPE: " + type + "\r\n", body));
        }
        for (String accept : List.of("APPLICATION/JSON", "Application/*")) {
            assertStatus(200, http.get("/v1/users/alice", "accept: " + accept + "\r\n"));
        }
        Answer csv = http.get("/v1/export", "Accept: TEXT/CSV\r\n");
        assertThat(csv.header("content-type")).startsWith("text/csv");
        byte[] row = "follower,followed\nalice,bob\n".getBytes(StandardCharsets.UTF_8);
        assertStatus(200, http.send("POST", "/v1/imports", "Content-Type: Text/CSV; Charset=UTF-8\r\n", row));
        assertStatus(
                200, http.get("/v1/users/alice/following?from=2026-03-01t12:00:00z&to=2036-03-01t12:00:00%2b01:00"));
        assertStatus(200, http.json("PUT", "/v1/users/alice/mutes/bob", "{\"until\": \"2036-03-01t12:00:00.5z\"}"));
        assertStatus(200, http.get("/v1/users/%61%6C%69%63%65/following"));
        String id = "0b9c2f1e-6a55-4a0e-9d2b-3f6c1c0f7a11";
        assertStatus(202, http.send("DELETE", "/v1/users/bob?id=" + id.toUpperCase(Locale.ROOT), "", null));
        assertStatus(200, http.get("/v1/erasures/" + id));
        assertStatus(200, http.get("/v1/erasures/" + id.toUpperCase(Locale.ROOT)));
    }

    private static void assertStatus(int expected, Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(expected);
    }

    private String displayName() {
        JsonNode name = http.get("/v1/users/alice").json().path("displayName");
        return name.isNull() ? null : name.asText();
    }

    private static byte[] spliced(String template, String hex) {
        int star = template.indexOf('*');
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(template.substring(0, star).getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(HexFormat.of().parseHex(hex));
        bytes.writeBytes(template.substring(star + 1).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }
}
