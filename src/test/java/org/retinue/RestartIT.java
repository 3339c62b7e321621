package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The database is restarted under load: everybody is answered, and what was acknowledged is there. */
class RestartIT {

    private static final Duration DEADLINE = Duration.ofSeconds(11);
    private static final Duration SOON = Duration.ofSeconds(5);

    @RegisterExtension
    final RetinueStarter starter = new RetinueStarter();

    private EmbeddedPostgres server;

    @BeforeEach
    void startServer() throws IOException {
        int port = RetinueStarter.freePort();
        server = EmbeddedPostgres.builder()
                .setPort(port)
                .setOverrideWorkingDirectory(
                        starter.folder().resolve("programs").toFile())
                .setDataDirectory(starter.folder().resolve("server"))
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .start();
        starter.with("RETINUE_DATA", null)
                .with("RETINUE_DATABASE_URL", "postgresql://postgres:any@localhost:" + port + "/postgres");
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
    }

    @Test
    void aDatabaseThatIsRestartedUnderLoadLosesNothingThatWasAcknowledged() throws Exception {
        RunningRetinue retinue = starter.startReady();
        FollowLoad load = FollowLoad.prepare(retinue);
        load.begin(retinue, 32).awaitAcknowledged(500);
        for (String mode : List.of("immediate", "fast", "immediate", "fast")) {
            CompletableFuture<Long> unready = new CompletableFuture<>();
            Thread watch = new Thread(() -> watchUnready(retinue, unready));
            watch.start();

            restart(mode);

            long back = System.nanoTime();
            load.awaitAcknowledged(1);
            long served = System.nanoTime();
            retinue.awaitHealth(200, SOON);
            watch.join(SOON.toMillis());
            assertThat(Duration.ofNanos(served - back)).as(mode).isLessThan(SOON);
            assertThat(unready).as("readiness went down").isCompleted();
            load.awaitAcknowledged(200);
        }
        load.end();

        assertThat(load.statuses()).containsKey(503);
        load.assertAllAnswered(DEADLINE);
        load.assertKept(retinue);
        assertThat(retinue.health("live")).isEqualTo(200);
        assertThat(retinue.stderr()).isEmpty();
    }

    private static void watchUnready(RunningRetinue retinue, CompletableFuture<Long> unready) {
        try {
            long end = System.nanoTime() + SOON.toNanos();
            while (System.nanoTime() < end) {
                if (retinue.health("ready") == 503) {
                    unready.complete(System.nanoTime());
                    return;
                }
                Thread.sleep(2);
            }
        } catch (Exception e) {
            unready.completeExceptionally(e);
        }
    }

    private void restart(String mode) throws Exception {
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name")) && LinuxUtils.isUnshareAvailable()) {
            // PostgreSQL does not run as root: it is told that it is somebody else
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(
                pgCtl().toString(),
                "restart",
                "--wait",
                "--mode=" + mode,
                "--pgdata=" + starter.folder().resolve("server"),
                "--log=" + starter.folder().resolve("server.log")));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(starter.folder().resolve("pg_ctl.log").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(starter.folder().resolve("pg_ctl.log")))
                .isZero();
    }

    private Path pgCtl() throws IOException {
        try (Stream<Path> programs = Files.walk(starter.folder().resolve("programs"))) {
            return programs.filter(program -> program.endsWith("pg_ctl"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
