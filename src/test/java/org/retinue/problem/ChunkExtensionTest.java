package org.retinue.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A request hidden in a chunk extension is never served as a separate request (CVE-2026-33870), by Netty alone. The strict
 * decoder, which refuses more, is tested in {@code FramingIT}.
 */
@QuarkusTest
class ChunkExtensionTest {

    private static final String HEAD = lines(
            "POST /v1/batch HTTP/1.1",
            "Host: localhost",
            "Content-Type: application/json",
            "Transfer-Encoding: chunked");

    private static final String HIDDEN =
            lines("GET /v1/users?limit=1 HTTP/1.1", "Host: localhost", "X-Request-Id: hidden", "Connection: close");

    @TestHTTPResource("/")
    URI service;

    @ParameterizedTest
    @ValueSource(strings = {"2;a=\"\r\n{}\r\n0\r\n\r\n", "2;a=\"\n{}\r\n0\r\n\r\n", "2;a\r{}\r\n0\r\n\r\n"})
    void quotedLineBreakHidesNoRequest(String chunks) throws IOException {
        String responses = send(HEAD + chunks + HIDDEN);

        assertThat(responses).doesNotContain("hidden").doesNotContain("HTTP/1.1 200");
        assertThat(responses.split("HTTP/1\\.1 ", -1)).as(responses).hasSizeLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2;a=b\r\n{}\r\n0\r\n\r\n", "2;a=\"b c\"\r\n{}\r\n0\r\n\r\n"})
    void plainExtensionIsIgnored(String chunks) throws IOException {
        String responses = send(HEAD + chunks + HIDDEN);

        assertThat(responses.split("HTTP/1\\.1 ", -1)).as(responses).hasSize(3);
        assertThat(responses).contains("HTTP/1.1 200", "hidden");
    }

    private static String lines(String... head) {
        return String.join("\r\n", head) + "\r\n\r\n";
    }

    private String send(String requests) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(requests.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketException reset) {
            return "";
        }
    }
}
