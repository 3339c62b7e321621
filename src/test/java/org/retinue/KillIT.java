package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGKILL, of the service, of its database and of both, at any instant: nothing that was acknowledged is lost. */
class KillIT {

    private static final int UNDER_WAY = 150;
    private static final int ROUNDS = 2;

    @RegisterExtension
    final RetinueStarter starter = new RetinueStarter();

    private final Random random = new Random();

    @Test
    void aKilledServiceLosesNothingThatItAcknowledged() throws Exception {
        RunningRetinue retinue = starter.startReady();
        FollowLoad load = FollowLoad.prepare(retinue);
        for (int round = 0; round < ROUNDS; round++) {
            load.begin(retinue).awaitAcknowledged(UNDER_WAY);
            Thread.sleep(random.nextInt(200));

            retinue.kill9();
            load.end();

            // Not a moment's wait: what the killed one left running is the next start's to deal with.
            retinue = starter.startReady();
            load.assertKept(retinue);
            assertOneDatabase(retinue);
        }
    }

    @Test
    void theDatabaseOfAKilledServiceEndsByItself() throws Exception {
        RunningRetinue retinue = starter.startReady();
        assertThat(retinue.databaseProcesses()).isNotEmpty();

        retinue.kill9();

        awaitNoDatabase(retinue);
    }

    @Test
    void aKilledDatabaseIsStartedAgainUnderTheService() throws Exception {
        RunningRetinue retinue = starter.startReady();
        FollowLoad load = FollowLoad.prepare(retinue);
        for (int round = 0; round < ROUNDS; round++) {
            load.begin(retinue).awaitAcknowledged(UNDER_WAY);
            Thread.sleep(random.nextInt(200));

            retinue.postmaster().destroyForcibly();

            retinue.awaitHealth(503, Duration.ofSeconds(10));
            assertThat(retinue.health("live")).isEqualTo(200);
            retinue.awaitHealth(200, Duration.ofSeconds(20));
            load.awaitAcknowledged(UNDER_WAY).end();
            load.assertKept(retinue);
            assertOneDatabase(retinue);
        }
        assertThat(load.disconnects()).isEmpty();
        assertThat(load.statuses().keySet()).contains(503).isSubsetOf(200, 201, 204, 503, 504);
    }

    @Test
    void aServiceAndADatabaseKilledTogetherLoseNothingThatWasAcknowledged() throws Exception {
        RunningRetinue retinue = starter.startReady();
        FollowLoad load = FollowLoad.prepare(retinue);
        for (int round = 0; round < ROUNDS; round++) {
            load.begin(retinue).awaitAcknowledged(UNDER_WAY);
            Thread.sleep(random.nextInt(200));

            retinue.postmaster().destroyForcibly();
            retinue.kill9();
            load.end();

            retinue = starter.startReady();
            load.assertKept(retinue);
            assertOneDatabase(retinue);
        }
    }

    /** The first start goes from one of these files to the next. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "binaries",
                "postgresql.new/PG_VERSION",
                "postgresql.new/postmaster.pid",
                "postgresql",
                "postgresql/postmaster.pid"
            })
    void afterAFirstStartThatWasKilledTheNextWorks(String file) throws Exception {
        RunningRetinue first = starter.start();
        Path reached = first.data().resolve(file);
        while (!Files.exists(reached)) {
            assertThat(first.isAlive()).as("%s", first.stderr()).isTrue();
            Thread.sleep(1);
        }
        Thread.sleep(random.nextInt(100));

        first.kill9();

        RunningRetinue next = starter.startReady();
        assertThat(next.put("/v1/users/alice").statusCode()).isEqualTo(201);
        assertOneDatabase(next);
        assertThat(first.data().resolve("postgresql.new")).doesNotExist();
    }

    private static void assertOneDatabase(RunningRetinue retinue) throws Exception {
        ProcessHandle postmaster = retinue.postmaster();
        List<ProcessHandle> strays = retinue.databaseProcesses().stream()
                .filter(process -> !process.equals(postmaster))
                .filter(process -> !process.parent().equals(Optional.of(postmaster)))
                // it may have ended since it was listed
                .filter(process -> process.info().command().isPresent())
                .toList();
        assertThat(strays).as("processes that are not of the one database").isEmpty();
    }

    private static void awaitNoDatabase(RunningRetinue retinue) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!retinue.databaseProcesses().isEmpty()) {
            assertThat(System.nanoTime())
                    .as("nanoseconds until the database ended")
                    .isLessThan(deadline);
            Thread.sleep(20);
        }
    }
}
