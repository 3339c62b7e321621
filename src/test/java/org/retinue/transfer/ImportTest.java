package org.retinue.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.TestDatabase;
import org.retinue.Truths;

/** Graphs come in as streams: all of what can be taken is, once, whatever becomes of the rest. */
@QuarkusTest
class ImportTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TEXT = "text/plain";

    @BeforeEach
    void emptyGraph() {
        TestDatabase.empty();
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\t", ",", "; "})
    void anEdgeListIsTakenWhateverSeparatesItsWords(String separator) {
        JsonObject report =
                Transfers.report("list", TEXT, "# edges\nalice" + separator + "bob\nbob" + separator + "carol");
        assertThat(report.getString("state")).isEqualTo("completed");
        assertThat(report.getLong("created")).isEqualTo(2);
        assertThat(report.getLong("usersCreated")).isEqualTo(3);
        assertThat(Truths.hold().follows()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/csv | follower,followed~alice,bob~bob,alice",
                "text/plain | follower,followed~alice,bob~bob,alice",
                "application/x-ndjson | {\"follower\":\"alice\",\"followed\":\"bob\"}~{\"follower\":\"bob\",\"followed\":\"alice\"}",
                "application/octet-stream | {\"follower\":\"alice\",\"followed\":\"bob\"}~{\"follower\":\"bob\",\"followed\":\"alice\"}"
            })
    void theFormatIsWhatTheTypeOrTheFirstLineSays(String type, String text) {
        assertThat(Transfers.report("formats", type, text.replace('~', '\n')).getLong("created"))
                .isEqualTo(2);
    }

    @Test
    void gzipIsUnpackedWithAndWithoutContentEncoding() {
        byte[] packed = GunzipTest.gzip(edges(0, 2_000).getBytes(StandardCharsets.US_ASCII));
        assertThat(new JsonObject(Transfers.post("bare", "application/gzip", packed)
                                .body())
                        .getLong("created"))
                .isEqualTo(2_000);
        assertThat(new JsonObject(Transfers.post("encoded", TEXT, packed, "Content-Encoding", "gzip")
                                .body())
                        .getLong("alreadyThere"))
                .isEqualTo(2_000);
    }

    @Test
    void theSameAgainChangesNothing() {
        String text = edges(0, 12_000);
        JsonObject first = Transfers.report("twice", TEXT, text);
        List<String> before = Transfers.export("csv").lines().toList();
        JsonObject second = Transfers.report("twice", TEXT, text);
        assertThat(first.getLong("created")).isEqualTo(12_000);
        assertThat(second.getLong("created")).isZero();
        assertThat(second.getLong("alreadyThere")).isEqualTo(12_000);
        assertThat(second.getLong("usersCreated")).isZero();
        // in any order
        assertThat(Transfers.export("csv").lines()).containsExactlyInAnyOrderElementsOf(before);
    }

    @Test
    void ofLinesThatSayTheSameOneCreates() {
        String line = "alice bob\n";
        JsonObject report = Transfers.report("duplicates", TEXT, line.repeat(12_345));
        assertThat(report.getLong("created")).isEqualTo(1);
        assertThat(report.getLong("alreadyThere")).isEqualTo(12_344);
        assertThat(report.getLong("read")).isEqualTo(12_345);
    }

    @Test
    void badLinesAreRejectedAloneAndTheFirstHundredAreTold() {
        String text = "alice bob\n" + "nonsense\n".repeat(150) + "bob alice\nalice alice\n";
        JsonObject report = Transfers.report("bad", TEXT, text);
        assertThat(report.getLong("created")).isEqualTo(2);
        assertThat(report.getLong("rejected")).isEqualTo(151);
        assertThat(report.getLong("read")).isEqualTo(153);
        assertThat(report.getJsonArray("rejections")).hasSize(100);
        JsonObject first = report.getJsonArray("rejections").getJsonObject(0);
        assertThat(first.getLong("line")).isEqualTo(2);
        assertThat(first.getString("reason")).contains("a follower and a followed");
        assertThat(Transfers.find("bad")).isEqualTo(report);
    }

    @Test
    void progressIsToldWhileTheStreamIsUnderWayAndNobodyElseMayUseItsId() throws Exception {
        CompletableFuture<HttpResponse<String>> answer;
        try (PipedOutputStream output = new PipedOutputStream()) {
            InputStream input = new PipedInputStream(output, 1 << 20);
            answer = Transfers.start("slow", TEXT, HttpRequest.BodyPublishers.ofInputStream(() -> input));
            output.write(edges(0, 20_000).getBytes(StandardCharsets.US_ASCII));
            output.flush();
            JsonObject progress = await("slow", report -> report.getLong("created") >= 10_000);
            assertThat(progress.getString("state")).isEqualTo("running");
            assertThat(progress.containsKey("finishedAt")).isFalse();
            assertThat(Transfers.post("slow", TEXT, "alice bob").statusCode()).isEqualTo(409);
            output.write(edges(20_000, 21_000).getBytes(StandardCharsets.US_ASCII));
        }
        JsonObject report = new JsonObject(answer.join().body());
        assertThat(report.getString("state")).isEqualTo("completed");
        assertThat(report.getLong("created")).isEqualTo(21_000);
        assertThat(answer.join().headers().firstValue("Location").orElseThrow()).endsWith("/v1/imports/slow");
    }

    @Test
    void aBrokenConnectionLeavesWhatIsCommittedAndTheSameAgainAddsTheRest() throws Exception {
        String whole = edges(0, 30_000);
        try (Socket socket = Transfers.connect("POST /v1/imports?id=broken HTTP/1.1")) {
            Transfers.write(socket, "Content-Type: text/plain\r\nContent-Length: " + whole.length() + "\r\n\r\n");
            Transfers.write(socket, whole.substring(0, whole.length() / 2));
            await("broken", report -> report.getLong("created") > 0);
        }
        JsonObject broken = await("broken", report -> !report.getString("state").equals("running"));
        assertThat(broken.getString("state")).isEqualTo("failed");
        assertThat(broken.getString("failure")).isNotBlank();
        assertThat(Truths.hold().follows()).isPositive().isLessThan(30_000);
        JsonObject again = Transfers.report("broken", TEXT, whole);
        assertThat(again.getString("state")).isEqualTo("completed");
        assertThat(again.containsKey("failure")).isFalse();
        assertThat(Truths.hold().follows()).isEqualTo(30_000);
    }

    @Test
    void aStreamThatCantBeReadIsRefused() {
        byte[] packed = GunzipTest.gzip(edges(0, 5_000).getBytes(StandardCharsets.US_ASCII));
        HttpResponse<String> truncated =
                Transfers.post("truncated", "application/gzip", Arrays.copyOf(packed, packed.length - 9));
        assertThat(truncated.statusCode()).isEqualTo(400);
        assertThat(truncated.body()).contains("ends in the middle");
        assertThat(Transfers.find("truncated").getString("state")).isEqualTo("failed");
        assertThat(Transfers.post("headless", "text/csv", "alice,bob\n").statusCode())
                .isEqualTo(400);
        assertThat(Transfers.post("picture", "image/png", "alice bob").statusCode())
                .isEqualTo(415);
        assertThat(Transfers.post("brotli", TEXT, "alice bob", "Content-Encoding", "br")
                        .statusCode())
                .isEqualTo(415);
        assertThat(Transfers.post("a%2Fb", TEXT, "alice bob").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n\t\r\n\n", "# FromNodeId ToNodeId\n% nothing\n", "\ufeff"})
    void bodyWithoutLinesReturns400(String text) {
        for (byte[] body : List.of(
                text.getBytes(StandardCharsets.UTF_8), GunzipTest.gzip(text.getBytes(StandardCharsets.UTF_8)))) {
            HttpResponse<String> answer = Transfers.post("empty", TEXT, body);

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("malformed", "The body has no follow and no user", "\"field\":\"body\"");
            assertThat(Transfers.find("empty").getString("code")).isEqualTo("unknown-import");
        }
    }

    @Test
    void headerWithoutRowsIsEmptyGraph() {
        JsonObject report = Transfers.report("header", "text/csv", GraphColumns.HEADER + "\n");
        assertThat(report.getString("state")).isEqualTo("completed");
        assertThat(report.getLong("read")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Account address,Show boosts\nalice@example.org,true\nbob@example.org,false\n",
                "<!DOCTYPE html>\n<html>\nalice bob\n",
                "[{\"follower\":\"alice\",\"followed\":\"bob\"}]",
                "username\nalice\nbob\n",
                "PK\u0003\u0004 \nalice bob\n"
            })
    void refusedInputLeavesNothing(String text) {
        HttpResponse<String> answer = Transfers.post("refused", TEXT, text);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("malformed");
        assertThat(Transfers.find("refused").getString("code")).isEqualTo("unknown-import");
        assertThat(TestDatabase.sql("select 1 from users").size()).isZero();
        assertThat(TestDatabase.sql("select 1 from imports").size()).isZero();
    }

    /** It is far more than the sockets hold, so that the client is still sending when it is refused. */
    @Test
    void refusedClientThatStillSendsReceivesAnswer() {
        assertThat(Transfers.post("large", TEXT, "<html>\n".repeat(4 << 20)).statusCode())
                .isEqualTo(400);
    }

    @Test
    void reportNamesColumns() {
        JsonObject gephi = Transfers.report("gephi", "text/csv", "Target,Source,Type\nbob,alice,Directed\n");
        assertThat(gephi.getJsonObject("columns"))
                .isEqualTo(new JsonObject().put("follower", "Source").put("followed", "Target"));
        assertThat(Transfers.find("gephi")).isEqualTo(gephi);
        assertThat(Transfers.report("plain", TEXT, "alice bob").getJsonObject("columns"))
                .isEqualTo(new JsonObject().put("follower", "column 1").put("followed", "column 2"));
        assertThat(Transfers.report("ndjson", TEXT, "{\"username\":\"alice\"}").containsKey("columns"))
                .isFalse();
        assertThat(Truths.hold().follows()).isEqualTo(1);
    }

    @Test
    void columnsParameterSaysWhoFollows() {
        assertThat(Transfers.report("order&columns=followed,follower", TEXT, "bob alice\n")
                        .getLong("created"))
                .isEqualTo(1);
        assertThat(Transfers.report("names&columns=follower:fan,followed:idol", TEXT, "idol,fan\nbob,alice\n")
                        .getLong("alreadyThere"))
                .isEqualTo(1);
        HttpResponse<String> wrong = Transfers.post("wrong&columns=follower,weight", TEXT, "alice bob\n");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("\"field\":\"columns\"", "weight");
        assertThat(Truths.hold().follows()).isEqualTo(1);
    }

    @Test
    void linesBeforeDamageAreImported() {
        byte[] packed = GunzipTest.gzip(edges(0, 100).getBytes(StandardCharsets.US_ASCII));
        packed[packed.length - 8] ^= 1;
        assertThat(Transfers.post("checksum", "application/gzip", packed).statusCode())
                .isEqualTo(400);
        assertThat(Transfers.find("checksum").getString("failure")).contains("damaged");
        assertThat(Truths.hold().follows()).isEqualTo(100);
    }

    @Test
    void aStreamThatUnpacksAThousandfoldIsHeldInPieces() {
        byte[] bomb = GunzipTest.gzip(("alice bob\n" + "#".repeat(200 << 20)).getBytes(StandardCharsets.US_ASCII));
        long before = heap();
        HttpResponse<String> answer = Transfers.post("bomb", "application/gzip", bomb);
        assertThat(new JsonObject(answer.body()).getLong("read")).isEqualTo(2);
        assertThat(heap() - before).isLessThan(64L << 20);
    }

    @Test
    void aLargeStreamLeavesNoMoreInMemoryThanASmallOne() {
        Transfers.report("warm", TEXT, edges(0, 10_000));
        long before = heap();
        List<InputStream> parts = IntStream.range(0, 10)
                .mapToObj(part -> edges(part * 10_000, (part + 1) * 10_000))
                .map(text -> (InputStream) new java.io.ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)))
                .toList();
        HttpResponse<String> answer = Transfers.start(
                        "large",
                        TEXT,
                        HttpRequest.BodyPublishers.ofInputStream(
                                () -> new SequenceInputStream(Collections.enumeration(parts))))
                .join();
        assertThat(new JsonObject(answer.body()).getLong("read")).isEqualTo(100_000);
        assertThat(heap() - before).isLessThan(64L << 20);
        assertThat(Truths.hold().follows()).isEqualTo(100_000);
    }

    private static JsonObject await(String id, Predicate<JsonObject> condition) {
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            JsonObject report = Transfers.find(id);
            if (report.containsKey("state") && condition.test(report)) {
                return report;
            }
            assertThat(Instant.now()).as("%s", report).isBefore(end);
            Thread.onSpinWait();
        }
    }

    /** Distinct follows, by number, of as many users as a tenth of them. */
    private static String edges(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(edge -> "u" + edge / 10 + " v" + (edge / 10 + edge % 10) + "\n")
                .collect(Collectors.joining());
    }

    /** How much of the heap is held after what is no longer held is gone. */
    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
