package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** On a server that somebody else runs: its schema is brought up to date, and its absence is lived through. */
class ReadyIT {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String MIGRATIONS =
            "select concat(count(*), ' ', max(installed_on)) from flyway_schema_history";

    @RegisterExtension
    final RetinueStarter starter = new RetinueStarter();

    private PostgresServer server;

    @BeforeEach
    void startServer() throws Exception {
        server = PostgresServer.create(starter.folder().resolve("server")).start();
        starter.onServer(server.port());
    }

    @AfterEach
    void stopServer() throws Exception {
        server.close();
    }

    @Test
    void theGivenServerIsUsedAsItIsAndReadinessFollowsIt() throws Exception {
        RunningRetinue first = starter.startReady();
        assertThat(first.put("/v1/users/alice").statusCode()).isEqualTo(201);
        assertThat(server.ask("select count(*) from users")).isEqualTo("1");
        assertThat(starter.data()).doesNotExist();
        assertThat(starter.folder().resolve("data")).doesNotExist();
        first.sigterm();
        String migrated = server.ask(MIGRATIONS);

        RunningRetinue retinue = starter.startReady();

        assertThat(retinue.get("/v1/users/alice").statusCode()).isEqualTo(200);
        assertThat(server.ask(MIGRATIONS)).as("it was up to date").isEqualTo(migrated);
        for (int outage = 0; outage < 2; outage++) {
            server.stop("fast");

            retinue.awaitHealth(503, SOON);
            assertThat(retinue.health("live")).isEqualTo(200);
            HttpResponse<String> refused = retinue.get("/v1/users/alice");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();

            server.start();

            retinue.awaitHealth(200, SOON);
            assertThat(retinue.get("/v1/users/alice").statusCode()).isEqualTo(200);
        }
    }
}
