package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 without TLS, where it is enabled: by upgrade, and with prior knowledge. */
class Http2IT {

    private static final int TIMEOUT_SECONDS = 20;

    private static final RetinueStarter STARTER = new RetinueStarter();
    private static RunningRetinue retinue;
    private static URI service;

    private final HttpClient client =
            HttpClient.newBuilder().version(Version.HTTP_2).build();

    @BeforeAll
    static void start() throws Exception {
        STARTER.beforeEach(null);
        retinue = STARTER.with("QUARKUS_HTTP_HTTP2", "true").startReady();
        service = retinue.uri("/");
        retinue.put("/v1/users/alice");
    }

    @AfterAll
    static void stop() throws Exception {
        STARTER.afterEach(null);
    }

    @ParameterizedTest
    @CsvSource({
        "v1/users/alice,        200",
        "v1/users?limit=5,      200",
        "v1/users/nobody,       404",
        "v1/users?limit=x,      400",
        "v1/nothing,            404",
        "v1/export,             200",
        "q/openapi,             200"
    })
    void headHasHeadersOfGetAndNoBody(String path, int status) throws Exception {
        URI target = URI.create(service + path);
        HttpResponse<String> get = send(HttpRequest.newBuilder(target).GET());

        HttpResponse<String> head = send(HttpRequest.newBuilder(target).method("HEAD", BodyPublishers.noBody()));

        assertThat(head.version()).isEqualTo(Version.HTTP_2);
        assertThat(head.statusCode()).isEqualTo(status).isEqualTo(get.statusCode());
        assertThat(get.body()).isNotEmpty();
        assertThat(head.body()).isEmpty();
        for (String name : new String[] {"content-type", "content-length", "etag"}) {
            assertThat(head.headers().firstValue(name))
                    .as(name)
                    .isEqualTo(
                            name.equals("content-length") && status >= 400
                                    ? head.headers().firstValue(name)
                                    : get.headers().firstValue(name));
        }
        assertThat(send(HttpRequest.newBuilder(target).GET()).statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void headBodyIsNeverSentWithPriorKnowledge(int times) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            io.vertx.core.http.HttpClient direct = vertx.createHttpClient(new HttpClientOptions()
                    .setProtocolVersion(io.vertx.core.http.HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false));
            for (int i = 0; i < times; i++) {
                assertThat(direct.request(HttpMethod.HEAD, retinue.port(), "localhost", "/v1/users/alice")
                                .compose(request -> request.send())
                                .compose(response -> response.body())
                                .toCompletionStage()
                                .toCompletableFuture()
                                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                                .length())
                        .isZero();
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void refusalsHaveNoConnectionHeaderAndKeepConnection() throws Exception {
        assertThat(send(HttpRequest.newBuilder(service)).version()).isEqualTo(Version.HTTP_2);
        HttpRequest.Builder tooLarge = HttpRequest.newBuilder(URI.create(service + "v1/users/alice"))
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofByteArray(new byte[10 * 1024 * 1024 + 1]));
        HttpRequest.Builder coded = HttpRequest.newBuilder(URI.create(service + "v1/users/alice"))
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "br")
                .method("PATCH", BodyPublishers.ofString("{}"));

        for (int i = 0; i < 3; i++) {
            assertRefused(send(tooLarge), 413);
            assertRefused(send(coded), 415);
            assertThat(send(HttpRequest.newBuilder(URI.create(service + "v1/users/alice")))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void http1IsReadStrictlyBesideHttp2() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), retinue.port())) {
            socket.setSoTimeout(TIMEOUT_SECONDS * 1_000);
            socket.getOutputStream()
                    .write("GET /v1/users/alice HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400")
                    .contains("\"code\":\"malformed\"");
        }
    }

    private static void assertRefused(HttpResponse<String> response, int status) {
        assertThat(response.version()).isEqualTo(Version.HTTP_2);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().map()).doesNotContainKeys("connection", "transfer-encoding", "keep-alive");
        assertThat(response.body()).contains("\"status\":" + status);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.sendAsync(request.build(), BodyHandlers.ofString()).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
}
