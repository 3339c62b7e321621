package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SIGKILL, of the service, of its database and of both, at any instant: nothing that was acknowledged is lost. */
class KillIT {

    private static final int UNDER_WAY = 150;

    /** How often the service is killed under load: a few times, or as often as the profile soak says. */
    private static final int KILLS = Integer.getInteger("soak.kills", 2);

    private static final int FANS = 20_000;
    private static final int ERASURE_KILLS = Integer.getInteger("soak.erasure-kills", 2);

    private static final RetinueStarter STARTER = new RetinueStarter();
    private static RunningRetinue retinue;

    @RegisterExtension
    final RetinueStarter starter = new RetinueStarter();

    private final Random random = new Random();

    @BeforeAll
    static void folder() throws Exception {
        STARTER.beforeEach(null);
    }

    @AfterAll
    static void stop() throws Exception {
        STARTER.afterEach(null);
    }

    /** The service with a database of its own that most tests kill, one after the other, and that starts again each time. */
    private static FollowLoad runningWithNothingInIt() throws Exception {
        if (retinue == null || !retinue.isAlive()) {
            retinue = STARTER.startReady();
        }
        try (Connection database = retinue.database();
                Statement truncate = database.createStatement()) {
            truncate.execute("truncate users, follows, followers, follow_counts");
        }
        return FollowLoad.prepare(retinue);
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.HOURS)
    void aServiceThatIsKilledAgainAndAgainLosesNothingThatItAcknowledged() throws Exception {
        PostgresServer server =
                PostgresServer.create(starter.folder().resolve("server")).start();
        try {
            RunningRetinue service = starter.onServer(server.port()).startReady();
            FollowLoad load = FollowLoad.prepare(service);
            List<Long> restarts = new ArrayList<>();
            for (int kill = 0; kill < KILLS; kill++) {
                load.begin(service).awaitAcknowledged(random.nextInt(UNDER_WAY));
                Thread.sleep(random.nextInt(100));

                service.kill9();
                load.end();

                long begin = System.nanoTime();
                service = starter.startReady();
                restarts.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
                load.assertKept(service);
            }
            Collections.sort(restarts);
            System.out.printf(
                    "killed %d times, acknowledged %d, lost 0, doubled 0, without an answer %d, median restart %d ms%n",
                    KILLS, load.acknowledged(), load.disconnects().size(), restarts.get(KILLS / 2));
        } finally {
            starter.endAll();
            server.close();
        }
    }

    /** Who takes it over waits until the dead one's hold of it has ended; the test does not wait for that. */
    @Test
    void anErasureWhoseServiceIsKilledAgainAndAgainRemovesEverythingOnce() throws Exception {
        PostgresServer server =
                PostgresServer.create(starter.folder().resolve("server")).start();
        try {
            RunningRetinue service = starter.onServer(server.port()).startReady();
            server.sql("insert into users (username) values ('star')");
            server.sql("insert into users (username) select 'fan' || i from generate_series(1, " + FANS + ") as i");
            server.sql("insert into follows (follower_id, followed_id, since, state)"
                    + " select fan.id, star.id, now() - fan.id * interval '1 second', 'following'"
                    + " from users star, users fan where star.username = 'star' and fan.username <> 'star'");
            server.sql("insert into followers (followed_id, since, follower_id)"
                    + " select followed_id, since, follower_id from follows");
            server.sql("insert into follow_counts (user_id, following, followers)"
                    + " select id, (username <> 'star')::int, case when username = 'star' then " + FANS
                    + " else 0 end from users");
            UUID id = UUID.randomUUID();
            CompletableFuture<HttpResponse<Void>> asked = HttpClient.newHttpClient()
                    .sendAsync(
                            HttpRequest.newBuilder(service.uri("/v1/users/star?id=" + id))
                                    .DELETE()
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());

            for (int kill = 1; kill <= ERASURE_KILLS; kill++) {
                // never more than half of it, so that there is some left for the last kill
                int removed = kill * FANS / (2 * ERASURE_KILLS);
                long limit = System.nanoTime() + Duration.ofMinutes(1).toNanos();
                while (removed(server) < removed) {
                    assertThat(System.nanoTime())
                            .as("nanoseconds until %s are removed", removed)
                            .isLessThan(limit);
                    Thread.sleep(1);
                }
                Thread.sleep(random.nextInt(20));
                service.kill9();

                assertThat(removed(server)).as("removed when it was killed").isLessThan(FANS);
                server.sql("update erasures set held_until = now()");
                service = starter.startReady();
                assertThat(service.get("/v1/audit").body()).contains("\"drift\":0");
            }

            long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            String state = service.get("/v1/erasures/" + id).body();
            while (!state.contains("\"completed\"")) {
                assertThat(System.nanoTime()).as("%s", state).isLessThan(deadline);
                Thread.sleep(50);
                state = service.get("/v1/erasures/" + id).body();
            }
            assertThat(state).contains("\"followers\":" + FANS);
            // it went down with the service, unless that had lived for the seconds after which it is told of the rest
            assertThat(asked.handle((answer, failure) -> failure != null || answer.statusCode() == 202))
                    .isCompletedWithValue(true);
            assertThat(server.ask("select (select count(*) from follows) + (select count(*) from followers)"
                            + " + (select sum(following + followers) from follow_counts)"))
                    .isEqualTo("0");
            assertThat(service.get("/v1/audit").body()).contains("\"drift\":0");
        } finally {
            starter.endAll();
            server.close();
        }
    }

