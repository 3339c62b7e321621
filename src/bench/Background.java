import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures what work in the background costs everybody else: the erasure of a user whom everyone follows, and the audit
 * at each of some shares. Others ask at a fixed rate, as LinkBench mixes them, whether answers come or not; each latency
 * counts from the instant at which the call was due. Plain Java, run from the top folder after a build; needs psql.
 */
public final class Background {

    private static final Path HERE = Path.of("src/bench");
    private static final Path OUT = Path.of("target/bench");
    private static final int PORT = 18_182;
    private static final String BASE = "http://127.0.0.1:" + PORT;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final long users;
    private final long edges;
    private final int rate;
    private final int seconds;
    private final int warmup;
    private final String javaOptions;
    private final List<String> percents;
    private final boolean erases;
    private final Path data;

    private Background(Map<String, String> options) {
        users = Long.parseLong(options.getOrDefault("users", "1000000"));
        edges = Long.parseLong(options.getOrDefault("edges", String.valueOf(users)));
        rate = Integer.parseInt(options.getOrDefault("rate", "500"));
        seconds = Integer.parseInt(options.getOrDefault("seconds", "20"));
        warmup = Integer.parseInt(options.getOrDefault("warmup", "25"));
        javaOptions = options.getOrDefault("java-options", "-Xmx256m");
        percents = List.of(options.getOrDefault("percents", "5,100").split(","));
        erases = options.getOrDefault("what", "erase,audit").contains("erase");
        data = OUT.resolve("data-background-" + users + "-" + edges).toAbsolutePath();
    }

    public static void main(String... args) throws Exception {
        Map<String, String> options = new LinkedHashMap<>();
        for (String arg : args) {
            Matcher option = Pattern.compile("--([a-z-]+)=(.+)").matcher(arg);
            if (!option.matches()) {
                System.err.println("background: [--what=erase,audit] [--users=1000000] [--edges=users] [--rate=500]"
                        + " [--seconds=20] [--warmup=25] [--percents=5,100] [--java-options=-Xmx256m]");
                System.exit(2);
            }
            options.put(option.group(1), option.group(2));
        }
        Background background = new Background(options);
        if (background.erases) {
            background.erase();
        }
        if (options.getOrDefault("what", "erase,audit").contains("audit")) {
            background.audit();
        }
        System.exit(0);
    }

    private interface Work {
        void run() throws Exception;
    }

    private void erase() throws Exception {
        beside("0", () -> {
            loadGraph();
            psql("-c", "set synchronous_commit = off", "-f", HERE.resolve("celebrity.sql") + "");
            asked("(warming up)", warmup);
            Sample usual = asked("usual", seconds);
            long begun = System.nanoTime();
            CompletableFuture<String> erasure = CompletableFuture.supplyAsync(this::eraseCelebrity);
            Sample during = asked("during an erasure", () -> !erasure.isDone());
            System.out.printf(
                    Locale.ROOT,
                    "erased within %.1f s; p99 %.2f times its usual; %s%n%n",
                    (System.nanoTime() - begun) / 1e9,
                    during.p99 / usual.p99,
                    erasure.get());
            asked("after", seconds);
        });
    }

