package org.retinue.limit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Metrics;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.SoftAssertions;
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

/** Request bodies: which calls take one, how large it may be, what it holds, and when 100 Continue is sent. */
@QuarkusTest
class RequestBodyTest {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int MAX_BODY = 10 * 1024 * 1024;
    private static final int MAX_PROFILE = 16 * 1024;
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final String EXPECT = "Expect: 100-continue\r\n";
    private static final String FOLLOW =
            "{\"operations\": [{\"op\": \"follow\", \"follower\": \"alice\", \"followed\": \"bob\"}]}";

    @TestHTTPResource("/")
    URI service;

    @Inject
    RequestBodies bodies;

    private final List<Connection> connections = new ArrayList<>();

    @BeforeEach
    void people() {
        TestDatabase.empty();
        People.registered("alice", "bob", "carol");
        assertThat(bodies.held()).isZero();
    }

    @AfterEach
    void everythingIsReleased() throws IOException {
        for (Connection connection : connections) {
            connection.socket.close();
        }
        await(() -> bodies.held() == 0, "all memory is released");
        Truths.hold();
    }

    // memory

    @Test
    void bodyHoldsWhatArrivedAndCloseReleasesIt() throws IOException {
        Connection client = connect().send(head("POST", "/v1/batch", JSON + length(MAX_BODY)) + "x".repeat(1_500));

        await(() -> bodies.held() > 0, "the body is being read");
        assertThat(bodies.held()).isBetween(1_500L, 4_096L);
        assertThat(Metrics.globalRegistry
                        .get("retinue.request.body.memory")
                        .gauge()
                        .value())
                .isEqualTo((double) bodies.held());
        client.socket.close();

        await(() -> bodies.held() == 0, "the memory is released");
    }

    @Test
    void resetReleasesBody() throws IOException {
        Connection client = connect().send(head("PATCH", "/v1/users/alice", JSON + CHUNKED) + chunk("{"));
        await(() -> bodies.held() > 0, "the body is being read");

        client.socket.setSoLinger(true, 0);
        client.socket.close();

        await(() -> bodies.held() == 0, "the memory is released");
    }

    @Test
    void declaredLengthHoldsNothing() throws IOException {
        Connection client = connect().send(head("POST", "/v1/batch", JSON + EXPECT + length(MAX_BODY)));

        assertThat(client.status()).isEqualTo(100);
        assertThat(bodies.held()).isZero();
    }

