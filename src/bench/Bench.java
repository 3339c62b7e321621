import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs every operation through REST with wrk, and as the best single statement with pgbench, in turn, against the same
 * PostgreSQL: the embedded one, with durable settings. Prints a table; writes JSON and an SVG plot beside it. Plain Java,
 * started from its source by src/bench/run.
 */
public final class Bench {

    private static final Path HERE = Path.of("src/bench");
    private static final Path OUT = Path.of("target/bench");
    private static final int PORT = 18_181;
    private static final String BASE = "http://127.0.0.1:" + PORT;
    private static final List<Integer> PGBENCH_CLIENTS = List.of(2, 4, 8, 16, 32);
    private static final Map<String, Integer> MIX = mix();
    private final long users;
    private final long edges;

    /** Follows beyond those, which are there to be unfollowed. */
    private final long spare;

    private final int seconds;
    private final int runs;
    private final int warmup;
    private final String javaOptions;
    private final List<Integer> connections;
    private final List<String> operations;
    private final Path data;
    private long numbers;

    private Bench(Map<String, String> options) {
        edges = Long.parseLong(options.getOrDefault("edges", "5000000"));
        users = Long.parseLong(options.getOrDefault("users", String.valueOf(Math.max(1_000, edges / 5))));
        spare = Long.parseLong(options.getOrDefault("spare", "2000000"));
        seconds = Integer.parseInt(options.getOrDefault("seconds", "10"));
        warmup = Integer.parseInt(options.getOrDefault("warmup", "60"));
        runs = Integer.parseInt(options.getOrDefault("runs", "3"));
        javaOptions = options.getOrDefault("java-options", "-Xmx256m");
        connections = List.of(options.getOrDefault("connections", "1,16,64,256").split(",")).stream()
                .map(Integer::valueOf)
                .toList();
        operations = List.of(options.getOrDefault("operations", "follow,celebrity,unfollow,check,user,page,mixed")
                .split(","));
        data = OUT.resolve("data-" + users + "-" + edges).toAbsolutePath();
        numbers = edges;
    }

    public static void main(String... args) throws Exception {
        Map<String, String> options = new LinkedHashMap<>();
        for (String arg : args) {
            Matcher option = Pattern.compile("--([a-z-]+)=(.+)").matcher(arg);
            if (!option.matches()) {
                System.err.println("bench: [--edges=5000000] [--users=edges/5] [--spare=2000000] [--seconds=10] [--runs=3] [--warmup=60]"
                        + " [--connections=1,16,64,256] [--operations=follow,celebrity,unfollow,check,user,page,mixed]"
                        + " [--java-options=-Xmx256m]");
                System.exit(2);
            }
            options.put(option.group(1), option.group(2));
        }
        new Bench(options).run();
    }

    private record Sample(double perSecond, double p50, double p99, long errors) {}

    private record Row(String operation, int connections, Sample rest, double pgbench, int clients) {
        double ratio() {
            return rest.perSecond / pgbench;
        }
    }

    private void run() throws Exception {
        Files.createDirectories(OUT);
        Process service = start();
        List<Row> rows = new ArrayList<>();
        try {
            loadGraph();
            System.out.printf("%,d users, %,d follows; medians of %d runs of %d s%n%n", users, edges, runs, seconds);
            System.out.println("operation  connections    REST/s   p50 ms   p99 ms  pgbench/s  clients  ratio  errors");
            for (String operation : operations) {
                // The JVM compiles what is hot, beside the load that makes it hot, on the same cores.
                wrk(operation, 64, warmup);
                int clients = bestClients(operation);
                for (int count : connections) {
                    rows.add(measure(operation, count, clients));
                    print(rows.get(rows.size() - 1));
                }
            }
            System.out.println();
            System.out.println("resident memory of the service: " + residentMegabytes(service) + " MB");
            System.out.println("audit afterwards: " + audit());
        } finally {
            service.destroy();
            service.waitFor();
        }
        Files.writeString(OUT.resolve("result.json"), json(rows));
        Files.writeString(OUT.resolve("result.svg"), Plot.svg(rows.stream()
                .filter(row -> row.connections == 64)
                .map(row -> new Plot.Bar(row.operation, row.rest.perSecond, row.pgbench))
                .toList()));
        System.out.println("written: " + OUT.resolve("result.json") + ", " + OUT.resolve("result.svg"));
    }

