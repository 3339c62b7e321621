package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A service in a process of its own, as an operator sees it: by its port, its output, its data folder. */
final class RunningRetinue {

    /** Several times what a first start takes on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** There is one once the database of a first start is where it stays. */
    private static final String POSTMASTER = "postgresql/postmaster.pid";

    private static final Duration GLANCE = Duration.ofMillis(20);

    private static final Predicate<String> UNDER_WAY = Pattern.compile(
                    "((retinue_coalescer_queue|sql_pool_active|http_server_active_requests)\\{|retinue_request_body_memory_bytes).*")
            .asMatchPredicate();

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Process process;
    private final int port;
    private final Path data;
    private final Path out;
    private final Path err;

    RunningRetinue(Process process, int port, Path data, Path out, Path err) {
        this.process = process;
        this.port = port;
        this.data = data;
        this.out = out;
        this.err = err;
    }

    /** Waits until it is ready; fails at once, with what it said, when it ends instead. */
    RunningRetinue awaitReady() throws Exception {
        awaitHealth(200, PATIENCE);
        return this;
    }

    /** Waits until readiness answers with this status. */
    void awaitHealth(int status, Duration limit) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (health("ready") != status) {
            assertThat(process.isAlive()).as("lives; it said: %s", said()).isTrue();
            assertThat(System.nanoTime())
                    .as("nanoseconds until ready answers %s; it said: %s", status, said())
                    .isLessThan(deadline);
            Thread.sleep(GLANCE.toMillis());
        }
    }

    /** Waits until its first start has come to this file of its data, or is past it. */
    void awaitFirstStart(String file) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(data.resolve(file)) && !Files.exists(data.resolve(POSTMASTER))) {
            assertThat(process.isAlive()).as(() -> "lives; it said: " + said()).isTrue();
            assertThat(System.nanoTime())
                    .as(() -> "nanoseconds until there is " + file + "; it said: " + said())
                    .isLessThan(deadline);
            Thread.sleep(1);
        }
    }

    /** The status of {@code /q/health/ready} or {@code live}; 0 when nobody answers. */
    int health(String kind) throws Exception {
        try {
            return send("GET", "/q/health/" + kind, "").statusCode();
        } catch (IOException nobody) {
            return 0;
        }
    }

    /** What its metrics tell of what is under way: nothing at rest, but for the request that asks. */
    List<String> underWay() throws Exception {
        return get("/q/metrics").body().lines().filter(UNDER_WAY).toList();
    }

    /** Whether all that came was answered, and every connection of the pools was given back. */
    boolean isAtRest() throws Exception {
        List<String> gauges = underWay();
        return gauges.size() >= 6 && gauges.stream().allMatch(RunningRetinue::isOfNothing);
    }

    /** The framework may take a request off twice that its client resets while it is answered: then there are fewer. */
    private static boolean isOfNothing(String gauge) {
        double value = Double.parseDouble(gauge.substring(gauge.lastIndexOf(' ') + 1));
        return gauge.startsWith("http") ? value <= 1 : value == 0;
    }

    HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, "");
    }

    HttpResponse<String> put(String path) throws Exception {
        return send("PUT", path, "");
    }

    HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .timeout(PATIENCE)
                .build();
        return HTTP.send(request, BodyHandlers.ofString());
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    int port() {
        return port;
    }

    Path data() {
        return data;
    }

    /** SIGTERM; returns how long it took to end. */
    Duration sigterm() throws InterruptedException {
        long begin = System.nanoTime();
        process.destroy();
        awaitEnd();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** SIGKILL; returns when the process is gone. */
    void kill9() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Waits for the end; returns the exit code. */
    int awaitEnd() throws InterruptedException {
        boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(ended).as("ended; it said: %s", said()).isTrue();
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    List<String> stdout() {
        return lines(out);
    }

    List<String> stderr() {
        return lines(err);
    }

    /** The first process of the embedded database. */
    ProcessHandle postmaster() throws IOException {
        return ProcessHandle.of(Long.parseLong(postmasterLine(0))).orElseThrow();
    }

    int databasePort() throws IOException {
        return Integer.parseInt(postmasterLine(3));
    }

    /** A connection to the embedded database, past the service. */
    Connection database() throws IOException, SQLException {
        String password = Files.readString(data.resolve("password")).strip();
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + databasePort() + "/postgres", "postgres", password);
    }

    /** What runs from the data folder: the processes of its database. A process that only waits to be reaped is none. */
    List<ProcessHandle> databaseProcesses() {
        return databaseProcesses(data);
    }

    static List<ProcessHandle> databaseProcesses(Path data) {
        // one that only waits to be reaped has no program any more
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(process -> process.info()
                            .command()
                            .filter(command -> Path.of(command).startsWith(data))
                            .isPresent())
                    .toList();
        }
    }

    private String postmasterLine(int line) throws IOException {
        return Files.readAllLines(data.resolve(POSTMASTER)).get(line).strip();
    }

    private String said() {
        return String.join("\n", stderr()) + "\n" + String.join("\n", stdout());
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