    @Test
    void tinyChunksHoldLittle() throws IOException {
        Connection client = connect()
                .send(head("POST", "/v1/batch", JSON + CHUNKED) + chunk(" ").repeat(20_000));
        await(() -> bodies.held() >= 20_000, "the body is being read");

        assertThat(bodies.held()).isLessThan(64 * 1_024);
        client.send(chunk(FOLLOW) + "0\r\n\r\n");

        assertThat(client.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    POST  | /v1/batch       | {"operations": []}                                                       | 200
                    PATCH | /v1/users/alice | {"private": true}                                                        | 200
                    PATCH | /v1/users/alice | {                                                                        | 400
                    PATCH | /v1/users/alice | {"nickname": "Al"}                                                       | 400
                    PATCH | /v1/users/eve   | {"private": true}                                                        | 404
                    POST  | /v1/batch       | {"operations": [{"op": "follow", "follower": "alice", "followed": "eve"}]} | 404
                    POST  | /v1/batch       | {"operations": [{"op": "follow", "follower": "bob", "followed": "bob"}]} | 422
                    """)
    void everyResponseReleasesBody(String method, String path, String body, int status) throws IOException {
        Connection client = connect().send(request(method, path, JSON, body));

        assertThat(client.status()).isEqualTo(status);
        await(() -> bodies.held() == 0, "the memory is released");
    }

    @Test
    void malformedChunkReleasesBody() throws IOException {
        Connection client = connect().send(head("PATCH", "/v1/users/alice", JSON + CHUNKED) + chunk("{"));
        await(() -> bodies.held() > 0, "the body is being read");

        client.send("zz\r\n");

        await(() -> bodies.held() == 0, "the memory is released");
    }

    @Test
    void pipelinedBodyIsReleasedOnClose() throws IOException {
        for (int i = 0; i < 72; i++) {
            Connection client = connect();
            client.send(request("PUT", "/v1/users/dave", JSON, "{}")
                    + head("PATCH", "/v1/users/alice", JSON + length(10_000)) + "{");
            if (i % 2 == 0) {
                client.status();
            }
            client.socket.close();
        }

        await(() -> bodies.held() == 0, "the memory is released");
        assertThat(connect()
                        .send(request("PATCH", "/v1/users/alice", JSON, "{}"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void requestBegunAfterCloseReleasesBody() throws IOException {
        Locks lock = Locks.onEdge("alice", "bob");
        Connection client = connect();
        client.send(request("PUT", "/v1/users/alice/following/bob", "", "")
                + head("POST", "/v1/batch", JSON + length(10_000))
                + "x".repeat(5_000));
        lock.awaitWaiter();
        client.socket.setSoLinger(true, 0);
        client.socket.close();
        lock.close();

        await(
                () -> connect()
                                .send(request("GET", "/v1/users/alice/following/bob", "", ""))
                                .status()
                        == 200,
                "the first request has ended");
        await(() -> bodies.held() == 0, "the memory is released");
    }

    @Test
    void bodyOfAbortedCallIsReleased() throws IOException {
        try (Locks lock = Locks.onEdge("alice", "bob")) {
            Connection client = connect().send(request("POST", "/v1/batch", JSON, FOLLOW));
            lock.awaitWaiter();
            client.socket.setSoLinger(true, 0);
            client.socket.close();
        }

        await(() -> bodies.held() == 0, "the memory is released");
    }

    // limits

    @ParameterizedTest
    @CsvSource({
        "PATCH, /v1/users/alice, {}, " + MAX_PROFILE,
        "PUT, /v1/users/alice, {}, " + MAX_PROFILE,
        "PUT, /v1/users/alice/mutes/bob, {}, 4096",
        "POST, /v1/users/alice/relationships, '{\"with\": [\"bob\"]}', 262144",
        "POST, /v1/batch, '{\"operations\": []}', " + MAX_BODY
    })
    void bodyOverLimitReturns413(String method, String path, String body, int max) throws IOException {
        String largest = body + " ".repeat(max - body.length());

        assertThat(connect().send(request(method, path, JSON, largest)).status())
                .isEqualTo(200);
        assertThat(connect().send(chunked(method, path, largest)).status()).isEqualTo(200);
        // declared: refused without a byte of it
        assertTooLarge(connect().send(head(method, path, JSON + length(max + 1))), max);
        assertTooLarge(connect().send(chunked(method, path, largest + " ")), max);
    }

    @Test
    void bodyWithoutEndReturns413() throws IOException {
        Connection client = connect().send(head("PATCH", "/v1/users/alice", JSON + CHUNKED));
        client.send(chunk(" ".repeat(0x2000)).repeat(3));

        assertTooLarge(client, MAX_PROFILE);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/nothing, application/json, 404",
        "POST, /v1/users/alice, application/json, 405",
        "POST, /v1/batch, text/csv, 415",
        "PATCH, /v1/users/alice, text/plain, 415",
        "POST, /v1/imports, image/png, 415"
    })
    void refusedRequestIsNotRead(String method, String path, String type, int status) throws IOException {
        String headers = "Content-Type: " + type + "\r\n" + length(1 << 30);

        assertThat(connect()
                        .send(head(method, path, headers) + "x".repeat(1_000))
                        .status())
                .isEqualTo(status);
        assertThat(bodies.held()).isZero();
    }

    // calls without a body

    @Test
    void onlyOperationsWithBodyTakeOne() throws Exception {
        SoftAssertions each = new SoftAssertions();
        JsonNode paths = new ObjectMapper()
                .readTree(get("/q/openapi?format=json").body())
                .path("paths");
        for (var path : paths.properties()) {
            String target = path.getKey()
                    .replaceAll("\\{username}", "alice")
                    .replaceAll("\\{(other|followed|follower)}", "bob")
                    .replaceAll("\\{id}", "0b9c2f1e-6a55-4a0e-9d2b-3f6c1c0f7a11");
            for (String method : List.of("get", "put", "post", "patch", "delete")) {
                JsonNode operation = path.getValue().path(method);
                if (!operation.isMissingNode() && !target.equals("/v1/imports")) {
                    assertTakesBody(each, method.toUpperCase(Locale.ROOT), target, operation.has("requestBody"));
                }
            }
        }
        each.assertAll();
    }

    private void assertTakesBody(SoftAssertions each, String method, String target, boolean takes) throws IOException {
        for (String request :
                List.of(request(method, target, JSON, "{\"until\":"), chunked(method, target, "{\"until\":"))) {
            Connection client = connect().send(request);
            int status = client.status();
            String body = client.body();
            each.assertThat(status).as("%s %s: %s", method, target, body).isEqualTo(400);
            if (takes) {
                each.assertThat(body).as("%s %s", method, target).doesNotContain("takes no request body");
            } else {
                each.assertThat(body)
                        .contains(
                                "\"field\":\"body\"",
                                method + " " + target + " takes no request body",
                                "without a body");
            }
        }
    }

    @Test
    void refusedBodyChangesNothing() throws Exception {
        Connection client = connect()
                .send(request("PUT", "/v1/users/alice/blocks/bob", JSON, "{\"until\":\"2030-01-01T00:00:00Z\"}"));

        assertThat(client.status()).isEqualTo(400);
        assertThat(client.body()).contains("got 32 bytes");
        assertThat(get("/v1/users/alice/blocks/bob").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 0\r\n\r\n",
                "Content-Type: application/json\r\nContent-Length: 0\r\n\r\n",
                "Content-Type: application/octet-stream\r\nContent-Length: 0\r\n\r\n",
                "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Content-Type: application/json\r\n\r\n",
                "\r\n"
            })
    void emptyBodyIsNoBody(String rest) throws IOException {
        for (String call : List.of(
                "PUT /v1/users/alice/following/bob",
                "PUT /v1/users/alice/blocks/carol",
                "PUT /v1/users/alice/suspension",
                "DELETE /v1/users/alice/suspension",
                "GET /v1/users/alice")) {
            Connection client = connect().send(call + " HTTP/1.1\r\nHost: localhost\r\n" + rest);

            assertThat(client.status()).as(call).isBetween(200, 299);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 0\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "\r\n"})
    void optionalBodyMayBeEmpty(String rest) throws IOException {
        for (String type : List.of("", JSON)) {
            for (String call : List.of("PUT /v1/users/dave", "PUT /v1/users/alice/mutes/bob")) {
                Connection client = connect().send(call + " HTTP/1.1\r\nHost: localhost\r\n" + type + rest);

                assertThat(client.status()).as(call).isBetween(200, 201);
            }
        }
    }

    // JSON

    @Test
    void batchIsReadUpToFirstInvalidOperation() throws IOException {
        Connection client = connect().send(request("POST", "/v1/batch", JSON, "{\"operations\": [{}, not json at all"));

        assertThat(client.status()).isEqualTo(400);
        assertThat(client.body()).contains("\"operation\":0", "operations[0].op");
    }

    @Test
    void batchIsReadUpToMaxOperations() throws IOException {
        String one = "{\"op\": \"follow\", \"follower\": \"alice\", \"followed\": \"bob\"},";
        Connection client = connect()
                .send(request("POST", "/v1/batch", JSON, "{\"operations\": [" + one.repeat(10_000) + "not json"));

        assertThat(client.status()).isEqualTo(400);
        Connection more = connect()
                .send(request("POST", "/v1/batch", JSON, "{\"operations\": [" + one.repeat(10_000) + "{} not json"));
        assertThat(more.status()).isEqualTo(413);
        assertThat(more.body()).contains("must not exceed 10000 operations");
    }

    @Test
    void relationshipsAreReadUpToMaxNames() throws IOException {
        String path = "/v1/users/alice/relationships";

        Connection client = connect()
                .send(request("POST", path, JSON, "{\"with\": [" + "\"bob\",".repeat(1_000) + "\"bob\" not json"));
        assertThat(client.status()).isEqualTo(400);
        assertThat(client.body()).contains("1000 usernames");
        Connection invalid = connect().send(request("POST", path, JSON, "{\"with\": [\"b/b\" not json"));
        assertThat(invalid.status()).isEqualTo(400);
        assertThat(invalid.body()).contains("\"field\":\"with\"").doesNotContain("not the JSON");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"operations\": [{\"op\": \"LONG\"}]}",
                "{\"operations\": [{\"LONG\": 1}]}",
                "{\"LONG\": 1}",
                "{\"operations\": [{\"follower\": 7777LONG}]}",
                "{\"operations\": LONG}"
            })
    void hugeTokenReturns400(String body) throws IOException {
        Connection client =
                connect().send(request("POST", "/v1/batch", JSON, body.replace("LONG", "7".repeat(1_000_000))));

        assertThat(client.status()).isEqualTo(400);
        assertThat(client.body()).contains("\"code\":\"malformed\"").hasSizeLessThan(4_000);
    }

    // Expect

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    PUT   | /v1/users/alice               | application/json | {"private": false}  | 200
                    PATCH | /v1/users/alice               | application/json | {"private": false}  | 200
                    PUT   | /v1/users/alice/mutes/bob     | application/json | {}                  | 200
                    POST  | /v1/users/alice/relationships | application/json | {"with": ["bob"]}   | 200
                    POST  | /v1/batch                     | application/json | {"operations": []}  | 200
                    POST  | /v1/imports                   | text/plain       | alice bob           | 200
                    """)
    void expectedContinueIsSentOnce(String method, String path, String type, String body, int status) throws Exception {
        String headers = "Content-Type: " + type + "\r\n" + EXPECT;
        Connection client = connect().send(head(method, path, headers + length(body.length())));

        assertThat(client.status()).isEqualTo(100);
        client.send(body);
        assertThat(client.status()).isEqualTo(status);
        client.body();

        Connection other = connect().send(head(method, path, headers.replace("100-c", "100-C") + CHUNKED));
        assertThat(other.status()).isEqualTo(100);
        other.send(chunk(body) + "0\r\n\r\n");
        assertThat(other.status()).isEqualTo(status);

        HttpRequest request = HttpRequest.newBuilder(service.resolve(path))
                .timeout(Duration.ofMillis(PATIENCE_MILLIS))
                .header("Content-Type", type)
                .expectContinue(true)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (int i = 0; i < 2; i++) {
            assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/nothing, application/json, 100, 404",
        "POST, /v1/users/alice, application/json, 100, 405",
        "POST, /v1/batch, text/csv, 100, 415",
        "POST, /v1/imports, image/png, 100, 415",
        "POST, /v1/imports?id=a%2Fb, text/plain, 100, 400",
        "PATCH, /v1/users/alice, application/json, 100000, 413",
        "PUT, /v1/users/alice/blocks/bob, application/json, 100, 400"
    })
    void refusedRequestReceivesNoContinue(String method, String path, String type, int length, int status)
            throws IOException {
        for (String framing : List.of(length(length), status == 413 ? length(length) : CHUNKED)) {
            Connection client = connect().send(head(method, path, "Content-Type: " + type + "\r\n" + EXPECT + framing));

            assertThat(client.status()).isEqualTo(status);
            assertThat(client.headers).containsIgnoringCase("connection: close");
        }
    }

    @Test
    void otherExpectationReturns417() throws Exception {
        for (String expect : List.of("200-ok", "100-continue, magic", "nothing")) {
            Connection client = connect()
                    .send(request(
                            "PATCH", "/v1/users/alice", JSON + "Expect: " + expect + "\r\n", "{\"private\": true}"));

            assertThat(client.status()).isEqualTo(417);
            assertThat(client.body()).contains("\"code\":\"expectation-failed\"", "'" + expect + "'");
        }
        assertThat(get("/v1/users/alice").body()).contains("\"private\":false");
    }

    @Test
    void http10IgnoresExpectation() throws IOException {
        Connection client = connect()
                .send(request("PATCH", "/v1/users/alice", JSON + EXPECT, "{}").replace("HTTP/1.1", "HTTP/1.0"));

        assertThat(client.status()).isEqualTo(200);
    }

    private void assertTooLarge(Connection client, int max) throws IOException {
        assertThat(client.status()).isEqualTo(413);
        assertThat(client.headers).containsIgnoringCase("connection: close");
        assertThat(client.body()).contains("\"code\":\"too-large\"", "must not exceed " + max + " bytes");
    }

    private HttpResponse<String> get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(service.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private Connection connect() throws IOException {
        Connection connection = new Connection(new Socket(InetAddress.getLoopbackAddress(), service.getPort()));
        connections.add(connection);
        return connection;
    }

    private static String head(String method, String path, String headers) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    }

    private static String request(String method, String path, String headers, String body) {
        return head(method, path, headers + (body.isEmpty() ? "" : length(body.length()))) + body;
    }

    private static String chunked(String method, String path, String body) {
        StringBuilder request = new StringBuilder(head(method, path, JSON + CHUNKED));
        for (int at = 0; at < body.length(); at += 0x10000) {
            request.append(chunk(body.substring(at, Math.min(body.length(), at + 0x10000))));
        }
        return request.append("0\r\n\r\n").toString();
    }

    private static String chunk(String body) {
        return Integer.toHexString(body.length()) + "\r\n" + body + "\r\n";
    }

    private static String length(int length) {
        return "Content-Length: " + length + "\r\n";
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition, String what) throws IOException {
        Instant end = Instant.now().plusMillis(PATIENCE_MILLIS);
        while (!condition.holds()) {
            assertThat(Instant.now()).as(what).isBefore(end);
            Thread.onSpinWait();
        }
    }

    /** A connection over which the test sends bytes and reads responses. */
    private static final class Connection {

        private final Socket socket;
        private final InputStream in;
        private String headers = "";

        Connection(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(PATIENCE_MILLIS);
            in = new BufferedInputStream(socket.getInputStream());
        }

        /** Sends text, also if the service does not want to read all of it. */
        Connection send(String text) {
            try {
                socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException closed) {
                // the response was sent before
            }
            return this;
        }

        /** Reads the head of the next response. */
        int status() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            for (int next = in.read();
                    next >= 0 && !head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r");
                    next = in.read()) {
                head.write(next);
            }
            headers = head.toString(StandardCharsets.ISO_8859_1);
            assertThat(headers).as("a response").startsWith("HTTP/1.");
            return Integer.parseInt(headers.substring(9, 12));
        }

        /** Reads the body of the response. */
        String body() throws IOException {
            int length = headers.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                    .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                    .findFirst()
                    .orElse(0);
            return new String(in.readNBytes(length), StandardCharsets.UTF_8);
        }
    }
}