    private Process start() throws Exception {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(List.of(javaOptions.split(" ")));
        command.addAll(List.of("-jar", "target/quarkus-app/quarkus-run.jar"));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("RETINUE_DATA", data.toString());
        builder.environment().put("RETINUE_PORT", String.valueOf(PORT));
        builder.environment().remove("RETINUE_DATABASE_URL");
        long begun = System.nanoTime();
        Process service = builder.redirectErrorStream(true)
                .redirectOutput(OUT.resolve("service.log").toFile())
                .start();
        while (!ready()) {
            if (!service.isAlive()) {
                throw new IllegalStateException("the service did not start; see " + OUT.resolve("service.log"));
            }
            Thread.sleep(20);
        }
        System.out.printf("start to ready: %.2f s%n", (System.nanoTime() - begun) / 1e9);
        return service;
    }

    private static boolean ready() throws InterruptedException {
        try {
            return get("/q/health/ready").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(BASE + path))
                                .timeout(Duration.ofSeconds(30))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    /** Loads the graph once, and again for every later call: what a run added and removed must not pile up. */
    private void loadGraph() throws Exception {
        long begun = System.nanoTime();
        psql("-q", "-v", "users=" + users, "-v", "edges=" + edges, "-v", "spare=" + spare, "-f", HERE.resolve("graph.sql") + "");
        System.out.printf("graph loaded in %.0f s%n", (System.nanoTime() - begun) / 1e9);
    }

    private Row measure(String operation, int count, int clients) throws Exception {
        List<Sample> rest = new ArrayList<>();
        List<Double> pgbench = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            rest.add(wrk(operation, count, seconds));
            pgbench.add(pgbench(operation, clients, seconds));
        }
        rest.sort(java.util.Comparator.comparingDouble(Sample::perSecond));
        Collections.sort(pgbench);
        return new Row(operation, count, rest.get(runs / 2), pgbench.get(runs / 2), clients);
    }

    private int bestClients(String operation) throws Exception {
        int best = 0;
        double most = 0;
        for (int clients : PGBENCH_CLIENTS) {
            double perSecond = pgbench(operation, clients, Math.max(2, seconds / 3));
            if (perSecond > most) {
                most = perSecond;
                best = clients;
            }
        }
        return best;
    }

    private Sample wrk(String operation, int count, int duration) throws Exception {
        boolean celebrity = operation.equals("celebrity");
        long failedBefore = failed();
        String output = execute(
                Map.of(
                        "OPERATION", celebrity ? "follow" : operation,
                        "CELEBRITIES", celebrity ? "one" : "many",
                        "USERS", "" + users,
                        "FROM", "" + numbers),
                List.of("wrk", "-t1", "-c" + count, "-d" + duration + "s", "-s", HERE.resolve("load.lua") + "", BASE));
        Matcher result = Pattern.compile("RESULT (\\S+) (\\S+) (\\S+) (\\d+) (\\d+)").matcher(output);
        if (!result.find()) {
            throw new IllegalStateException("wrk said:\n" + output);
        }
        if (operation.equals("unfollow")) {
            numbers += Long.parseLong(result.group(5)) + count;
        }
        return new Sample(
                Double.parseDouble(result.group(1)),
                Double.parseDouble(result.group(2)),
                Double.parseDouble(result.group(3)),
                Long.parseLong(result.group(4)) + failed() - failedBefore);
    }

    /** How many requests the service has refused or failed: neither is of the callers' making here. */
    private static long failed() throws IOException, InterruptedException {
        return Pattern.compile(
                        "^http_server_requests_seconds_count.*status=\"(?:429|5..)\".* (\\S+)$", Pattern.MULTILINE)
                .matcher(get("/q/metrics").body())
                .results()
                .mapToLong(count -> (long) Double.parseDouble(count.group(1)))
                .sum();
    }

