package org.retinue.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.retinue.Crowd;
import org.retinue.Locks;
import org.retinue.TestDatabase;

/** Imports are bounded in number, take turns, and give back what they hold however they end. */
@QuarkusTest
class ImportLimitTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TEXT = "text/plain";

    /** One follow, and rejected lines that take much longer to parse than any of these tests lasts. */
    private static final int LINES_OF_BOMB = 1 + (32 << 20);

    private static final byte[] BOMB = bomb();

    @Inject
    Importer importer;

    private final List<Socket> clients = new ArrayList<>();

    @BeforeEach
    void emptyGraph() {
        TestDatabase.empty();
    }

    @AfterEach
    void nothingIsHeld() throws IOException {
        TestDatabase.sql("alter table if exists imports_away rename to imports");
        TestDatabase.sql("alter table follows drop constraint if exists nobody_follows");
        for (Socket client : clients) {
            client.close();
        }
        await(() -> importer.running() == 0 && importer.isIdle());
    }

    @Test
    void importBeyondLimitReturns503() {
        for (int i = 0; i < importer.maxImports(); i++) {
            send("id=open" + i, TEXT, 100, "a");
        }
        await(() -> importer.running() == importer.maxImports());

        HttpResponse<String> refused = Transfers.post("one-more", TEXT, "alice bob");

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(new JsonObject(refused.body()).getString("code")).isEqualTo("overloaded");
        assertThat(new JsonObject(refused.body()).getString("detail"))
                .contains(importer.maxImports() + " imports are running");
        assertThat(Transfers.find("one-more").getString("code")).isEqualTo("unknown-import");
    }

    @Test
    void smallImportTakesItsTurnBesideBombs() {
        int bombs = 2 * Importer.MAX_BATCHES;
        for (int i = 0; i < bombs; i++) {
            send("id=bomb" + i, "application/gzip", BOMB.length, BOMB);
        }
        await(() -> importer.running() == bombs);

        JsonObject report = Transfers.report("small", TEXT, "alice bob\n");

        assertThat(report.getLong("created")).isEqualTo(1);
        assertThat(importer.running()).isEqualTo(bombs);
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain,       alice bob,         200",
        "text/plain,       '',                400",
        "text/csv,         'alice,bob',       400",
        "application/gzip, alice bob,         200"
    })
    void importThatEndsFreesItsPlace(String type, String text, int status) {
        byte[] body = text.getBytes(StandardCharsets.US_ASCII);
        byte[] sent = type.equals("application/gzip") ? GunzipTest.gzip(body) : body;

        assertThat(Transfers.post("ends", type, sent).statusCode()).isEqualTo(status);

        await(() -> importer.running() == 0 && importer.isIdle());
    }

    @Test
    void damagedGzipFreesItsPlace() {
        byte[] packed = GunzipTest.gzip("alice bob\n".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
        packed[packed.length / 2] ^= 0x55;

        assertThat(Transfers.post("damaged", "application/gzip", packed).statusCode())
                .isEqualTo(400);
        assertThat(Transfers.post("cut", "application/gzip", Arrays.copyOf(packed, 15))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void importOfRunningIdFreesItsPlace() {
        send("id=twice", TEXT, 100, "alice bob\n");
        await(() -> "running".equals(Transfers.find("twice").getString("state")));

        assertThat(Transfers.post("twice", TEXT, "alice bob").statusCode()).isEqualTo(409);

        await(() -> importer.running() == 1 && importer.isIdle());
    }

    @Test
    void databaseFailureFreesPlace() {
        TestDatabase.sql("alter table imports rename to imports_away");
        assertThat(Transfers.post("unrecorded", TEXT, "alice bob").statusCode()).isEqualTo(500);
        await(() -> importer.running() == 0 && importer.isIdle());
        TestDatabase.sql("alter table imports_away rename to imports");

        TestDatabase.sql("alter table follows add constraint nobody_follows check (state is null)");
        assertThat(Transfers.post("unwritten", TEXT, "alice bob\n".repeat(20_000))
                        .statusCode())
                .isEqualTo(500);
        assertThat(Transfers.find("unwritten").getString("state")).isEqualTo("failed");
        await(() -> importer.running() == 0 && importer.isIdle());
    }

    @ParameterizedTest
    @CsvSource({"''", "a", "alice bob~"})
    void clientThatLeavesFreesItsPlace(String sent) throws IOException {
        send("id=leaves", TEXT, 100, sent.replace('~', '\n'));
        await(() -> importer.running() == 1);

        clients.remove(0).close();

        await(() -> importer.running() == 0 && importer.isIdle());
    }

    @Test
    void importEndsWhenClientLeavesAfterItsBody() throws IOException {
        send("id=bomb", "application/gzip", BOMB.length, BOMB);
        await(() -> Transfers.find("bomb").getLong("read", 0L) > 0);

        clients.remove(0).close();

        await(() -> importer.running() == 0 && importer.isIdle());
        assertThat(Transfers.find("bomb").getString("state")).isEqualTo("failed");
        assertThat(Transfers.find("bomb").getLong("read")).isLessThan(LINES_OF_BOMB);
    }

    /** The write that waits must give its permit back although nobody waits for the import any more. */
    @Test
    void clientThatLeavesDuringWriteFreesItsPlace() throws IOException {
        Crowd.of("alice", "bob");
        try (Locks held = Locks.onCounts("bob")) {
            send("id=held", TEXT, 10, "alice bob\n");
            held.awaitWaiter();
            clients.remove(0).close();
        }

        await(() -> importer.running() == 0 && importer.isIdle());
        assertThat(Transfers.find("held").getString("state")).isNotEqualTo("running");
    }

    private static byte[] bomb() {
        byte[] first = GunzipTest.gzip("a b\n".getBytes(StandardCharsets.US_ASCII));
        byte[] rest =
                GunzipTest.gzip("x\n".repeat(1024).getBytes(StandardCharsets.US_ASCII), (LINES_OF_BOMB - 1) / 1024);
        byte[] both = Arrays.copyOf(first, first.length + rest.length);
        System.arraycopy(rest, 0, both, first.length, rest.length);
        return both;
    }

    private void send(String query, String type, int length, String body) {
        send(query, type, length, body.getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends the head of an import and a part of its body, and leaves the connection open. */
    private void send(String query, String type, int length, byte[] body) {
        Socket client = Transfers.connect("POST /v1/imports?" + query + " HTTP/1.1");
        clients.add(client);
        Transfers.write(client, "Content-Type: " + type + "\r\nContent-Length: " + length + "\r\n\r\n");
        try {
            client.getOutputStream().write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        Instant end = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("the condition is not met in time").isBefore(end);
            Thread.onSpinWait();
        }
    }
}
