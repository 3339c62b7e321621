package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.vertx.core.http.HttpMethod;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One service that goes through it all: connections that are killed, statements that stall, clients that go away, and
 * more of them than it can take. Each time nothing is lost, nobody waits for ever, and then it is as before.
 */
class FaultIT {

    /** The 10 s that a caller waits for its answer at most, and a little for a slow machine. */
    private static final Duration DEADLINE = Duration.ofSeconds(14);

    private static final Duration SOON = Duration.ofSeconds(5);

    /** What has leaked does not come back, however long one waits. */
    private static final Duration AT_LAST = Duration.ofSeconds(30);

    private static final String FOLLOWING = "query like 'with pair as materialized%' and pid <> pg_backend_pid()";
    private static final String BUSY =
            "state in ('active', 'idle in transaction') and backend_type = 'client backend' and pid <> pg_backend_pid()";
    private static final String WAITING = FOLLOWING + " and wait_event_type = 'Lock'";

    /** How many clients go away in the middle of a request; the profile soak lets many more. */
    private static final int DISCONNECTS = Integer.getInteger("soak.disconnects", 2_000);

    private static final int DISCONNECTS_AT_ONCE = 2_000;

    private static final int LARGEST_BODY = 10 << 20;

    private static final RetinueStarter STARTER = new RetinueStarter();
    private static PostgresServer server;
    private static RunningRetinue retinue;
    private static Connection database;
    private static Connection onlooker;

    private final Random random = new Random();

    @BeforeAll
    static void start() throws Exception {
        STARTER.beforeEach(null);
        server = PostgresServer.create(STARTER.folder().resolve("server")).start();
        // a heap that a few things too many would fill
        retinue = STARTER.onServer(server.port())
                .withJava("-Xmx256m")
                // for thousands of requests at a time, on fewer connections
                .with("QUARKUS_HTTP_HTTP2", "true")
                .startReady();
        database = server.connect();
        onlooker = server.connect();
    }

    @AfterAll
    static void stop() throws Exception {
        for (Connection connection :
                Stream.of(database, onlooker).filter(Objects::nonNull).toList()) {
            connection.close();
        }
        STARTER.endAll();
        if (server != null) {
            server.close();
        }
        STARTER.afterEach(null);
    }

    @BeforeEach
    void emptyGraph() throws Exception {
        sql("rollback");
        sql("truncate users, follows, followers, follow_counts");
    }

    @Test
    void aConnectionThatIsKilledInTheMiddleOfABatchCostsNothingThatWasAcknowledged() throws Exception {
        FollowLoad load = FollowLoad.prepare(retinue);
        load.begin(retinue, 64).awaitAcknowledged(300);
        int killed = 0;
        long longestRecovery = 0;
        for (int round = 0; round < 24; round++) {
            if (round % 2 == 0) {
                Thread.sleep(random.nextInt(50));
                killed += kill(FOLLOWING + " and state = 'active'");
            } else {
                lockCountsOf("user" + random.nextInt(80));
                await(SOON, "a batch waits for the lock", () -> count(WAITING) > 0);
                killed += kill(WAITING);
                sql("rollback");
            }
            long begin = System.nanoTime();
            load.awaitAcknowledged(1);
            longestRecovery = Math.max(longestRecovery, System.nanoTime() - begin);
        }
        load.awaitAcknowledged(300).end();

        assertThat(killed).as("killed").isGreaterThanOrEqualTo(12);
        assertThat(load.statuses()).containsKey(503);
        load.assertAllAnswered(DEADLINE);
        assertThat(Duration.ofNanos(longestRecovery)).isLessThan(SOON);
        load.assertKept(retinue);
        assertAtRest();
    }