    private double pgbench(String operation, int clients, int duration) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "pgbench", "-n", "-M", "prepared", "-T", "" + duration, "-c", "" + clients, "-j", "1",
                "-D", "users=" + users, "-D", "from=" + numbers, "-D", "clients=" + clients, "-D", "step=0"));
        boolean celebrity = operation.equals("celebrity");
        command.addAll(List.of("-D", "one=" + (celebrity ? 1 : 0)));
        if (operation.equals("mixed")) {
            MIX.forEach((script, weight) -> {
                command.add("-f");
                command.add(HERE.resolve("pgbench/" + script + ".sql") + "@" + weight);
            });
        } else {
            command.addAll(List.of("-f", HERE.resolve("pgbench/" + (celebrity ? "follow" : operation) + ".sql") + ""));
        }
        command.add("postgres");
        String output = execute(database(), command);
        Matcher tps = Pattern.compile("tps = ([0-9.]+)").matcher(output);
        Matcher done = Pattern.compile("transactions actually processed: (\\d+)").matcher(output);
        if (!tps.find() || !done.find()) {
            throw new IllegalStateException("pgbench said:\n" + output);
        }
        if (operation.equals("unfollow")) {
            numbers += Long.parseLong(done.group(1)) + 2L * clients;
        }
        return Double.parseDouble(tps.group(1));
    }

    private void psql(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("psql", "-v", "ON_ERROR_STOP=1"));
        command.addAll(List.of(arguments));
        execute(database(), command);
    }

    /** How libpq's programs reach the embedded database. */
    private Map<String, String> database() throws IOException {
        return Map.of(
                "PGHOST", "127.0.0.1",
                "PGPORT", Files.readAllLines(data.resolve("postgresql/postmaster.pid")).get(3),
                "PGUSER", "postgres",
                "PGDATABASE", "postgres",
                "PGPASSWORD", Files.readString(data.resolve("password")).strip());
    }

    private static String execute(Map<String, String> environment, List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed:\n" + output);
        }
        return output;
    }

    private static String audit() throws Exception {
        String cursor = "";
        do {
            String report = get("/v1/audit" + cursor).body();
            if (!report.contains("\"drift\":0,")) {
                return report;
            }
            Matcher next = Pattern.compile("\"next\":\"([^\"]+)\"").matcher(report);
            cursor = next.find() ? "?cursor=" + next.group(1) : null;
        } while (cursor != null);
        return "no drift";
    }

    private static long residentMegabytes(Process process) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        return -1;
    }

    private static void print(Row row) {
        System.out.printf(
                Locale.ROOT,
                "%-10s %11d %9.0f %8.2f %8.2f %10.0f %8d %6.2f %7d%n",
                row.operation,
                row.connections,
                row.rest.perSecond,
                row.rest.p50,
                row.rest.p99,
                row.pgbench,
                row.clients,
                row.ratio(),
                row.rest.errors);
    }

    private String json(List<Row> rows) {
        List<String> lines = new ArrayList<>();
        for (Row row : rows) {
            lines.add(String.format(
                    Locale.ROOT,
                    "    {\"operation\": \"%s\", \"connections\": %d, \"restPerSecond\": %.1f, \"p50Millis\": %.3f,"
                            + " \"p99Millis\": %.3f, \"pgbenchPerSecond\": %.1f, \"pgbenchClients\": %d, \"ratio\": %.3f,"
                            + " \"errors\": %d}",
                    row.operation,
                    row.connections,
                    row.rest.perSecond,
                    row.rest.p50,
                    row.rest.p99,
                    row.pgbench,
                    row.clients,
                    row.ratio(),
                    row.rest.errors));
        }
        return String.format(
                "{\"users\": %d, \"edges\": %d, \"runs\": %d, \"seconds\": %d, \"results\": [%n%s%n]}%n",
                users, edges, runs, seconds, String.join(",\n", lines));
    }

    private static Map<String, Integer> mix() {
        Map<String, Integer> mix = new LinkedHashMap<>();
        mix.put("page", 666);
        mix.put("follow", 118 + 105);
        mix.put("user", 64);
        mix.put("unfollow-any", 39);
        mix.put("check", 7);
        return mix;
    }

    /** Two bars an operation. */
    private static final class Plot {

        record Bar(String name, double rest, double pgbench) {}

        static String svg(List<Bar> bars) {
            double most = bars.stream().mapToDouble(bar -> Math.max(bar.rest, bar.pgbench)).max().orElse(1);
            StringBuilder svg = new StringBuilder();
            int height = 60 + 52 * bars.size();
            svg.append(String.format(
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"%d\" font-family=\"sans-serif\""
                            + " font-size=\"13\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n"
                            + "<text x=\"20\" y=\"28\" font-size=\"15\">Operations per second at 64 connections: REST"
                            + " (blue), pgbench at its best (grey)</text>%n",
                    height));
            for (int i = 0; i < bars.size(); i++) {
                Bar bar = bars.get(i);
                int y = 50 + 52 * i;
                svg.append(String.format("<text x=\"20\" y=\"%d\">%s</text>%n", y + 24, bar.name));
                bar(svg, y, bar.rest, most, "#2f6fb7");
                bar(svg, y + 20, bar.pgbench, most, "#9a9a9a");
            }
            return svg.append("</svg>\n").toString();
        }

        private static void bar(StringBuilder svg, int y, double value, double most, String colour) {
            double width = 520 * value / most;
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"110\" y=\"%d\" width=\"%.1f\" height=\"18\" fill=\"%s\"/>"
                            + "<text x=\"%.1f\" y=\"%d\">%,.0f</text>%n",
                    y, width, colour, 116 + width, y + 14, value));
        }
    }
}
