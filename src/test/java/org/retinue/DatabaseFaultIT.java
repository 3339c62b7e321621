package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One service, and a server that somebody else runs at the other end of a network: whatever happens to either, everybody is
 * answered in time, nothing that was acknowledged is lost, and the service is back soon after its database is.
 */
class DatabaseFaultIT {

    /** The 10 s that a caller waits for its answer at most, and a little for a slow machine. */
    private static final Duration DEADLINE = Duration.ofSeconds(14);

    private static final Duration SOON = Duration.ofSeconds(5);

    /** Where a silence has to be noticed first. */
    private static final Duration LATER = Duration.ofSeconds(10);

    private static final RetinueStarter STARTER = new RetinueStarter();
    private static boolean hasSmallDisk;
    private static PostgresServer server;
    private static Wire wire;
    private static RunningRetinue retinue;

    @BeforeAll
    static void start() throws Exception {
        STARTER.beforeEach(null);
        Path disk = Files.createDirectory(STARTER.folder().resolve("small disk"));
        List<String> withSmallDisk = List.of(
                "unshare", "-Urm", "sh", "-ec", "mount -t tmpfs -o size=24m none \"$0\"; exec \"$@\"", disk.toString());
        hasSmallDisk = canRun(Stream.concat(withSmallDisk.stream(), Stream.of("unshare", "-U", "true"))
                .toList());
        server = PostgresServer.create(STARTER.folder().resolve("server"))
                .through(hasSmallDisk ? withSmallDisk : List.of())
                .start();
        wire = new Wire(server.port());
        retinue = STARTER.onServer(wire.port()).startReady();
    }

    @AfterAll
    static void stop() throws Exception {
        STARTER.endAll();
        if (wire != null) {
            wire.close();
        }
        if (server != null) {
            server.close();
        }
        STARTER.afterEach(null);
    }

