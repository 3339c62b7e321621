package org.retinue.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.People;
import org.retinue.TestDatabase;

/** Content codings of request bodies (RFC 9110, section 8.4). CompressionIT tests those of responses. */
@QuarkusTest
class ContentCodingTest {

    private static HttpClient client;

    @TestHTTPResource("/")
    URI service;

    @BeforeAll
    static void connect() {
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void disconnect() {
        client = null;
    }

    @BeforeEach
    void people() {
        TestDatabase.empty();
        People.registered("alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "x-gzip", "br", "deflate", "identity, gzip", "unknown"})
    void codedBodyReturns415WithAcceptedCodings(String coding) throws Exception {
        HttpResponse<byte[]> response = send(
                request("v1/users/alice")
                        .method("PATCH", BodyPublishers.ofByteArray(gzip("{\"displayName\":\"A\"}")))
                        .header("Content-Type", "application/json"),
                coding);

        assertRefused(response, "identity");
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "Identity", "identity, IDENTITY"})
    void identityIsNoCoding(String coding) throws Exception {
        HttpResponse<byte[]> response = send(
                request("v1/users/alice")
                        .method("PATCH", BodyPublishers.ofString("{\"displayName\":\"A\"}"))
                        .header("Content-Type", "application/json"),
                coding);

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void codingWithoutBodyIsIgnored() throws Exception {
        assertThat(send(request("v1/users/alice").GET(), "gzip").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "x-gzip", "X-GZip", "identity, gzip"})
    void importAcceptsGzipByAllItsNames(String coding) throws Exception {
        HttpResponse<byte[]> response = send(
                request("v1/imports")
                        .POST(BodyPublishers.ofByteArray(gzip("alice bob\n")))
                        .header("Content-Type", "text/plain"),
                coding);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("\"read\":1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "deflate", "gzip, gzip", "br, gzip"})
    void importInOtherCodingReturns415(String coding) throws Exception {
        HttpResponse<byte[]> response = send(
                request("v1/imports")
                        .POST(BodyPublishers.ofByteArray(gzip("alice bob\n")))
                        .header("Content-Type", "text/plain"),
                coding);

        assertRefused(response, "gzip");
    }

    private static void assertRefused(HttpResponse<byte[]> response, String accepted) {
        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(header(response, "Accept-Encoding")).isEqualTo(accepted);
        assertThat(new String(response.body(), StandardCharsets.UTF_8))
                .contains("\"code\":\"unsupported-media-type\"", "Content-Encoding '");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(service.resolve("/" + path));
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request, String coding) throws Exception {
        return client.send(request.header("Content-Encoding", coding).build(), BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zipped = new GZIPOutputStream(bytes)) {
            zipped.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
