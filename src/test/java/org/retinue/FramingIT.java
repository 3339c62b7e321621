package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.limit.BadFramings;
import org.retinue.limit.BadFramings.BadFraming;

/** Each request goes out with a second one directly behind it, which must not be carried out. */
class FramingIT {

    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int MAX_LINGER_MILLIS = 4_000;
    private static final String SECOND = "PUT /v1/users/second HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] [0-9]{3} ");

    private static final RetinueStarter STARTER = new RetinueStarter();
    private static RunningRetinue retinue;

    static Stream<BadFraming> badFramings() {
        return BadFramings.all();
    }

    @BeforeAll
    static void start() throws Exception {
        STARTER.beforeEach(null);
        retinue = STARTER.startReady();
        retinue.put("/v1/users/alice");
    }

    @AfterAll
    static void stop() throws Exception {
        STARTER.afterEach(null);
    }

    @ParameterizedTest
    @MethodSource("badFramings")
    void badFramingReturns400AndCloses(BadFraming framing) throws Exception {
        String received = exchange(framing.latin1() + SECOND);

        assertRefused(received, 400, "malformed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/users/alice HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET /v1/users/alice HTTP/1.1\r\nHost: localhost\r\nConnection: Close\r\n\r\n",
                "GET /v1/users/alice HTTP/1.0\r\n\r\n"
            })
    void nothingIsAnsweredAfterClientCloses(String request) throws Exception {
        String received = exchange(request + SECOND);

        assertThat(received).startsWith("HTTP/1.").contains(" 200 OK");
        assertThat(STATUS_LINE.matcher(received).results()).hasSize(1);
        assertSecondNotDone();
    }

    @Test
    void nothingIsAnsweredAfterOverlongTarget() throws Exception {
        String target = "/v1/users?prefix=" + "a".repeat(9_000);

        assertRefused(exchange("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n" + SECOND), 414, "uri-too-long");
    }

    @Test
    void nothingIsAnsweredAfterOverlongRequestLine() throws Exception {
        String target = "/v1/users?prefix=" + "a".repeat(20_000);

        assertRefused(exchange("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n" + SECOND), 414, "uri-too-long");
    }

    @ParameterizedTest
    @ValueSource(ints = {17_000, 30_000})
    void nothingIsAnsweredAfterOverlongHeaders(int length) throws Exception {
        String header = "X-A: " + "a".repeat(length) + "\r\n";

        assertRefused(
                exchange("GET /v1/users/alice HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n" + SECOND),
                431,
                "headers-too-large");
    }

    @Test
    void unreadBodyOver413IsNotTakenForRequests() throws Exception {
        String body = SECOND.repeat(2_000);

        String received = exchange("PATCH /v1/users/alice HTTP/1.1\r\n"
                + "Host: localhost\r\n"
                + "Content-Type: application/json\r\n"
                + "Content-Length: 99999999\r\n\r\n"
                + body);

        assertRefused(received, 413, "too-large");
    }

    @Test
    void overlongTrailersAreRefused() throws Exception {
        String trailers = ("X-A: " + "a".repeat(1_000) + "\r\n").repeat(30);

        String received = exchange("PATCH /v1/users/alice HTTP/1.1\r\n"
                + "Host: localhost\r\n"
                + "Content-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "2\r\n"
                + "{}\r\n"
                + "0\r\n"
                + trailers + "\r\n" + SECOND);

        assertRefused(received, 431, "headers-too-large");
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderAndOneByOne() throws Exception {
        String received = exchange(request("PUT /v1/users/bob", "")
                + request("PATCH /v1/users/bob", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n")
                + "13\r\n{\"displayName\":\"B\"}\r\n0\r\nX-A: a\r\n\r\n\r\n"
                + request("GET http://localhost/v1/users/bob", "")
                + request("DELETE /v1/users/bob", "Connection: close\r\n"));

        assertThat(received)
                .containsSubsequence(
                        "HTTP/1.1 201", "HTTP/1.1 200", "HTTP/1.1 200", "\"displayName\":\"B\"", "HTTP/1.1 2");
    }

    private static String request(String methodAndTarget, String headers) {
        return methodAndTarget + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    }

    private static void assertRefused(String received, int status, String code) throws Exception {
        assertThat(received)
                .startsWith("HTTP/1.1 " + status + " ")
                .containsIgnoringCase("\r\nContent-Type: application/problem+json\r\n")
                .containsIgnoringCase("\r\nConnection: close\r\n")
                .contains("\"code\":\"" + code + "\"")
                .containsPattern("(?i)X-Request-Id: [^\r]+\r\n");
        assertThat(STATUS_LINE.matcher(received).results()).hasSize(1);
        assertSecondNotDone();
    }

    private static void assertSecondNotDone() throws Exception {
        assertThat(retinue.get("/v1/users/second").statusCode()).isEqualTo(404);
    }

    /** Sends bytes, and returns what comes back until the service closes its side. */
    private static String exchange(String latin1) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), retinue.port())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(latin1.getBytes(StandardCharsets.ISO_8859_1));
            long begin = System.nanoTime();
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(received);
            assertThat((System.nanoTime() - begin) / 1_000_000)
                    .as("milliseconds until the end")
                    .isLessThan(MAX_LINGER_MILLIS);
            return received.toString(StandardCharsets.UTF_8);
        }
    }
}
