package org.retinue;

import com.github.dockerjava.api.model.Capability;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** Containers of the images that the profile {@code testcontainers} names; without it, there are none. */
final class Containers {

    static final String RETINUE_IMAGE = "retinue.test.image";

    /** What the database is called among containers. */
    static final String DATABASE = "database";

    private static final int PORT = 8080;

    private Containers() {}

    /** A PostgreSQL server that is yet to start, where tests are to run on one. */
    static Optional<PostgreSQLContainer> postgres() {
        String image = System.getProperty("retinue.test.postgres-image", "");
        return image.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new PostgreSQLContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("postgres")));
    }

    /** The URL of a server that runs, for processes of this machine. */
    static String url(PostgreSQLContainer postgres) {
        return url(postgres, postgres.getHost() + ":" + postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT));
    }

    /** The URL of a server, for whoever knows it by that address. */
    static String url(PostgreSQLContainer postgres, String address) {
        return "postgresql://" + postgres.getUsername() + ":" + postgres.getPassword() + "@" + address + "/"
                + postgres.getDatabaseName();
    }

    /**
     * The service, yet to start, as a cluster would run it: read-only, without capabilities, and with no more memory than
     * there.
     */
    static GenericContainer<?> retinue(Network network, PostgreSQLContainer postgres) {
        return new GenericContainer<>(DockerImageName.parse(System.getProperty(RETINUE_IMAGE)))
                .withNetwork(network)
                .withExposedPorts(PORT)
                .withTmpFs(Map.of("/tmp", "rw,exec"))
                .withEnv("RETINUE_DATABASE_URL", url(postgres, DATABASE + ":" + PostgreSQLContainer.POSTGRESQL_PORT))
                .withEnv("RETINUE_AUTH", "none")
                .withCreateContainerCmdModifier(command -> command.getHostConfig()
                        .withReadonlyRootfs(true)
                        .withCapDrop(Capability.ALL)
                        .withSecurityOpts(List.of("no-new-privileges"))
                        .withMemory(512L << 20))
                .waitingFor(Wait.forHttp("/q/health/ready").forPort(PORT).withStartupTimeout(Duration.ofMinutes(1)));
    }
}