    @BeforeEach
    void emptyGraph() throws Exception {
        retinue.awaitHealth(200, LATER);
        server.sql("truncate users, follows, followers, follow_counts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"immediate", "fast", "kill -9"})
    void aServerThatEndsUnderLoadAndComesBackCostsNothingThatWasAcknowledged(String how) throws Exception {
        FollowLoad load = FollowLoad.prepare(retinue);
        load.begin(retinue, 32).awaitAcknowledged(200);
        AtomicBoolean unready = watchReadiness();

        if (how.equals("kill -9")) {
            server.kill9();
        } else {
            server.stop(how);
        }
        Thread.sleep(500);
        server.start();

        assertBackSoon(load, how);
        load.awaitAcknowledged(200).end();
        assertThat(unready).as("readiness went down").isTrue();
        assertKept(load);
        assertThat(load.statuses()).containsKey(503);
    }

    /** Longer than the deadline, and shorter than anybody would notice but by what was lost. */
    @ParameterizedTest
    @ValueSource(ints = {12_000, 1_500})
    void aNetworkThatFallsSilentWithoutClosingKeepsNobodyBeyondTheDeadline(int millis) throws Exception {
        FollowLoad load = FollowLoad.prepare(retinue);
        load.begin(retinue, 32).awaitAcknowledged(200);
        AtomicBoolean unready = watchReadiness();

        wire.silence();
        List<CompletableFuture<Duration>> others = new ArrayList<>();
        for (String[] call : new String[][] {
            {"PUT", "/v1/users/user1/blocks/user2", ""},
            {"PATCH", "/v1/users/user1", "{\"displayName\": \"One\"}"},
            {
                "POST",
                "/v1/batch",
                "{\"operations\": [{\"op\": \"follow\", \"follower\": \"user1\", \"followed\": \"user2\"},"
                        + " {\"op\": \"unfollow\", \"follower\": \"user1\", \"followed\": \"user2\"}]}"
            },
            {"GET", "/v1/users/user1/mutuals", ""},
            {"GET", "/v1/users?prefix=u", ""},
            {"GET", "/v1/users/user1/blocks", ""}
        }) {
            others.add(timed(call));
        }
        Thread.sleep(millis);
        wire.speak(false);
        long spoken = System.nanoTime();

        assertBackWithin(LATER, load, "silence of " + millis + " ms");
        load.awaitAcknowledged(200).end();
        for (CompletableFuture<Duration> other : others) {
            assertThat(other.join()).isLessThan(DEADLINE);
        }
        if (millis > 10_000) {
            assertThat(unready).as("readiness went down").isTrue();
        }
        // what is still unused of the connections that the network forgot
        Thread.sleep(Math.max(0, LATER.toMillis() - (System.nanoTime() - spoken) / 1_000_000));
        assertKept(load);
        assertPoolIsWhole();
    }

    @Test
    void aNetworkThatPausesAndForgetsNothingCostsOnlyTheTime() throws Exception {
        FollowLoad load = FollowLoad.prepare(retinue);
        load.begin(retinue, 32).awaitAcknowledged(200);

        wire.silence();
        Thread.sleep(500);
        wire.speak(true);

        assertBackSoon(load, "pause");
        load.end();
        assertThat(load.statuses()).doesNotContainKeys(503, 504);
        // some began a little later than the pause did
        assertThat(load.longest()).as("the longest answer").isGreaterThan(Duration.ofMillis(400));
        assertKept(load);
    }

    @Test
    void aFullDiskRefusesWritesAndServesReads() throws Exception {
        assumeThat(hasSmallDisk)
                .as("a file system can be mounted here, in a namespace of its own")
                .isTrue();
        FollowLoad load = FollowLoad.prepare(retinue);
        server.sql("create tablespace small location '" + STARTER.folder().resolve("small disk") + "'");
        try {
            server.sql("alter table follows set tablespace small");
            server.sql("create table filler (line text) tablespace small");
            load.begin(retinue, 8).awaitAcknowledged(100);

            assertThatThrownBy(() ->
                            server.sql("insert into filler select repeat('x', 1900) from generate_series(1, 50000)"))
                    .hasMessageContaining("No space left on device");
            load.awaitStatus(503, 20);
            assertThat(retinue.get("/v1/users/user1/followers").statusCode()).isEqualTo(200);
            assertThat(retinue.health("ready")).isEqualTo(200);
            server.sql("drop table filler");

            assertBackSoon(load, "full disk");
            load.awaitAcknowledged(200).end();
            assertKept(load);
        } finally {
            load.end();
            server.sql("drop table if exists filler");
            server.sql("alter table follows set tablespace pg_default");
            server.sql("drop tablespace small");
        }
    }

    @Test
    void statementsThatTheDatabaseGivesUpAreForLater() throws Exception {
        register("alice", "bob", "carol");
        try (Connection holder = server.connect();
                Statement lock = holder.createStatement()) {
            holder.setAutoCommit(false);
            lock.execute("select 1 from follow_counts for update");

            CompletableFuture<HttpResponse<String>> canceled = sendAsync("PUT", "/v1/users/alice/following/bob", "");
            long limit = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (!canceled.isDone()) {
                assertThat(System.nanoTime())
                        .as("nanoseconds until it is answered")
                        .isLessThan(limit);
                server.sql("select pg_cancel_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'");
                Thread.sleep(20);
            }
            assertForLater(canceled.join());

            // new connections, which wait for no lock
            server.sql("alter database postgres set lock_timeout = '100ms'");
            killConnections();
            assertForLater(awaitOther(0, "PUT", "/v1/users/alice/following/bob"));
        } finally {
            server.sql("alter database postgres reset lock_timeout");
            killConnections();
        }
        retinue.awaitHealth(200, SOON);
        assertThat(awaitOther(503, "PUT", "/v1/users/alice/following/bob").statusCode())
                .isEqualTo(201);
        assertThat(retinue.get("/v1/audit").body()).contains("\"drift\":0");
    }

    /** A table that somebody else keeps, as a careless migration does. */
    @Test
    void whateverWaitsForTheDatabaseIsAnsweredInTime() throws Exception {
        register("alice", "bob");
        Map<String, CompletableFuture<String>> answers = new TreeMap<>();
        try (Connection holder = server.connect();
                Statement lock = holder.createStatement()) {
            holder.setAutoCommit(false);
            lock.execute("lock table users, follows, followers, follow_counts, imports, erasures");
            for (String[] route : routes()) {
                long begin = System.nanoTime();
                answers.put(
                        route[0] + " " + route[1],
                        sendAsync(route[0], route[1], route[2])
                                .handle((answer, failure) -> failure == null
                                        ? toldInTime(answer, Duration.ofNanos(System.nanoTime() - begin))
                                        : failure.toString()));
            }
            CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
                    .join();
        }

        assertThat(answers.size()).isGreaterThan(40);
        assertThat(answers)
                .allSatisfy((route, answer) -> assertThat(answer.join()).isEqualTo("in time"));
        assertPoolIsWhole();
        assertThat(retinue.stdout()).noneMatch(line -> line.contains(" ERROR "));
        assertThat(awaitOther(503, "GET", "/v1/users").statusCode()).isEqualTo(200);
        assertThat(retinue.get("/v1/audit").body()).contains("\"drift\":0");
    }

    private static String toldInTime(HttpResponse<String> answer, Duration after) {
        boolean told = answer.statusCode() == 422 // takes too long, as far as this can be known
                || ((answer.statusCode() == 503 || answer.statusCode() == 504)
                        && answer.headers().firstValue("Retry-After").isPresent());
        return told && after.compareTo(DEADLINE) < 0 ? "in time" : answer + " " + answer.body() + " after " + after;
    }

    /** Of each route method, path and body, as the service itself documents them. */
    private static List<String[]> routes() throws Exception {
        List<String[]> routes = new ArrayList<>();
        JsonNode paths = new ObjectMapper()
                .readTree(retinue.get("/q/openapi?format=json").body())
                .path("paths");
        paths.properties().forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
            String route = method.toUpperCase(Locale.ROOT) + " " + path.getKey();
            String target = path.getKey()
                    .replace("{username}", "alice")
                    .replace("{other}", "bob")
                    .replace("{id}", "00000000-0000-0000-0000-000000000000");
            String query = target.startsWith("/v1/select")
                    ? "?of=followers:alice"
                    : route.equals("GET /v1/users/{username}/relationships") ? "?with=bob" : "";
            String body =
                    switch (route) {
                        case "POST /v1/batch" ->
                            "{\"operations\": [{\"op\": \"follow\", \"follower\": \"alice\", \"followed\": \"bob\"}]}";
                        case "POST /v1/users/{username}/relationships" -> "{\"with\": [\"bob\"]}";
                        case "PATCH /v1/users/{username}" -> "{\"displayName\": \"A\"}";
                        default -> "";
                    };
            // which may take as long as it likes
            if (!route.equals("POST /v1/imports")) {
                routes.add(new String[] {method.toUpperCase(Locale.ROOT), target + query, body});
            }
        }));
        return routes;
    }

    @Test
    void aServerThatIsOutOfConnectionsIsForLater() throws Exception {
        register("alice", "bob");
        List<Connection> all = new ArrayList<>();
        try {
            do {
                takeAll(all);
            } while (killOthers(all.get(0)) > 0 || all.size() < PostgresServer.CONNECTIONS);

            HttpResponse<String> refused = retinue.put("/v1/users/alice/following/bob");
            assertForLater(refused);
        } finally {
            for (Connection one : all) {
                one.close();
            }
        }
        retinue.awaitHealth(200, SOON);
        assertThat(retinue.put("/v1/users/alice/following/bob").statusCode()).isEqualTo(201);
    }

    private static void takeAll(List<Connection> all) {
        try {
            while (true) {
                all.add(server.connect());
            }
        } catch (SQLException none) {
            assertThat(none.getSQLState()).isEqualTo("53300");
        }
    }

    /** Those of the service; a connection that it loses may be a new one of its own before it is one of the test's. */
    private static int killOthers(Connection mine) throws SQLException {
        try (Statement statement = mine.createStatement();
                ResultSet killed = statement.executeQuery(
                        "select count(pg_terminate_backend(pid)) from pg_stat_activity where backend_type = 'client backend'"
                                + " and application_name not like '%JDBC%'")) {
            killed.next();
            return killed.getInt(1);
        }
    }

    private static void killConnections() throws SQLException {
        server.sql(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where backend_type = 'client backend' and pid <> pg_backend_pid() and query not like 'select 1 from%'");
    }

    /** The first answer of another status: right after its connections were killed, the service may not know it yet. */
    private static HttpResponse<String> awaitOther(int status, String method, String path) throws Exception {
        HttpResponse<String> answer = retinue.send(method, path, "");
        long end = System.nanoTime() + SOON.toNanos();
        while (answer.statusCode() == status && System.nanoTime() < end) {
            Thread.sleep(50);
            answer = retinue.send(method, path, "");
        }
        return answer;
    }

    private static void assertForLater(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.body()).contains("\"unavailable\"");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    }

    /** From now until something is acknowledged, and until it is ready. */
    private static void assertBackSoon(FollowLoad load, String after) throws Exception {
        assertBackWithin(SOON, load, after);
    }

    private static void assertBackWithin(Duration limit, FollowLoad load, String after) throws Exception {
        long back = System.nanoTime();
        load.awaitAcknowledged(1);
        Duration served = Duration.ofNanos(System.nanoTime() - back);
        retinue.awaitHealth(200, limit);
        Duration ready = Duration.ofNanos(System.nanoTime() - back);
        System.out.printf(
                "%s: served again after %d ms, ready after %d ms%n", after, served.toMillis(), ready.toMillis());
        assertThat(served).as(after).isLessThan(limit);
        assertThat(ready).as(after).isLessThan(limit);
    }

    private static void assertKept(FollowLoad load) throws Exception {
        load.assertAllAnswered(DEADLINE);
        load.assertKept(retinue);
        System.out.printf(
                "acknowledged %d, statuses %s, longest %d ms%n",
                load.acknowledged(), load.statuses(), load.longest().toMillis());
        assertThat(retinue.health("live")).isEqualTo(200);
        assertThat(retinue.stderr()).isEmpty();
        assertThat(retinue.stdout()).as("what goes wrong is foreseen").noneMatch(line -> line.contains(" ERROR "));
    }

    private static void assertPoolIsWhole() throws Exception {
        // what has leaked does not come back, however long one waits
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!retinue.isAtRest()) {
            assertThat(System.nanoTime()).as("at rest: %s", retinue.underWay()).isLessThan(end);
            Thread.sleep(20);
        }
    }

    /** Whether readiness was seen down since. */
    private static AtomicBoolean watchReadiness() {
        AtomicBoolean down = new AtomicBoolean();
        Thread watch = new Thread(() -> {
            try {
                for (int i = 0; i < 2_000 && !down.get(); i++) {
                    down.set(retinue.health("ready") == 503);
                    Thread.sleep(10);
                }
            } catch (Exception e) {
                Thread.currentThread().interrupt();
            }
        });
        watch.setDaemon(true);
        watch.start();
        return down;
    }

    private static CompletableFuture<Duration> timed(String... call) {
        long begin = System.nanoTime();
        return sendAsync(call[0], call[1], call[2]).thenApply(answer -> {
            assertThat(answer.statusCode()).as(call[1] + answer.body()).isIn(200, 201, 503, 504);
            assertThat(answer.statusCode() < 500
                            || answer.headers().firstValue("Retry-After").isPresent())
                    .isTrue();
            return Duration.ofNanos(System.nanoTime() - begin);
        });
    }

    private static CompletableFuture<HttpResponse<String>> sendAsync(String method, String path, String body) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return retinue.send(method, path, body);
                    } catch (IOException | InterruptedException e) {
                        throw new AssertionError(e);
                    }
                },
                task -> new Thread(task).start());
    }

    private static boolean canRun(List<String> command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    private static void register(String... names) throws Exception {
        for (String name : names) {
            assertThat(retinue.put("/v1/users/" + name).statusCode()).isEqualTo(201);
        }
    }
}
