package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A primary is replaced by its promoted standby, behind the same address. The standby is synchronous: what was acknowledged
 * is on it, or else the database itself has lost it.
 */
class FailoverIT {

    private static final Duration DEADLINE = Duration.ofSeconds(14);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final String WAITS_FOR_STANDBY = "synchronous_standby_names=*";

    @RegisterExtension
    final RetinueStarter starter = new RetinueStarter();

    private Wire wire;
    private PostgresServer primary;
    private PostgresServer standby;

    @AfterEach
    void stop() throws Exception {
        wire.close();
        primary.close();
        standby.close();
    }

    @Test
    void aPromotedStandbyTakesOverAndNothingThatWasAcknowledgedIsLost() throws Exception {
        Path folder = starter.folder();
        primary = PostgresServer.create(folder.resolve("first"));
        standby = primary.standby(folder.resolve("second"));
        startBoth();
        wire = new Wire(primary.port());
        RunningRetinue retinue = starter.onServer(wire.port()).startReady();
        FollowLoad load = FollowLoad.prepare(retinue);
        load.begin(retinue, 32).awaitAcknowledged(500);

        primary.kill9();
        standby.promote();
        wire.leadTo(standby.port());

        assertBackSoon(retinue, load, "after the primary's crash");
        load.awaitAcknowledged(200).end();
        load.assertKept(retinue);

        // And once more, with an old primary that lives on: it was told to take no writes.
        primary = standby;
        primary.stop("fast");
        standby = primary.standby(folder.resolve("third"));
        startBoth();
        retinue.awaitHealth(200, SOON);
        load.begin(retinue, 32).awaitAcknowledged(500);

        primary.sql("alter system set default_transaction_read_only = on");
        primary.sql("select pg_reload_conf()");
        load.awaitStatus(503, 1);
        standby.promote();
        wire.leadTo(standby.port());

        assertBackSoon(retinue, load, "after the primary was made read-only");
        load.awaitAcknowledged(200).end();
        assertNobodyIsLeftAt(primary);
        load.assertKept(retinue);
        load.assertAllAnswered(DEADLINE);
        System.out.printf("acknowledged %d, statuses %s%n", load.acknowledged(), load.statuses());
        assertThat(retinue.stderr()).isEmpty();
    }

    private void startBoth() throws Exception {
        primary.start(WAITS_FOR_STANDBY);
        standby.start();
    }

    /**
     * A process that waits for the confirmation of a standby, which will not come, does not look whether its client is
     * still there. So it is told to wait no longer, and whoever waits for its locks goes on.
     */
    private static void assertNobodyIsLeftAt(PostgresServer server) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        String left;
        do {
            server.sql("select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'");
            Thread.sleep(50);
            left = server.ask("select string_agg(concat_ws(' ', state, wait_event_type, wait_event, query), e'\\n')"
                    + " from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()");
        } while (left != null && System.nanoTime() < end);
        assertThat(left).as("connections left at the old primary").isNull();
    }

    private static void assertBackSoon(RunningRetinue retinue, FollowLoad load, String when) throws Exception {
        long back = System.nanoTime();
        load.awaitAcknowledged(1);
        Duration served = Duration.ofNanos(System.nanoTime() - back);
        retinue.awaitHealth(200, SOON);
        System.out.printf("%s: served again after %d ms%n", when, served.toMillis());
        assertThat(served).as(when).isLessThan(SOON);
    }
}