    private static long removed(PostgresServer server) throws Exception {
        return Long.parseLong(server.ask("select coalesce(sum(followers), 0) from erasures"));
    }

    @Test
    void aServiceThatIsKilledWithItsDatabaseLeftRunningGoesOnWithIt() throws Exception {
        FollowLoad load = runningWithNothingInIt();
        load.begin(retinue).awaitAcknowledged(UNDER_WAY);

        retinue.kill9();
        load.end();

        // Not a moment's wait: what the killed one left running is the next start's to deal with.
        retinue = STARTER.startReady();
        load.assertKept(retinue);
        assertOneDatabase(retinue);
    }

    @Test
    void theDatabaseOfAKilledServiceEndsByItself() throws Exception {
        runningWithNothingInIt();
        assertThat(retinue.databaseProcesses()).isNotEmpty();

        retinue.kill9();

        awaitNoDatabase(retinue);
    }

    @Test
    void aKilledDatabaseIsStartedAgainUnderTheService() throws Exception {
        FollowLoad load = runningWithNothingInIt();
        load.begin(retinue).awaitAcknowledged(UNDER_WAY);

        retinue.postmaster().destroyForcibly();

        retinue.awaitHealth(503, Duration.ofSeconds(10));
        assertThat(retinue.health("live")).isEqualTo(200);
        retinue.awaitHealth(200, Duration.ofSeconds(60));
        load.awaitAcknowledged(UNDER_WAY).end();
        load.assertKept(retinue);
        assertOneDatabase(retinue);
        assertThat(load.disconnects()).isEmpty();
        assertThat(load.statuses().keySet()).contains(503).isSubsetOf(200, 201, 204, 503, 504);
    }

    @Test
    void aServiceAndADatabaseKilledTogetherLoseNothingThatWasAcknowledged() throws Exception {
        FollowLoad load = runningWithNothingInIt();
        load.begin(retinue).awaitAcknowledged(UNDER_WAY);

        retinue.postmaster().destroyForcibly();
        retinue.kill9();
        load.end();

        retinue = STARTER.startReady();
        load.assertKept(retinue);
        assertOneDatabase(retinue);
    }

    /** The first start goes from one of these files to the next, and is killed at each. */
    @Test
    void afterAFirstStartThatWasKilledTheNextWorks() throws Exception {
        for (String file : List.of(
                "binaries",
                "postgresql.new/PG_VERSION",
                "postgresql.new/postmaster.pid",
                "postgresql",
                "postgresql/postmaster.pid")) {
            RunningRetinue first = starter.start();
            first.awaitFirstStart(file);
            Thread.sleep(random.nextInt(50));
            first.kill9();
        }

        RunningRetinue next = starter.startReady();

        assertThat(next.put("/v1/users/alice").statusCode()).isEqualTo(201);
        assertOneDatabase(next);
        assertThat(next.data().resolve("postgresql.new")).doesNotExist();
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