    /** Two lanes stall: one meets a lock, the other a backend that stands still. */
    @Test
    void aStatementThatStallsKeepsNobodyBeyondTheDeadlineAndNoLaneForEver() throws Exception {
        register("alice", "bob", "carol", "dave");
        lockCountsOf("bob");
        CompletableFuture<HttpResponse<String>> stopped = putAsync("/v1/users/alice/following/bob");
        await(SOON, "the first batch waits", () -> count(WAITING) == 1);
        long backend = Long.parseLong(ask("select pid from pg_stat_activity where " + WAITING));
        signal("STOP", backend);
        CompletableFuture<HttpResponse<String>> locked = putAsync("/v1/users/carol/following/bob");
        await(SOON, "the second batch waits", () -> count(WAITING) == 2);
        long begin = System.nanoTime();
        CompletableFuture<HttpResponse<String>> queued = putAsync("/v1/users/alice/following/carol");
        try {
            assertThat(retinue.get("/v1/users/alice").statusCode()).isEqualTo(200);
            assertThat(retinue.get("/v1/users/alice/following/carol").statusCode())
                    .isEqualTo(404);
            assertThat(retinue.get("/v1/users/bob/followers").body()).contains("\"total\":0");
            assertThat(retinue.put("/v1/users/erin").statusCode()).isEqualTo(201);
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .as("what the other lanes took")
                    .isLessThan(SOON);

            for (CompletableFuture<HttpResponse<String>> caller : List.of(stopped, locked, queued)) {
                HttpResponse<String> answer = caller.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(504);
                assertThat(answer.body()).contains("\"timed-out\"");
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(DEADLINE);

            // The lock is still held, and the backend stands still, with alice's counts in its hands.
            HttpResponse<String> other =
                    putAsync("/v1/users/dave/following/carol").get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            assertThat(other.statusCode()).as(other.body()).isEqualTo(201);
        } finally {
            sql("rollback");
            signal("CONT", backend);
        }

        await(SOON, "the stopped statement ends", () -> count(FOLLOWING + " and state = 'active'") == 0);
        assertThat(retinue.put("/v1/users/carol/following/bob").statusCode()).isEqualTo(201);
        // On a slow machine the batch was cancelled after 12 s, and its pair stays in flight for 12 s more.
        await(DEADLINE.multipliedBy(3), "the pair of the stopped statement can be changed", () -> List.of(200, 201)
                .contains(putAsync("/v1/users/alice/following/bob").join().statusCode()));
        assertThat(retinue.get("/v1/users/bob/followers").body()).contains("\"total\":2");
        assertThat(retinue.get("/v1/audit").body()).contains("\"drift\":0");
        assertAtRest();
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.HOURS)
    void clientsThatGoAwayLeaveNothingBehind() throws Exception {
        register("alice", "bob", "star");
        String batch = "{\"operations\": [{\"op\": \"follow\", \"follower\": \"bob\", \"followed\": \"star\"},"
                + " {\"op\": \"follow\", \"follower\": \"bob\", \"followed\": \"alice\"}]}";
        for (int gone = 0; gone < DISCONNECTS; gone += DISCONNECTS_AT_ONCE) {
            lockCountsOf("star");
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < DISCONNECTS_AT_ONCE; i++) {
                clients.add(
                        switch (i % 6) {
                            case 0 -> client("PUT", "/v1/users/alice/following/star", "");
                            case 1 -> client("DELETE", "/v1/users/bob/following/alice", "");
                            case 2 -> client("GET", "/v1/users/alice/following/star", "");
                            case 3 -> client("GET", "/v1/users/star/followers", "");
                            case 4 -> client("PATCH", "/v1/users/star", "{\"displayName\": \"S\"}");
                            default -> client("POST", i < 200 ? "/v1/batch" : "/v1/nothing", batch);
                        });
            }
            await(DEADLINE, "they wait", () -> count(WAITING) > 2);

            for (Socket client : clients) {
                if (random.nextInt(4) > 0) {
                    client.setSoLinger(true, 0);
                }
                client.close();
            }
            sql("rollback");

            assertAtRest();
        }
        List<CompletableFuture<HttpResponse<String>>> after = IntStream.range(0, 40)
                .mapToObj(i -> sendAsync("POST", "/v1/batch", batch))
                .toList();
        for (CompletableFuture<HttpResponse<String>> answer : after) {
            assertThat(answer.get(DEADLINE.toSeconds(), TimeUnit.SECONDS).statusCode())
                    .isEqualTo(200);
        }
        assertThat(retinue.get("/v1/audit").body()).contains("\"drift\":0");
    }

