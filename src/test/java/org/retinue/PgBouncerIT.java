package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Behind PgBouncer in transaction mode, of 1.18, which knows nothing of prepared statements. Needs it to be installed. */
class PgBouncerIT {

    private static final Duration DEADLINE = Duration.ofSeconds(14);
    private static final Duration SOON = Duration.ofSeconds(5);

    @RegisterExtension
    final RetinueStarter starter = new RetinueStarter();

    private PostgresServer server;
    private Process pooler;

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            pooler.destroyForcibly().waitFor();
            server.close();
        }
    }

    @Test
    void everythingWorksBehindPgBouncerInTransactionMode() throws Exception {
        List<Path> installed = Stream.of("/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer")
                .map(Path::of)
                .filter(Files::isExecutable)
                .toList();
        assumeThat(installed).as("pgbouncer is installed").isNotEmpty();
        server = PostgresServer.create(starter.folder().resolve("server")).start();
        // as docs/configuration.md says
        server.sql("alter role postgres set plan_cache_mode = force_generic_plan");
        server.sql("alter role postgres set random_page_cost = 0.2");
        server.sql("alter role postgres set statement_timeout = '11s'");
        int port = RetinueStarter.freePort();
        startPooler(installed.get(0), port);
        starter.onServer(port).with("RETINUE_DATABASE_POOLER", "transaction");

        RunningRetinue retinue = starter.startReady();
        FollowLoad load = FollowLoad.prepare(retinue);
        load.begin(retinue, 32).awaitAcknowledged(1_000);
        pooler.destroyForcibly().waitFor();
        retinue.awaitHealth(503, SOON);
        startPooler(installed.get(0), port);
        long back = System.nanoTime();
        load.awaitAcknowledged(1);
        System.out.printf("served again after %d ms%n", (System.nanoTime() - back) / 1_000_000);
        retinue.awaitHealth(200, SOON);
        load.awaitAcknowledged(500).end();
        load.assertAllAnswered(DEADLINE);
        load.assertKept(retinue);
        System.out.printf("acknowledged %d, statuses %s%n", load.acknowledged(), load.statuses());

        // as often as there are sessions, so that each of them meets the same statements again
        for (int i = 0; i < 4; i++) {
            expect(200, retinue, "PATCH", "/v1/users/user1", "{\"private\": " + (i % 2 == 0) + "}");
            expect(200, retinue, "GET", "/v1/users/user1/mutuals", "");
            expect(200, retinue, "GET", "/v1/users/user1/suggestions", "");
            expect(200, retinue, "GET", "/v1/users/user1/relationships?with=user2,user3", "");
            expect(200, retinue, "GET", "/v1/export", "");
            expect(200, retinue, "POST", "/v1/imports?id=import" + i, "user1 user2\nuser2 user" + i + "0\n");
            assertThat(retinue.put("/v1/users/user" + i + "/blocks/user2").statusCode())
                    .isLessThan(500);
            expect(204, retinue, "DELETE", "/v1/users/user" + i + "/blocks/user2", "");
            expect(
                    200,
                    retinue,
                    "POST",
                    "/v1/batch",
                    "{\"operations\": [{\"op\": \"follow\", \"follower\": \"user4\", \"followed\": \"user5\"},"
                            + " {\"op\": \"unfollow\", \"follower\": \"user4\", \"followed\": \"user5\"}]}");
        }
        assertThat(retinue.get("/v1/audit").body()).contains("\"drift\":0");
        assertThat(retinue.stderr()).isEmpty();
        assertThat(retinue.stdout()).noneMatch(line -> line.contains("ERROR"));
        retinue.sigterm();

        // the schema is there already
        assertThat(starter.startReady().get("/v1/users/user1").statusCode()).isEqualTo(200);
    }

    private static void expect(int status, RunningRetinue retinue, String method, String path, String body)
            throws Exception {
        HttpResponse<String> answer = retinue.send(method, path, body);
        assertThat(answer.statusCode())
                .as(method + " " + path + ": " + answer.body())
                .isEqualTo(status);
    }

    private void startPooler(Path program, int port) throws Exception {
        Path settings = starter.folder().resolve("pgbouncer.ini");
        Path users = Files.writeString(starter.folder().resolve("users.txt"), "\"postgres\" \"any\"\n");
        Files.writeString(settings, """
                [databases]
                postgres = host=127.0.0.1 port=%d dbname=postgres
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = trust
                auth_file = %s
                pool_mode = transaction
                default_pool_size = 4
                ignore_startup_parameters = extra_float_digits
                """.formatted(server.port(), port, users));
        starter.openFolder();
        // it does not run as root either
        List<String> asNobody = "root".equals(System.getProperty("user.name"))
                ? List.of("setpriv", "--reuid", "65534", "--clear-groups")
                : List.of();
        pooler = new ProcessBuilder(Stream.concat(asNobody.stream(), Stream.of(program.toString(), settings.toString()))
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(starter.folder().resolve("pgbouncer.log").toFile())
                .start();
    }
}
