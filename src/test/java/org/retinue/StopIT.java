package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SIGTERM ends the service and its database cleanly, whatever is under way. */
class StopIT {

    private static final Duration SECONDS = Duration.ofSeconds(15);

    @RegisterExtension
    final RetinueStarter starter = new RetinueStarter();

    @Test
    void sigtermDuringTheFirstStartAndUnderLoadEndsBothAndKeepsWhatWasAcknowledged() throws Exception {
        RunningRetinue first = starter.start();
        first.awaitFirstStart("postgresql.new/PG_VERSION");
        first.sigterm();

        RunningRetinue retinue = starter.startReady();
        FollowLoad load = FollowLoad.prepare(retinue);
        load.begin(retinue, 64).awaitAcknowledged(500);

        Duration taken = retinue.sigterm();

        assertThat(retinue.databaseProcesses()).as("of the database").isEmpty();
        assertThat(taken).isLessThan(SECONDS);
        load.end();
        List<String> log = Files.readAllLines(retinue.data().resolve("postgresql.log"));
        // What pg_ctl says after it is copied by the service, which may have ended by then.
        assertThat(log)
                .filteredOn(line -> line.contains(" LOG: "))
                .last()
                .asString()
                .endsWith("database system is shut down");
        assertThat(log).noneMatch(line -> line.contains("was not properly shut down"));
        assertThat(retinue.stderr()).isEmpty();

        RunningRetinue next = starter.startReady();
        load.assertKept(next);
        load.assertNothingDoneUnanswered(next);
        assertThat(Files.readAllLines(next.data().resolve("postgresql.log")))
                .as("the database had nothing to recover")
                .noneMatch(line -> line.contains("was not properly shut down"));
    }
}
