package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** On a server that somebody else runs: its schema is brought up to date, and its absence is lived through. */
class ReadyIT {

    private static final String MIGRATIONS = "select count(*), max(installed_on) from flyway_schema_history";

    @RegisterExtension
    final RetinueStarter starter = new RetinueStarter();

    private int port;
    private EmbeddedPostgres server;

    @BeforeEach
    void startServer() throws IOException {
        port = RetinueStarter.freePort();
        server = server();
        starter.with("RETINUE_DATA", null)
                .with("RETINUE_DATABASE_URL", "postgresql://postgres:any@localhost:" + port + "/postgres");
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
    }

    @Test
    void theGivenServerIsUsedAndNoneIsStarted() throws Exception {
        RunningRetinue retinue = starter.startReady();

        assertThat(retinue.put("/v1/users/alice").statusCode()).isEqualTo(201);

        assertThat(ask("select count(*) from users")).isEqualTo("1");
        assertThat(starter.data()).doesNotExist();
        assertThat(starter.folder().resolve("data")).doesNotExist();
    }

    @Test
    void aDatabaseThatIsUpToDateIsUsedAsItIs() throws Exception {
        RunningRetinue first = starter.startReady();
        first.put("/v1/users/alice");
        first.sigterm();
        String migrated = ask(MIGRATIONS);

        RunningRetinue next = starter.startReady();

        assertThat(next.get("/v1/users/alice").statusCode()).isEqualTo(200);
        assertThat(ask(MIGRATIONS)).isEqualTo(migrated);
    }

    @Test
    void readinessFollowsTheDatabase() throws Exception {
        RunningRetinue retinue = starter.startReady();
        retinue.put("/v1/users/alice");
        for (int outage = 0; outage < 2; outage++) {
            server.close();

            retinue.awaitHealth(503, Duration.ofSeconds(5));
            assertThat(retinue.health("live")).isEqualTo(200);
            HttpResponse<String> refused = retinue.get("/v1/users/alice");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();

            server = server();

            retinue.awaitHealth(200, Duration.ofSeconds(5));
            assertThat(retinue.get("/v1/users/alice").statusCode()).isEqualTo(200);
        }
    }

    /** Always the same port and data, so that one that was stopped comes back. */
    private EmbeddedPostgres server() throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setOverrideWorkingDirectory(
                        starter.folder().resolve("programs").toFile())
                .setDataDirectory(starter.folder().resolve("server"))
                .setCleanDataDirectory(false)
                .start();
    }

    private String ask(String query) throws Exception {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            StringBuilder row = new StringBuilder(result.getString(1));
            for (int column = 2; column <= result.getMetaData().getColumnCount(); column++) {
                row.append(' ').append(result.getString(column));
            }
            return row.toString();
        }
    }
}
