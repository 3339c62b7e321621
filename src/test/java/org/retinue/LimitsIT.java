package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.retinue.SlowSocket.Ending;

/**
 * One service with short patience and little memory, and clients of all kinds of slowness, all of them at once. None of
 * them keeps a connection for long, nor costs it more than it has.
 */
class LimitsIT {

    private static final Duration TRICKLE = Duration.ofMillis(50);
    private static final Duration HEADER_LIMIT = Duration.ofSeconds(1);
    private static final Duration BODY_LIMIT = Duration.ofSeconds(1);
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(3);
    private static final Duration TOLERANCE = Duration.ofSeconds(8);

    private static final int NEVER_READING = 20;
    private static final int PIPELINED = 300;
    private static final int STANDING_EXPORTS = 60;
    private static final int SELECTS_AT_ONCE = 200;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static final RetinueStarter STARTER = new RetinueStarter();
    private static PostgresServer server;
    private static RunningRetinue retinue;

    private static CompletableFuture<Ending> tricklesItsHead;
    private static CompletableFuture<Ending> tricklesItsSecondHead;
    private static CompletableFuture<Ending> tricklesItsBody;
    private static CompletableFuture<Ending> tricklesChunks;
    private static CompletableFuture<Ending> saysNothing;
    private static CompletableFuture<Ending> saysNothingMore;
    private static CompletableFuture<Ending> importsNothingMore;
    private static CompletableFuture<Ending> importsSlowly;
    private static CompletableFuture<Ending> sendsWithoutEnd;

    private interface Client {
        void send(SlowSocket socket) throws Exception;
    }

