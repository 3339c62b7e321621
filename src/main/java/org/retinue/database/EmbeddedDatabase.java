package org.retinue.database;

import com.sun.management.OperatingSystemMXBean;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real PostgreSQL in a folder of its own, for a start with nothing configured. Durable: what is committed survives
 * {@code kill -9} of the service and of the server, and a power cut. It listens on 127.0.0.1 only and asks for the
 * password that its folder keeps. If the server dies while the service lives, it is started again.
 */
public final class EmbeddedDatabase implements DatabaseStarter.Started {

    private static final Logger LOG = System.getLogger(EmbeddedDatabase.class.getName());

    /** The major version whose programs come along; a data folder belongs to one major version. */
    private static final String MAJOR_VERSION = "18";

    /** Long enough to recover from a crash under load. */
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    /** How often a process is looked at that is expected to end. */
    private static final Duration GLANCE = Duration.ofMillis(50);

    private static final long LEAST_BUFFERS = 128;

    private static final long MOST_BUFFERS = 8 * 1024;

    private static final String OWNER = "postgres";

    private final DataFolder folder;
    private final DatabaseAddress address;
    private final int port;
    private EmbeddedPostgres server;
    private Process guardian;
    private boolean closed;

    private EmbeddedDatabase(DataFolder folder, EmbeddedPostgres server) throws IOException {
        this.folder = folder;
        this.port = server.getPort();
        this.address = new DatabaseAddress("127.0.0.1:" + port + "/" + OWNER, OWNER, folder.password());
        watchOver(server);
    }

    /**
     * Starts the database of a folder, creating it on the first start. What an earlier process left running or
     * half-made there is stopped or cleared away first.
     *
     * @param path the data folder; created with its parents if missing
     * @throws EmbeddedDatabaseException when it can't be started; the message is one line, fit for an operator
     */
    public static EmbeddedDatabase start(Path path) {
        requireUserForPostgres();
        try {
            DataFolder folder = DataFolder.hold(path);
            try {
                stopPrograms(folder);
                folder.clearUnfinished();
                if (!Files.exists(folder.data())) {
                    create(folder);
                }
                requireMajorVersion(folder);
                return new EmbeddedDatabase(
                        folder, server(folder, folder.data()).start());
            } catch (IOException | RuntimeException e) {
                folder.close();
                throw e;
            }
        } catch (IOException | UncheckedIOException | IllegalStateException e) {
            throw new EmbeddedDatabaseException(
                    "the embedded database did not start in " + path + ": " + e + " (see postgresql.log there)", e);
        }
    }

    @Override
    public DatabaseAddress address() {
        return address;
    }

