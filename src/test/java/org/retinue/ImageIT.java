package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** The image, as it was built: what runs, as whom, and how it ends. The profile {@code testcontainers} runs it. */
@EnabledIfSystemProperty(named = Containers.RETINUE_IMAGE, matches = ".+")
class ImageIT {

    private static final Network NETWORK = Network.newNetwork();
    private static PostgreSQLContainer postgres;

    @BeforeAll
    static void startDatabase() {
        postgres = Containers.postgres().orElseThrow().withNetwork(NETWORK).withNetworkAliases(Containers.DATABASE);
        postgres.start();
    }

    @AfterAll
    static void stopDatabase() {
        postgres.stop();
        NETWORK.close();
    }

    @Test
    void itServesFromAReadOnlyFileSystemAndEndsInOrder() throws Exception {
        DockerClient docker = DockerClientFactory.instance().client();
        try (GenericContainer<?> retinue = Containers.retinue(NETWORK, postgres)) {
            retinue.start();
            HttpResponse<String> registered = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://" + retinue.getHost() + ":"
                                            + retinue.getFirstMappedPort() + "/v1/users/alice"))
                                    .PUT(HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(registered.statusCode()).isIn(200, 201);
            Instant end = Instant.now().plus(Duration.ofSeconds(60));
            while (!"healthy".equals(state(docker, retinue).getHealth().getStatus())) {
                assertThat(Instant.now()).as("until its health check succeeds").isBefore(end);
                Thread.sleep(200);
            }
            assertThat(state(docker, retinue).getOOMKilled()).isFalse();

            docker.stopContainerCmd(retinue.getContainerId()).withTimeout(30).exec();

            assertThat(state(docker, retinue).getExitCodeLong())
                    .as("ended by SIGTERM")
                    .isEqualTo(143);
            assertThat(retinue.getLogs().lines())
                    .anyMatch(line -> line.contains("stopped in"))
                    .filteredOn(line -> line.contains("\"WARN\"") || line.contains("\"ERROR\""))
                    .as("warnings, but for the one that everybody may do everything")
                    .allMatch(line -> line.contains("authentication=none"));
        }
    }

    @Test
    void itIsOfAUserWithoutRightsAndSaysWhatItIs() {
        var config = DockerClientFactory.instance()
                .client()
                .inspectImageCmd(System.getProperty(Containers.RETINUE_IMAGE))
                .exec()
                .getConfig();

        assertThat(config.getUser())
                .as("a number, which a cluster can tell from root")
                .matches("[1-9][0-9]*(:[0-9]+)?");
        assertThat(config.getEntrypoint()).as("no shell").doesNotContain("sh", "/bin/sh");
        assertThat(config.getLabels())
                .containsKeys("org.opencontainers.image.title", "org.opencontainers.image.version");
    }

    private static InspectContainerResponse.ContainerState state(DockerClient docker, GenericContainer<?> container) {
        return docker.inspectContainerCmd(container.getContainerId()).exec().getState();
    }
}