    @BeforeAll
    static void start() throws Exception {
        STARTER.beforeEach(null);
        server = PostgresServer.create(STARTER.folder().resolve("server")).start();
        retinue = STARTER.onServer(server.port())
                .with("RETINUE_HEADER_TIMEOUT", "1")
                .with("RETINUE_BODY_TIMEOUT", "1")
                .with("RETINUE_IDLE_TIMEOUT", "3")
                .with("RETINUE_LARGEST_BODY_BYTES", "2048")
                .with("RETINUE_MAX_FOLLOWING", "2")
                .with("RETINUE_CORS_ORIGINS", "https://app.example")
                .with("RETINUE_RATE_LIMIT", "100000")
                .with("RETINUE_RATE_BURST", "200000")
                // and as much outside of the heap
                .with("JAVA_TOOL_OPTIONS", "-Xmx128m")
                .startReady();
        String crowd = IntStream.range(0, 1_000)
                .mapToObj(i -> "somebody-in-a-crowd-" + i + " star\n")
                .collect(Collectors.joining());
        assertThat(retinue.send("POST", "/v1/imports", crowd).statusCode()).isEqualTo(200);
        retinue.put("/v1/users/alice");

        String ok = "GET /v1/users/alice HTTP/1.1\r\nHost: localhost\r\n\r\n";
        tricklesItsHead = client(socket -> socket.send("GET /v1/users/alice HTTP/1.1\r\nHost: localhost\r\nX: ")
                .trickle("x", TRICKLE));
        tricklesItsSecondHead = client(socket -> {
            socket.send(ok);
            Thread.sleep(200);
            socket.trickle("G", TRICKLE);
        });
        tricklesItsBody = client(socket -> socket.send(
                        "PATCH /v1/users/alice HTTP/1.1\r\nHost: localhost\r\nOrigin: https://app.example\r\nContent-Type: application/json\r\nContent-Length: 2000\r\n\r\n")
                .trickle(" ", TRICKLE));
        tricklesChunks = client(socket -> socket.send(
                        "PATCH /v1/users/alice HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
                .trickle("1\r\n \r\n", TRICKLE));
        saysNothing = client(socket -> {});
        saysNothingMore = client(socket -> socket.send(ok));
        importsNothingMore = client(
                socket -> socket.send(
                        "POST /v1/imports?id=stops HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nbob eve\n\r\n"));
        sendsWithoutEnd = client(socket -> socket.send(
                        "PATCH /v1/users/alice HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{]\r\n")
                .trickle("4000\r\n" + " ".repeat(0x4000) + "\r\n", Duration.ofMillis(1)));
        importsSlowly = client(socket -> {
            socket.send(
                    "POST /v1/imports?id=slow HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 8; i++) {
                socket.send("8\r\nbob ev" + i + "\n\r\n");
                Thread.sleep(500);
            }
            socket.send("0\r\n\r\n");
        });
    }

    /** Whoever is too slow is no fault of the service. */
    @AfterAll
    static void nothingOfThisIsAnErrorInTheLog() throws Exception {
        try {
            assertThat(retinue.stdout()).noneMatch(line -> line.contains(" ERROR ") || line.contains("Exception"));
        } finally {
            STARTER.endAll();
            server.close();
            STARTER.afterEach(null);
        }
    }

    @Test
    void aHeadThatTricklesInIsTimedOut() {
        assertTimedOut(tricklesItsHead.join(), HEADER_LIMIT);
    }

    @Test
    void soIsTheNextHeadOnTheSameConnection() {
        Ending ending = tricklesItsSecondHead.join();

        assertThat(ending.said()).startsWith("HTTP/1.1 200").contains("HTTP/1.1 408", "\"code\":\"request-timeout\"");
        assertThat(ending.after()).isBetween(HEADER_LIMIT, HEADER_LIMIT.plus(TOLERANCE));
    }

    @Test
    void aBodyThatTricklesInIsTimedOut() {
        assertTimedOut(tricklesItsBody.join(), BODY_LIMIT);
        assertThat(tricklesItsBody.join().said()).contains("Access-Control-Allow-Origin: https://app.example\r\n");
        assertTimedOut(tricklesChunks.join(), BODY_LIMIT);
    }

    @Test
    void timedOutBodiesHoldNoMemory() throws Exception {
        for (CompletableFuture<Ending> client : List.of(tricklesItsBody, tricklesChunks, sendsWithoutEnd)) {
            client.join();
        }
        long deadline = System.nanoTime() + TOLERANCE.toNanos();
        while (retinue.get("/q/metrics").body().lines().noneMatch("retinue_request_body_memory_bytes 0.0"::equals)) {
            assertThat(System.nanoTime())
                    .as("time until the memory is released")
                    .isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    /** More than it may have, and malformed at that: it is answered, read for a little longer, and left. */
    @Test
    void aBodyWithoutEndIsNotReadForEver() {
        Ending ending = sendsWithoutEnd.join();

        assertThat(ending.said()).matches(said -> said.isEmpty() || said.startsWith("HTTP/1.1 4"));
        assertThat(ending.after()).isLessThan(Duration.ofSeconds(5).plus(TOLERANCE));
    }

    @Test
    void anIdleConnectionIsClosedWithoutAWord() {
        assertThat(saysNothing.join().said()).isEmpty();
        assertThat(saysNothing.join().after()).isBetween(IDLE_LIMIT, IDLE_LIMIT.plus(TOLERANCE));
        assertThat(saysNothingMore.join().said()).startsWith("HTTP/1.1 200").doesNotContain("408");
        assertThat(saysNothingMore.join().after()).isBetween(IDLE_LIMIT, IDLE_LIMIT.plus(TOLERANCE));
    }

    @Test
    void anImportMayTakeItsTimeButNotStandStill() throws Exception {
        assertThat(importsSlowly.join().said()).startsWith("HTTP/1.1 200").contains("\"read\":8");
        assertTimedOut(importsNothingMore.join(), IDLE_LIMIT);
    }

    @Test
    void clientsThatNeverReadTheirAnswersCostLittleAndAreLeft() throws Exception {
        String request = "GET /v1/users/star/followers?limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n";
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < NEVER_READING; i++) {
            Socket client = new Socket(InetAddress.getLoopbackAddress(), retinue.port());
            client.getOutputStream().write(request.repeat(PIPELINED).getBytes(StandardCharsets.ISO_8859_1));
            clients.add(client);
        }

        for (Socket client : clients) {
            awaitClosed(client);
        }
        assertThat(retinue.get("/v1/users/alice").statusCode()).isEqualTo(200);
    }

    @Test
    void standingExportsLeaveOtherWorkItsShare() throws Exception {
        String edges = IntStream.range(0, 60_000)
                .mapToObj(i -> "reader-of-a-very-long-export-" + i + " star\n")
                .collect(Collectors.joining());
        assertThat(retinue.send("POST", "/v1/imports", edges).statusCode()).isEqualTo(200);
        retinue.put("/v1/users/alice/following/star");
        List<Socket> readers = new ArrayList<>();
        for (int i = 0; i < STANDING_EXPORTS; i++) {
            Socket reader = new Socket();
            reader.setReceiveBufferSize(4_096);
            reader.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), retinue.port()));
            reader.getOutputStream()
                    .write("GET /v1/export HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            readers.add(reader);
        }

        List<CompletableFuture<Integer>> statuses = new ArrayList<>();
        for (int i = 0; i < SELECTS_AT_ONCE; i++) {
            statuses.add(status("/v1/select?of=following:alice&limit=10"));
        }
        for (int i = 0; i < 50; i++) {
            statuses.add(status("/v1/users/alice/suggestions"));
            statuses.add(status("/v1/users/alice/path/star"));
            statuses.add(status("/v1/users/alice/mutuals"));
        }

        assertThat(statuses).extracting(CompletableFuture::join).containsOnly(200);
        for (Socket reader : readers) {
            awaitClosed(reader);
        }
        assertThat(retinue.get("/v1/export").statusCode()).isEqualTo(200);
    }

