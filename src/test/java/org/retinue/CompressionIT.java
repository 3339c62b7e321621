package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Content codings of responses (RFC 9110, section 12.5.3). */
class CompressionIT {

    private static final String PAGE = "v1/users?limit=1000";

    private static final RetinueStarter STARTER = new RetinueStarter();
    private static RunningRetinue retinue;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        STARTER.beforeEach(null);
        retinue = STARTER.startReady();
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        String crowd = IntStream.range(0, 300)
                .mapToObj(i -> "somebody-" + i + " alice\n")
                .collect(Collectors.joining());
        assertThat(retinue.send("POST", "/v1/imports", crowd).statusCode()).isEqualTo(200);
    }

    @AfterAll
    static void stop() throws Exception {
        STARTER.afterEach(null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "GZip",
                "x-gzip",
                "*",
                "br, gzip",
                "br;q=1.0, gzip;q=0.5",
                "gzip;q=1, identity;q=0.5",
                "gzip ; q=0.001",
                "identity;q=0, *"
            })
    void largePageIsGzippedIfAccepted(String accepted) throws Exception {
        String plain = new String(get(PAGE, "identity").body(), StandardCharsets.UTF_8);

        HttpResponse<byte[]> response = get(PAGE, accepted);

        assertThat(header(response, "Content-Encoding")).isEqualTo("gzip");
        assertThat(header(response, "Vary")).containsIgnoringCase("Accept-Encoding");
        assertThat(response.body()).hasSizeLessThan(plain.length() / 3);
        assertThat(header(response, "Content-Length")).isEqualTo(String.valueOf(response.body().length));
        assertThat(gunzip(response.body())).isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "identity",
                "br",
                "gzip;q=0",
                "gzip;q=0, *",
                "gzip;q=0.0, *;q=1",
                "*;q=0",
                "gzip;q=0.1, identity",
                "gzip;q=x",
                "gzip;level=9",
                "gzipped",
                ",;,"
            })
    void pageIsPlainIfGzipIsNotAccepted(String accepted) throws Exception {
        HttpResponse<byte[]> response = get(PAGE, accepted);

        assertThat(header(response, "Content-Encoding")).isNull();
        assertThat(header(response, "Vary")).containsIgnoringCase("Accept-Encoding");
        assertThat(new String(response.body(), StandardCharsets.UTF_8))
                .startsWith("{")
                .contains("somebody-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1/users/alice", "v1/users?limit=1", "v1/users/nobody", "v1/users/alice/following/nobody"})
    void smallResponseStaysPlain(String path) throws Exception {
        HttpResponse<byte[]> response = get(path, "gzip");

        assertThat(header(response, "Content-Encoding")).isNull();
        assertThat(header(response, "Vary")).isNull();
        assertThat(response.body()[0]).isEqualTo((byte) '{');
    }

    @ParameterizedTest
    @CsvSource({
        "v1/export,            application/x-ndjson",
        "v1/export?format=csv, text/csv",
        "q/openapi,            application/yaml",
        "q/openapi?format=json, application/json"
    })
    void otherLargeTextIsGzipped(String path, String type) throws Exception {
        String plain = new String(get(path, "identity").body(), StandardCharsets.UTF_8);

        HttpResponse<byte[]> response = get(path, "gzip");

        assertThat(header(response, "Content-Type")).startsWith(type);
        assertThat(header(response, "Content-Encoding")).isEqualTo("gzip");
        assertThat(gunzip(response.body()).lines().sorted())
                .containsExactlyElementsOf(plain.lines().sorted().toList());
    }

    @Test
    void headOfLargePageHasVaryAndNoBody() throws Exception {
        HttpRequest head = request(PAGE)
                .method("HEAD", BodyPublishers.noBody())
                .header("Accept-Encoding", "gzip")
                .build();
        for (int i = 0; i < 2; i++) {
            HttpResponse<byte[]> response = client.send(head, BodyHandlers.ofByteArray());

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEmpty();
            assertThat(header(response, "Vary")).containsIgnoringCase("Accept-Encoding");
        }
    }

    private static HttpResponse<byte[]> get(String path, String accepted) throws Exception {
        return client.send(request(path).header("Accept-Encoding", accepted).build(), BodyHandlers.ofByteArray());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(retinue.uri("/" + path));
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    private static String gunzip(byte[] bytes) throws IOException {
        return new String(new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes(), StandardCharsets.UTF_8);
    }
}
