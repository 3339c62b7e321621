package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A PostgreSQL server that somebody else runs, in processes of its own: stopped, killed, copied and promoted at will. */
final class PostgresServer {

    /** Its programs and an empty database, made by the first test that needs them, and kept for the next build. */
    private static final Path KEPT = Path.of("target", "it-postgres").toAbsolutePath();

    /** How many it takes at a time. */
    static final int CONNECTIONS = 60;

    private static final List<String> DURABLE =
            List.of("fsync=on", "synchronous_commit=on", "full_page_writes=on", "max_connections=" + CONNECTIONS);

    private final Path data;
    private final int port;
    private List<String> through = List.of();

    private PostgresServer(Path data) throws IOException {
        this.data = data;
        this.port = RetinueStarter.freePort();
    }

    /** A new server with an empty database, not started yet. */
    static PostgresServer create(Path data) throws IOException {
        copy(template(), data);
        return new PostgresServer(data);
    }

    /** Lets a command start it from now on: one that ends with running what it is given. */
    PostgresServer through(List<String> command) {
        through = command;
        return this;
    }

    /** A copy of this server, which has to be stopped, that follows it from its next start on. */
    PostgresServer standby(Path copy) throws IOException {
        copy(data, copy);
        Files.createFile(copy.resolve("standby.signal"));
        Files.writeString(
                copy.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=127.0.0.1 port=" + port + " user=postgres'\n",
                StandardOpenOption.APPEND);
        return new PostgresServer(copy);
    }

    /** Starts it, and returns when it takes connections. */
    PostgresServer start(String... settings) throws Exception {
        StringBuilder options = new StringBuilder("-p " + port + " -c listen_addresses=127.0.0.1");
        options.append(" -c unix_socket_directories=");
        Stream.concat(DURABLE.stream(), Stream.of(settings))
                .forEach(setting -> options.append(" -c ").append(setting));
        pgCtl(through, "start", "--log=" + log(), "--options=" + options);
        return this;
    }

    /** Stops it, as pg_ctl's mode says: {@code fast} or {@code immediate}. */
    void stop(String mode) throws Exception {
        pgCtl(List.of(), "stop", "--mode=" + mode);
    }

    /** SIGKILL to all its processes; the next start recovers. */
    void kill9() throws Exception {
        ProcessHandle postmaster = ProcessHandle.of(postmaster()).orElseThrow();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        while (all.stream().anyMatch(process -> process.info().command().isPresent())) {
            Thread.sleep(5);
        }
        // it names a process that may be another's by now, or may still wait to be reaped
        Files.deleteIfExists(data.resolve("postmaster.pid"));
    }

    void promote() throws Exception {
        pgCtl(List.of(), "promote");
    }

    int port() {
        return port;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "any");
    }

    /** Runs a statement on a connection of its own. */
    void sql(String statement) throws SQLException {
        try (Connection connection = connect();
                Statement sent = connection.createStatement()) {
            sent.execute(statement);
        }
    }

    /** The first value that a query gives. */
    String ask(String query) throws SQLException {
        try (Connection connection = connect();
                Statement sent = connection.createStatement();
                ResultSet result = sent.executeQuery(query)) {
            result.next();
            return result.getString(1);
        }
    }

    /** Ends it, if it runs. */
    void close() throws Exception {
        if (Files.exists(data.resolve("postmaster.pid"))) {
            stop("immediate");
        }
    }

    private long postmaster() throws IOException {
        return Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
    }

    private Path log() {
        return data.resolveSibling(data.getFileName() + ".log");
    }

    private void pgCtl(List<String> prefix, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(prefix);
        boolean root = "root".equals(System.getProperty("user.name")) && LinuxUtils.isUnshareAvailable();
        if (root || !prefix.isEmpty()) {
            // PostgreSQL does not run as root: it is told that it is somebody else
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(program("pg_ctl").toString(), "--wait", "--silent", "--pgdata=" + data));
        command.addAll(List.of(arguments));
        Path said = Files.createTempFile("pg_ctl", ".log");
        int exit = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start()
                .waitFor();
        assertThat(exit).as("%s: %s", command, Files.readString(said)).isZero();
        Files.delete(said);
    }

    static Path program(String name) throws IOException {
        try (Stream<Path> programs = Files.walk(KEPT.resolve("programs"))) {
            return programs.filter(program -> program.endsWith("bin/" + name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    static Path template() throws IOException {
        Path made = KEPT.resolve("made");
        Files.createDirectories(KEPT);
        // the tests run in two processes
        try (FileChannel channel =
                        FileChannel.open(KEPT.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            assertThat(held.isValid()).isTrue();
            if (!Files.exists(made)) {
                make();
                Files.createFile(made);
            }
        }
        return KEPT.resolve("template");
    }

    private static void make() throws IOException {
        RetinueStarter.delete(KEPT.resolve("template"));
        Files.createDirectories(KEPT.resolve("programs"));
        EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(KEPT.resolve("programs").toFile())
                .setDataDirectory(KEPT.resolve("template"))
                .setCleanDataDirectory(false)
                // no more than later: a standby starts with no fewer than it was told of
                .setServerConfig("max_connections", String.valueOf(CONNECTIONS))
                .start()
                .close();
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> everything = Files.walk(from)) {
            everything.forEach(path -> {
                try {
                    Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