    private static CompletableFuture<Integer> status(String path) {
        return CLIENT.sendAsync(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + retinue.port() + path))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode);
    }

    @Test
    void aClientThatPipelinesAndReadsIsAnsweredInOrder() throws Exception {
        String requests = IntStream.range(0, 200)
                .mapToObj(i -> "GET /v1/users/somebody-in-a-crowd-" + i + " HTTP/1.1\r\nHost: localhost\r\n"
                        + (i == 199 ? "Connection: close\r\n" : "") + "\r\n")
                .collect(Collectors.joining());
        try (SlowSocket socket = SlowSocket.to(retinue).send(requests)) {
            String said = socket.awaitEnding().said();
            int at = 0;
            for (int i = 0; i < 200; i++) {
                at = said.indexOf("\"username\":\"somebody-in-a-crowd-" + i + "\"", at);
                assertThat(at).as("answer %s", i).isPositive();
            }
        }
    }

    @Test
    void theSettingsOfOtherLimitsAreHeard() throws Exception {
        retinue.put("/v1/users/carol");
        for (int i = 0; i < 2; i++) {
            assertThat(retinue.put("/v1/users/carol/following/somebody-in-a-crowd-" + i)
                            .statusCode())
                    .isEqualTo(201);
        }

        HttpResponse<String> third = retinue.put("/v1/users/carol/following/star");

        assertThat(third.statusCode()).isEqualTo(403);
        assertThat(third.body()).contains("too-many-following");
        assertThat(third.headers().firstValue("RateLimit-Policy")).hasValue("\"caller\";q=200000;w=2");
        assertThat(third.headers().firstValue("RateLimit").orElseThrow()).startsWith("\"caller\";r=199");
        assertThat(retinue.get("/q/health").headers().map()).doesNotContainKey("ratelimit");
        assertThat(retinue.send("POST", "/v1/batch", " ".repeat(2_049)).statusCode())
                .isEqualTo(413);
    }

    private static void assertTimedOut(Ending ending, Duration limit) {
        assertThat(ending.said())
                .startsWith("HTTP/1.1 408")
                .contains("application/problem+json", "\"code\":\"request-timeout\"")
                .containsPattern("(?s)X-Request-Id: ([0-9a-f]{16})\r\n.*\"requestId\":\"\\1\"");
        assertThat(ending.after()).isBetween(limit, limit.plus(TOLERANCE));
    }

    private static CompletableFuture<Ending> client(Client client) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (SlowSocket socket = SlowSocket.to(retinue)) {
                        client.send(socket);
                        return socket.awaitEnding();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                task -> new Thread(task, "client").start());
    }

    /** Known by that nothing can be sent any more: to read would take what it was about to leave. */
    private static void awaitClosed(Socket client) throws Exception {
        long deadline =
                System.nanoTime() + IDLE_LIMIT.plus(TOLERANCE).multipliedBy(4).toNanos();
        try {
            while (true) {
                client.getOutputStream().write('\n');
                assertThat(System.nanoTime()).as("time until it is closed").isLessThan(deadline);
                Thread.sleep(20);
            }
        } catch (SocketException closed) {
            client.close();
        } catch (IOException other) {
            throw new AssertionError(other);
        }
    }
}