    /** What may keep a connection for long has a pool of its own, however much of it there is. */
    @Test
    void slowTransactionsTakeNoConnectionFromWhatIsAskedAllTheTime() throws Exception {
        register("alice", "bob", "carol", "dave", "star");
        String[] fans = IntStream.range(0, 40).mapToObj(i -> "fan" + i).toArray(String[]::new);
        register(fans);
        lockCountsOf("star");
        List<CompletableFuture<HttpResponse<String>>> transactions = Stream.of(fans)
                .map(fan -> sendAsync(
                        "POST",
                        "/v1/batch",
                        "{\"operations\": [{\"op\": \"follow\", \"follower\": \"" + fan
                                + "\", \"followed\": \"star\"}, {\"op\": \"follow\", \"follower\": \"" + fan
                                + "\", \"followed\": \"carol\"}]}"))
                .toList();
        await(DEADLINE, "they wait", () -> count(WAITING) > 2);

        long begin = System.nanoTime();
        assertThat(retinue.put("/v1/users/alice/following/bob").statusCode()).isEqualTo(201);
        assertThat(retinue.get("/v1/users/alice/following/bob").statusCode()).isEqualTo(200);
        assertThat(retinue.get("/v1/users/bob/followers").body()).contains("\"total\":1");
        assertThat(retinue.get("/v1/users/alice").statusCode()).isEqualTo(200);
        assertThat(retinue.put("/v1/users/bob/blocks/dave").statusCode()).isEqualTo(201);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);

