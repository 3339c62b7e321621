package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service with a small heap serves its callers while ten imports at once unpack to far more than the heap. */
class ImportBombIT {

    private static final int BOMBS = 10;
    private static final int ROUNDS = 20;
    private static final int UNPACKED_BYTES = 64 << 20;

    /** Objects take several times as long to parse as lines of text. */
    private static final int UNPACKED_BYTES_OF_OBJECTS = 8 << 20;

    /** What the liveness probe of the manifests waits for. */
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final RetinueStarter STARTER = new RetinueStarter();
    private static RunningRetinue retinue;

    private final List<Socket> clients = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        STARTER.beforeEach(null);
        retinue = STARTER.withJava("-Xmx256m").startReady();
        retinue.put("/v1/users/anna");
        retinue.put("/v1/users/ben");
    }

    @AfterAll
    static void stop() throws Exception {
        STARTER.afterEach(null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b\n", // one follow again and again
                "x\n", // rejected lines
                "\n", // blank lines
                "#", // one endless line
                "{\"username\":\"a\",\"displayName\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}\n",
                "{\"nick\":\"a\"}\n" // rejected objects
            })
    void callersAreServedWhileImportsUnpack(String content) throws Exception {
        byte[] bomb = bomb(content);
        for (int i = 0; i < BOMBS; i++) {
            startImport("bomb" + i, "Content-Encoding: gzip\r\nContent-Length: " + bomb.length + "\r\n", bomb);
        }

        assertCallersAreServed();
    }

    @Test
    void callersAreServedWhileImportsStreamPlainText() throws Exception {
        byte[] chunk = "a b\n".repeat(16 * 1024).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < BOMBS; i++) {
            Socket client = startImport("plain" + i, "Content-Length: " + (1L << 40) + "\r\n", chunk);
            Thread sender = new Thread(() -> sendUntilClosed(client, chunk), "sender");
            sender.setDaemon(true);
            sender.start();
        }

        assertCallersAreServed();
    }

    private void assertCallersAreServed() throws Exception {
        try {
            for (int round = 0; round < ROUNDS; round++) {
                long begin = System.nanoTime();
                assertThat(retinue.put("/v1/users/anna/following/ben").statusCode())
                        .isBetween(200, 201);
                assertThat(retinue.health("live")).isEqualTo(200);
                assertThat(retinue.send("DELETE", "/v1/users/anna/following/ben", "")
                                .statusCode())
                        .isEqualTo(204);
                assertThat(Duration.ofNanos(System.nanoTime() - begin))
                        .as("a follow, a probe and an unfollow, round %s", round)
                        .isLessThan(PROBE_TIMEOUT);
            }
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
        assertThat(retinue.stdout()).noneMatch(line -> line.contains("OutOfMemoryError"));
        // The places of imports whose clients are gone are free again.
        assertThat(retinue.send("POST", "/v1/imports", "anna carol").statusCode())
                .isEqualTo(200);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!retinue.isAtRest()) {
            assertThat(System.nanoTime())
                    .as("connections are given back: %s", retinue.underWay())
                    .isLessThan(deadline);
        }
    }

    private Socket startImport(String id, String headers, byte[] body) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), retinue.port());
        clients.add(client);
        String head = "POST /v1/imports?id=" + id + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
        client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().write(body);
        return client;
    }

    private static void sendUntilClosed(Socket client, byte[] chunk) {
        try {
            OutputStream out = client.getOutputStream();
            while (true) {
                out.write(chunk);
            }
        } catch (IOException closed) {
            // by the end of the test
        }
    }

    private static byte[] bomb(String content) throws IOException {
        // A first line by which the body is recognised as a graph.
        String first = content.startsWith("{") ? "{\"username\":\"a\"}\n" : "a b\n";
        byte[] chunk = content.repeat(1024).getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(first.getBytes(StandardCharsets.US_ASCII));
            int unpacked = content.startsWith("{") ? UNPACKED_BYTES_OF_OBJECTS : UNPACKED_BYTES;
            for (int bytes = 0; bytes < unpacked; bytes += chunk.length) {
                gzip.write(chunk);
            }
        }
        return packed.toByteArray();
    }
}