    /** Returns the receipt, when all is gone. */
    private String eraseCelebrity() {
        try {
            String receipt = send("DELETE", "/v1/users/celebrity").body();
            String id = find(receipt, "\"id\":\"([^\"]+)\"");
            while (!receipt.contains("\"completed\"")) {
                Thread.sleep(250);
                receipt = send("GET", "/v1/erasures/" + id).body();
            }
            return receipt;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void audit() throws Exception {
        if (!erases) {
            beside("0", this::loadGraph);
        }
        beside("0", () -> {
            asked("(warming up)", warmup);
            asked("no audit", seconds);
        });
        for (String percent : percents) {
            beside(percent, () -> {
                asked("(warming up)", warmup);
                double rows = metric("retinue_audit_rows_total");
                long begun = System.nanoTime();
                asked("audit at " + percent + " %", seconds);
                System.out.printf(
                        Locale.ROOT,
                        "%,.0f rows/s audited; %.0f rounds so far, the last in %.0f s; drift %.0f%n%n",
                        (metric("retinue_audit_rows_total") - rows) * 1e9 / (System.nanoTime() - begun),
                        metric("retinue_audit_rounds_total"),
                        metric("retinue_audit_round_seconds"),
                        metric("retinue_drift"));
            });
        }
    }

    /** Starts the service on the same data with an audit of this share, and stops it afterwards. */
    private void beside(String percent, Work work) throws Exception {
        Files.createDirectories(OUT);
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(List.of(javaOptions.split(" ")));
        command.addAll(List.of("-jar", "target/quarkus-app/quarkus-run.jar"));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("RETINUE_DATA", data.toString());
        builder.environment().put("RETINUE_PORT", String.valueOf(PORT));
        builder.environment().put("RETINUE_AUDIT_PERCENT", percent);
        builder.environment().remove("RETINUE_DATABASE_URL");
        Process service = builder.redirectErrorStream(true)
                .redirectOutput(OUT.resolve("background.log").toFile())
                .start();
        try {
            while (!ready()) {
                if (!service.isAlive()) {
                    throw new IllegalStateException("no start; see " + OUT.resolve("background.log"));
                }
                Thread.sleep(20);
            }
            work.run();
        } finally {
            service.destroy();
            service.waitFor();
        }
    }

    private boolean ready() throws InterruptedException {
        try {
            return send("GET", "/q/health/ready").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** What others saw: milliseconds. */
    private record Sample(double p50, double p99) {}

    private Sample asked(String name, int forSeconds) {
        long end = System.nanoTime() + Duration.ofSeconds(forSeconds).toNanos();
        return asked(name, () -> System.nanoTime() < end);
    }

    private Sample asked(String name, BooleanSupplier goesOn) {
        long[] latencies = new long[rate * 600];
        AtomicInteger answered = new AtomicInteger();
        AtomicLong failed = new AtomicLong();
        long begun = System.nanoTime();
        int sent = 0;
        for (boolean more = true; more && sent < latencies.length; sent++) {
            long due = begun + sent * 1_000_000_000L / rate;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            client.sendAsync(anyRequest(), HttpResponse.BodyHandlers.discarding())
                    .whenComplete((answer, failure) -> {
                        if (failure != null || answer.statusCode() >= 400 && answer.statusCode() != 404) {
                            failed.incrementAndGet();
                        }
                        latencies[answered.getAndIncrement()] = System.nanoTime() - due;
                    });
            if (sent % (rate / 2) == 0) {
                more = goesOn.getAsBoolean();
            }
        }
        while (answered.get() < sent) {
            LockSupport.parkNanos(1_000_000);
        }
        Arrays.sort(latencies, 0, sent);
        Sample sample = new Sample(latencies[sent / 2] / 1e6, latencies[(int) (sent * 0.99)] / 1e6);
        System.out.printf(
                Locale.ROOT,
                "%-20s %7d asked, %4.0f/s, p50 %6.2f ms, p99 %7.2f ms, most %8.2f ms, %d failed%n",
                name,
                sent,
                sent * 1e9 / (System.nanoTime() - begun),
                sample.p50,
                sample.p99,
                latencies[sent - 1] / 1e6,
                failed.get());
        return sample;
    }

    /** As in load.lua. */
    private HttpRequest anyRequest() {
        double dice = ThreadLocalRandom.current().nextDouble() * 100;
        if (dice < 66.6) {
            return request("GET", "/v1/users/" + somebody() + "/followers?limit=20");
        }
        if (dice < 88.9) {
            return request("PUT", "/v1/users/" + anybody() + "/following/" + somebody());
        }
        if (dice < 95.3) {
            return request("GET", "/v1/users/" + somebody());
        }
        return request(dice < 99.2 ? "DELETE" : "GET", "/v1/users/" + anybody() + "/following/" + somebody());
    }

    private String anybody() {
        return "u" + ThreadLocalRandom.current().nextLong(users);
    }

    private String somebody() {
        return "u" + (long) (users * Math.pow(ThreadLocalRandom.current().nextDouble(), 3));
    }

    private static HttpRequest request(String method, String path) {
        return HttpRequest.newBuilder(URI.create(BASE + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return client.send(request(method, path), HttpResponse.BodyHandlers.ofString());
    }

    /** The sum over all labels. */
    private double metric(String name) throws IOException, InterruptedException {
        Matcher line = Pattern.compile("^" + name + "(?:\\{.*})? (\\S+)$", Pattern.MULTILINE)
                .matcher(send("GET", "/q/metrics").body());
        double sum = 0;
        while (line.find()) {
            sum += Double.parseDouble(line.group(1));
        }
        return sum;
    }

    private static String find(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        if (!found.find()) {
            throw new IllegalStateException("no " + pattern + " in " + text);
        }
        return found.group(1);
    }

    private void loadGraph() throws Exception {
        long begun = System.nanoTime();
        psql("-q", "-v", "users=" + users, "-v", "edges=" + edges, "-v", "spare=0", "-f", HERE.resolve("graph.sql") + "");
        System.out.printf("graph loaded in %.0f s%n", (System.nanoTime() - begun) / 1e9);
    }

    private void psql(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("psql", "-v", "ON_ERROR_STOP=1"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGHOST", "127.0.0.1");
        builder.environment()
                .put("PGPORT", Files.readAllLines(data.resolve("postgresql/postmaster.pid")).get(3));
        builder.environment().put("PGUSER", "postgres");
        builder.environment().put("PGDATABASE", "postgres");
        builder.environment().put("PGPASSWORD", Files.readString(data.resolve("password")).strip());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed:\n" + output);
        }
    }
}
