package org.retinue;

import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.retinue.config.Setting;
import org.retinue.config.Settings;
import org.retinue.database.Database;
import org.retinue.database.EmbeddedDatabaseException;
import org.retinue.database.Migration;
import org.retinue.database.Pooler;
import org.retinue.limit.SlowClients;

/**
 * Starts the service: on the server that {@code RETINUE_DATABASE_URL} names, or else on a database of its own. What
 * keeps it from starting is said in one line.
 */
@QuarkusMain
public final class Retinue {

    private static final int FAILED = 1;
    private static final long DRAIN_LIMIT_SECONDS = 60;

    /**
     * Set where this is started by a process that would not tell it of its own end, as Maven's is: a signal to Maven
     * alone, from a supervisor rather than from a terminal, would leave the service behind.
     */
    private static final String ENDS_WITH_PARENT = "retinue.ends-with-parent";

    private static final String EVENT_LOOPS = "quarkus.vertx.event-loops-pool-size";

    private static final long PARENT_CHECK_MILLIS = 250;

    private Retinue() {}

    /**
     * Runs until SIGTERM or SIGINT, which end it in order; exits with 1 when it could not start.
     *
     * @param args none, or {@code migrate} to bring the schema up to date and end, or {@code health} to ask the service
     *     of this machine whether it is ready
     */
    public static void main(String... args) {
        String command = args.length == 0 ? "" : args[0];
        if (command.equals("health")) {
            Health.main();
            return;
        }
        // Quarkus would answer a malformed URI with an empty 400; HttpEdge says what is wrong with it.
        System.setProperty("vertx.disableURIValidation", "true");
        System.setProperty(SlowClients.EXTENSIONS, SlowClients.LOOK_FOR_THEM);
        if (System.getProperty(EVENT_LOOPS) == null) {
            // Twice as many is usual: then an answer goes through another thread more often than not.
            System.setProperty(EVENT_LOOPS, String.valueOf(Runtime.getRuntime().availableProcessors()));
        }
        if (Boolean.getBoolean(ENDS_WITH_PARENT)) {
            endWithParent();
        }
        Settings settings;
        Database database;
        Migration migration;
        try {
            settings = StartSettings.read(System.getenv());
            settings.warnings().forEach(warning -> System.err.println("retinue: " + warning));
            migration = migration(command, settings);
            settings.properties().forEach(System::setProperty);
            ServerTls.settings(System.getenv()).forEach(System::setProperty);
            System.setProperty(
                    "quarkus.log.console.json.enabled",
                    String.valueOf(settings.require(Setting.LOG_FORMAT).equals("json")));
            database = Database.open(
                    settings.get(Setting.DATABASE_URL),
                    Pooler.of(settings.require(Setting.DATABASE_POOLER)),
                    Path.of(settings.require(Setting.DATA)));
        } catch (EmbeddedDatabaseException | IllegalArgumentException e) {
            e.getMessage().lines().forEach(line -> System.err.println("retinue: " + line));
            System.exit(FAILED);
            return;
        }
        migration.settings().forEach(System::setProperty);
        String listening = settings.require(Setting.HOST) + ":" + settings.require(Setting.PORT);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> await(stopped), "await-stop"));
        // With none, it runs until it is told to stop.
        Class<? extends QuarkusApplication> application = migration == Migration.ONLY ? MigrateOnly.class : null;
        Quarkus.run(
                application,
                (exitCode, failure) -> {
                    // First the service ended, and now its database may.
                    database.close();
                    stopped.countDown();
                    if (failure != null) {
                        System.err.println("retinue: " + StartFailure.explain(failure, database.address(), listening));
                    }
                    ApplicationLifecycleManager.getDefaultExitCodeHandler().accept(exitCode, null);
                },
                args);
    }

    private static Migration migration(String command, Settings settings) {
        return switch (command) {
            case "" -> Migration.of(settings.require(Setting.MIGRATE));
            case "migrate" -> Migration.ONLY;
            default ->
                throw new IllegalArgumentException("there is no '" + command + "' to do: it is started with no "
                        + "argument, or with migrate or health");
        };
    }

    private static void endWithParent() {
        Optional<ProcessHandle> parent = ProcessHandle.current().parent();
        Thread watch = new Thread(
                () -> {
                    try {
                        // An orphan gets another parent at once.
                        while (ProcessHandle.current().parent().equals(parent)) {
                            Thread.sleep(PARENT_CHECK_MILLIS);
                        }
                        System.exit(0);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "watch-parent");
        watch.setDaemon(true);
        watch.start();
    }

    /** Without this, the process would be gone as soon as Quarkus has stopped, before its database has. */
    private static void await(CountDownLatch stopped) {
        try {
            if (!stopped.await(DRAIN_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("retinue: stopped without waiting for its database any longer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