        sql("rollback");
        for (CompletableFuture<HttpResponse<String>> transaction : transactions) {
            assertThat(transaction.get(DEADLINE.toSeconds(), TimeUnit.SECONDS).statusCode())
                    .isEqualTo(200);
        }
        assertAtRest();
    }

    @Test
    void moreLargeBodiesThanThereIsMemoryForAreRefusedOrToldToComeBack() throws Exception {
        register("alice", "bob");
        String one = "{\"op\": \"follow\", \"follower\": \"alice\", \"followed\": \"bob\"}";
        String few = "{\"operations\": [" + one + " ".repeat(LARGEST_BODY - 200) + "]}";
        String tooMany =
                "{\"operations\": [" + (one + ",").repeat((LARGEST_BODY - 200) / (one.length() + 1)) + one + "]}";
        List<CompletableFuture<HttpResponse<String>>> all = IntStream.range(0, 40)
                .mapToObj(i -> sendAsync("POST", "/v1/batch", i % 2 == 0 ? few : tooMany))
                .toList();

        Map<Integer, Long> statuses = new TreeMap<>();
        for (CompletableFuture<HttpResponse<String>> answer : all) {
            statuses.merge(answer.get(60, TimeUnit.SECONDS).statusCode(), 1L, Long::sum);
        }

        System.out.println("40 bodies of 10 MiB with a heap of 256 MiB: " + statuses);
        assertThat(statuses.keySet()).contains(503).isSubsetOf(200, 413, 503);
        assertThat(statuses.size()).as("%s: some were taken", statuses).isGreaterThan(1);
        assertThat(retinue.stdout()).noneMatch(line -> line.contains("OutOfMemoryError"));
        assertThat(retinue.stderr()).isEmpty();
        assertThat(sendAsync("POST", "/v1/batch", few).join().statusCode())
                .as("when they are gone")
                .isEqualTo(200);
        assertAtRest();
    }

    @Test
    void manyLargestBatchesDoNotExhaustHeap() throws Exception {
        followOnce();
        String name = "n".repeat(120);
        String batch = IntStream.range(0, 10_000)
                .mapToObj(
                        i -> "{\"op\":\"follow\",\"follower\":\"" + name + i + "\",\"followed\":\"" + i + name + "\"}")
                .collect(Collectors.joining(",", "{\"operations\":[", "]}"));
        List<CompletableFuture<HttpResponse<String>>> all = IntStream.range(0, 40)
                .mapToObj(i -> sendAsync("POST", "/v1/batch", batch))
                .toList();

        Map<Integer, Long> statuses = new TreeMap<>();
        for (CompletableFuture<HttpResponse<String>> answer : all) {
            statuses.merge(answer.get(60, TimeUnit.SECONDS).statusCode(), 1L, Long::sum);
        }

        System.out.println("40 batches of 10,000 operations with a heap of 256 MiB: " + statuses);
        assertThat(statuses.keySet()).contains(404).isSubsetOf(404, 503);
        assertAlive();
        assertAtRest();
    }

    @Test
    void batchesOfEmptyObjectsAreRefused() throws Exception {
        followOnce();
        String batch = "{\"operations\":[" + "{},".repeat(LARGEST_BODY / 3 - 10) + "{}]}";
        List<CompletableFuture<HttpResponse<String>>> all = IntStream.range(0, 3)
                .mapToObj(i -> sendAsync("POST", "/v1/batch", batch))
                .toList();

        for (CompletableFuture<HttpResponse<String>> answer : all) {
            assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isIn(400, 503);
        }
        assertThat(sendAsync("POST", "/v1/batch", batch).join().statusCode()).isEqualTo(400);
        assertAlive();
        assertAtRest();
    }

    @Test
    void pipelinedBodiesLeakNothing() throws Exception {
        followOnce();
        for (int i = 0; i < 72; i++) {
            Socket client = client("PUT", "/v1/users/alice", "{}");
            client.getOutputStream()
                    .write(
                            ("POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                                            + LARGEST_BODY + "\r\n\r\n{")
                                    .getBytes(StandardCharsets.US_ASCII));
            client.close();
        }

        assertAtRest();
        String largest = "{\"operations\": []" + " ".repeat(LARGEST_BODY - 20) + "}";
        assertThat(sendAsync("POST", "/v1/batch", largest).join().statusCode()).isEqualTo(200);
        assertThat(sendAsync("PATCH", "/v1/users/alice", "{}").join().statusCode())
                .isEqualTo(200);
    }

    @Test
    void slowBodiesDoNotKeepOthersOut() throws Exception {
        followOnce();
        List<Socket> slow = new ArrayList<>();
        byte[] part = " ".repeat(3_000_000).getBytes(StandardCharsets.US_ASCII);
        String head = "POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + LARGEST_BODY + "\r\n\r\n";
        for (int i = 0; i < 12; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), retinue.port());
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(part);
            slow.add(socket);
        }
        await(SOON, "the slow bodies fill the memory", () -> bodyMemory() > 24_000_000);

        List<CompletableFuture<HttpResponse<String>>> small = IntStream.range(0, 16)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> patchChunked("{\"private\":false}")))
                .toList();
        for (CompletableFuture<HttpResponse<String>> answer : small) {
            assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        String largest = "{\"operations\": []" + " ".repeat(LARGEST_BODY - 20) + "}";
        await(
                SOON,
                "a large batch is served",
                () -> sendAsync("POST", "/v1/batch", largest).join().statusCode() == 200);

        for (Socket socket : slow) {
            socket.close();
        }
        assertAtRest();
    }

    /** Some metrics of requests in flight exist only after the first follow. */
    private static void followOnce() throws Exception {
        register("alice", "bob");
        assertThat(retinue.put("/v1/users/alice/following/bob").statusCode()).isEqualTo(201);
    }

    private static HttpResponse<String> patchChunked(String body) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(retinue.uri("/v1/users/alice"))
                                    .header("Content-Type", "application/json")
                                    .method(
                                            "PATCH",
                                            HttpRequest.BodyPublishers.ofInputStream(() ->
                                                    new ByteArrayInputStream(body.getBytes(StandardCharsets.US_ASCII))))
                                    .version(HttpClient.Version.HTTP_1_1)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static double bodyMemory() {
        try {
            return retinue.get("/q/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("retinue_request_body_memory_bytes"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .findFirst()
                    .orElseThrow();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void assertAlive() throws Exception {
        assertThat(retinue.isAlive()).isTrue();
        assertThat(retinue.health("live")).isEqualTo(200);
        assertThat(retinue.stdout()).noneMatch(line -> line.contains("OutOfMemoryError"));
        assertThat(retinue.stderr()).isEmpty();
    }

    @Test
    void moreCallersThanTheQueueHoldsAreToldToComeBackAndTheOthersAreServed() throws Exception {
        register("alice", "bob", "carol", "star");
        lockCountsOf("star");
        List<CompletableFuture<HttpResponse<String>>> first = new ArrayList<>();
        for (String follower : List.of("alice", "bob", "carol")) {
            first.add(putAsync("/v1/users/" + follower + "/following/star"));
            await(SOON, "every lane waits", () -> count(WAITING) == first.size());
        }

        try (ManyCallers callers = new ManyCallers(retinue)) {
            callers.ask(10_000 + 200, HttpMethod.PUT, "/v1/users/alice/following/bob");
            callers.awaitRefused(200);
            assertThat(retinue.get("/v1/users/alice").statusCode())
                    .as("another queue")
                    .isEqualTo(200);
            sql("rollback");

            for (CompletableFuture<HttpResponse<String>> caller : first) {
                assertThat(caller.join().statusCode()).isEqualTo(201);
            }
            assertThat(callers.answers())
                    .containsOnly(entry(ManyCallers.REFUSED, 200L), entry("201", 1L), entry("200", 9_999L));
        }
        assertThat(retinue.put("/v1/users/bob/following/alice").statusCode()).isEqualTo(201);
        assertAtRest();
    }

    @Test
    void moreCallersThanMayWaitForAConnectionAreToldToComeBackAndTheOthersAreServed() throws Exception {
        register("alice", "bob");
        // then all that tells of what is under way is there
        assertThat(retinue.put("/v1/users/alice/following/bob").statusCode()).isEqualTo(201);
        sql("begin");
        sql("lock table users in access exclusive mode");
        try (ManyCallers callers = new ManyCallers(retinue)) {
            // a connection each for those that the database has, and the queue
            callers.ask(16 + 5_000 + 84, HttpMethod.GET, "/v1/users?prefix=alice");
            callers.awaitRefused(84);
            assertThat(retinue.health("live")).isEqualTo(200);
            sql("rollback");

            Map<String, Long> answers = callers.answers();
            assertThat(answers).containsOnlyKeys(ManyCallers.REFUSED, "200");
            // what the service looks for by itself waits for the table too, and has a connection meanwhile
            assertThat(answers.get("200")).isBetween(5_000L, 5_016L);
        }
        assertThat(retinue.get("/v1/users?prefix=alice").statusCode()).isEqualTo(200);
        assertAtRest();
    }

    /** The gauges of what is under way come down to nothing, and no connection is left in a transaction. */
    private static void assertAtRest() throws Exception {
        try {
            await(AT_LAST, "at rest", () -> isAtRest() && count(BUSY) == 0);
        } catch (AssertionError restless) {
            throw new AssertionError("busy backends: " + count(BUSY) + ", " + retinue.underWay(), restless);
        }
    }

    private static boolean isAtRest() {
        try {
            return retinue.isAtRest();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void register(String... names) throws Exception {
        for (String name : names) {
            assertThat(retinue.put("/v1/users/" + name).statusCode()).isEqualTo(HttpURLConnection.HTTP_CREATED);
        }
    }

    private static CompletableFuture<HttpResponse<String>> putAsync(String path) {
        return sendAsync("PUT", path, "");
    }

    private static CompletableFuture<HttpResponse<String>> sendAsync(String method, String path, String body) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return retinue.send(method, path, body);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                },
                task -> new Thread(task).start());
    }

    private static Socket client(String method, String path, String body) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), retinue.port());
        String request = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Until the next rollback. */
    private static void lockCountsOf(String user) throws SQLException {
        sql("begin");
        sql("select 1 from follow_counts where user_id = (select id from users where username = '" + user
                + "') for update");
    }

    private static int kill(String which) {
        return Integer.parseInt(ask("select count(pg_terminate_backend(pid)) from"
                + " (select pid from pg_stat_activity where " + which + " limit 1) as one"));
    }

    private static int count(String which) {
        return Integer.parseInt(ask("select count(*) from pg_stat_activity where " + which));
    }

    private static void signal(String signal, long process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, String.valueOf(process))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static void sql(String statement) throws SQLException {
        try (Statement sent = database.createStatement()) {
            sent.execute(statement);
        }
    }

    private static String ask(String query) {
        try (Statement statement = onlooker.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(Duration limit, String what, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("nanoseconds until: %s", what).isLessThan(end);
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