    /** Stops the server cleanly and lets go of the folder. Doing it twice is harmless. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            server.close();
            stopPrograms(folder);
            guardian.destroyForcibly();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            folder.close();
        }
    }

    /** PostgreSQL refuses to run as root; the library has it believe it is somebody else, where the system lets it. */
    private static void requireUserForPostgres() {
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root && LinuxUtils.getDistributionName() != null && !LinuxUtils.isUnshareAvailable()) {
            throw new EmbeddedDatabaseException(
                    "PostgreSQL does not run as root, and root may make no user namespace here; "
                            + "start Retinue as an ordinary user, or name a server with RETINUE_DATABASE_URL");
        }
    }

    /** Makes the data beside its place and moves it there whole, so that a first start cut short leaves nothing. */
    private static void create(DataFolder folder) throws IOException {
        folder.password();
        server(folder, folder.freshData()).start().close();
        Files.move(folder.freshData(), folder.data());
    }

    private static EmbeddedPostgres.Builder server(DataFolder folder, Path data) throws IOException {
        Files.createDirectories(folder.binaries());
        ProcessBuilder.Redirect log =
                ProcessBuilder.Redirect.appendTo(folder.log().toFile());
        // The library keeps its throw-away databases here by default, and sweeps it; ours must not lie among them.
        System.setProperty("ot.epg.working-dir", folder.binaries().toString());
        // What it logs as an error is either in the exception as well, or expected here.
        java.util.logging.Logger.getLogger("io.zonky").setLevel(java.util.logging.Level.OFF);
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setOverrideWorkingDirectory(folder.binaries().toFile())
                .setRegisterShutdownHook(false)
                .setPGStartupWait(START_LIMIT)
                .setOutputRedirector(log)
                .setErrorRedirector(log)
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("auth", "scram-sha-256")
                .setLocaleConfig("pwfile", folder.passwordFile().toString())
                .setConnectConfig("password", folder.password())
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("max_connections", "100")
                // A graph that does not fit costs as much for the pages that come and go as for the follows, and after
                // each checkpoint every page that is touched goes into the log as a whole (docs/adr/0021).
                .setServerConfig("shared_buffers", sharedBuffers(totalMemory()) + "MB")
                .setServerConfig("max_wal_size", "4GB")
                .setServerConfig("checkpoint_timeout", "15min")
                // of an error no detail, which has the values of the row
                .setServerConfig("log_error_verbosity", "terse")
                // The library starts it for tests, with durability off; here it keeps people's data.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on");
    }

    /** Of this machine, or of the container if that is less; in bytes. */
    private static long totalMemory() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    /** In MiB: a quarter of the memory, as PostgreSQL's manual advises, within what is of use. */
    static long sharedBuffers(long memory) {
        return Math.max(LEAST_BUFFERS, Math.min((memory / 4) >> 20, MOST_BUFFERS));
    }

    private static void requireMajorVersion(DataFolder folder) throws IOException {
        String version = Files.readString(folder.data().resolve("PG_VERSION")).strip();
        if (!version.equals(MAJOR_VERSION)) {
            throw new EmbeddedDatabaseException(
                    "the data folder " + folder.home() + " was made by PostgreSQL " + version
                            + " and this Retinue brings " + MAJOR_VERSION
                            + "; export the graph with the Retinue that made it, and import it into a new folder");
        }
    }

    private synchronized void watchOver(EmbeddedPostgres started) throws IOException {
        server = started;
        String pid = Files.readAllLines(folder.postmasterFile()).get(0).strip();
        guardian = guard(pid);
        Thread watch = new Thread(() -> startAgainAfter(Long.parseLong(pid)), "watch-database");
        watch.setDaemon(true);
        watch.start();
    }

    /**
     * A shell that waits for the end of this process, however it comes, and then stops the database: SIGINT is its fast
     * shutdown. The shell hears of the end by the pipe between them, which closes with this process.
     */
    private static Process guard(String postmaster) throws IOException {
        return new ProcessBuilder("sh", "-c", "trap '' HUP INT TERM; read -r _; kill -INT \"$1\"", "sh", postmaster)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void startAgainAfter(long postmaster) {
        Optional<ProcessHandle> process = ProcessHandle.of(postmaster);
        try {
            while (process.filter(handle -> runsFrom(folder, handle)).isPresent()) {
                TimeUnit.MILLISECONDS.sleep(GLANCE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        startAgain();
    }

    private synchronized void startAgain() {
        if (closed) {
            return;
        }
        LOG.log(Level.WARNING, "The embedded database ended by itself; starting it again");
        try {
            guardian.destroyForcibly();
            stopPrograms(folder);
            server.close();
            watchOver(server(folder, folder.data()).setPort(port).start());
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.ERROR, "The embedded database did not start again: {0}; see {1}", e, folder.log());
        }
    }

    /**
     * Stops whatever runs from the folder's programs: a server left over from a killed service, the processes that
     * outlive a killed server for a moment and keep its memory from the next one, and a first start's {@code initdb}.
     */
    private static void stopPrograms(DataFolder folder) throws IOException {
        // SIGTERM is PostgreSQL's smart shutdown: it ends once no client is left, and its only client is gone. It is
        // for the first process alone, which then ends its children.
        List<ProcessHandle> running = programs(folder);
        running.stream()
                .filter(process -> process.parent()
                        .filter(parent -> runsFrom(folder, parent))
                        .isEmpty())
                .forEach(ProcessHandle::destroy);
        if (!awaitNoPrograms(folder)) {
            programs(folder).forEach(ProcessHandle::destroyForcibly);
            if (!awaitNoPrograms(folder)) {
                throw new EmbeddedDatabaseException("a process holds the data folder " + folder.home()
                        + " and can't be stopped: " + programs(folder));
            }
        }
        // What a killed server leaves names its process, and PostgreSQL does not start while there is one of that
        // number: another one by now, or the old one where nobody has reaped it. This folder is held by us, and
        // nothing runs from it.
        Files.deleteIfExists(folder.postmasterFile());
    }

    private static List<ProcessHandle> programs(DataFolder folder) {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(process -> runsFrom(folder, process)).toList();
        }
    }

    /** Whether a process has one of the folder's programs. One that ended and waits to be reaped has none. */
    private static boolean runsFrom(DataFolder folder, ProcessHandle process) {
        return process.info()
                .command()
                .filter(command -> Path.of(command).startsWith(folder.binaries()))
                .isPresent();
    }

    /** Not by the processes' own notices of their end: of orphans they come late, and never where nobody reaps them. */
    private static boolean awaitNoPrograms(DataFolder folder) {
        long deadline = System.nanoTime() + STOP_LIMIT.toNanos();
        try {
            while (!programs(folder).isEmpty()) {
                if (System.nanoTime() > deadline) {
                    return false;
                }
                TimeUnit.MILLISECONDS.sleep(GLANCE.toMillis());
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
