package org.retinue;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The server for a service that is tested from outside, whatever it is packaged as: the one that
 * RETINUE_TEST_DATABASE_URL names, or a container, or an embedded one that this process starts. With the profile
 * {@code testcontainers} also the service, from its image.
 */
public final class BlackBoxDatabase implements QuarkusTestResourceLifecycleManager {

    private static final String URL = "quarkus.test.env.RETINUE_DATABASE_URL";

    /** The last that was started is stopped first. */
    private final Deque<Runnable> toStop = new ArrayDeque<>();

    @Override
    public Map<String, String> start() {
        if (System.getProperty("quarkus.http.test-host") != null) {
            // It runs already, on a database of its own.
            return Map.of();
        }
        if (System.getProperty(Containers.RETINUE_IMAGE) != null) {
            return startContainers();
        }
        String given = System.getenv("RETINUE_TEST_DATABASE_URL");
        return Map.of(URL, given == null || given.isBlank() ? startEmbedded() : given);
    }

    @Override
    public void stop() {
        while (!toStop.isEmpty()) {
            toStop.pop().run();
        }
    }

    private Map<String, String> startContainers() {
        Network network = Network.newNetwork();
        toStop.push(network::close);
        PostgreSQLContainer postgres =
                Containers.postgres().orElseThrow().withNetwork(network).withNetworkAliases(Containers.DATABASE);
        toStop.push(postgres::stop);
        postgres.start();
        GenericContainer<?> retinue = Containers.retinue(network, postgres);
        toStop.push(retinue::stop);
        retinue.start();
        return Map.of(
                "quarkus.http.test-host",
                retinue.getHost(),
                "quarkus.http.test-port",
                String.valueOf(retinue.getFirstMappedPort()));
    }

    private String startEmbedded() {
        try {
            Path folder = Files.createTempDirectory("retinue-test-");
            toStop.push(() -> TestDatabase.delete(folder));
            PostgresServer server = PostgresServer.create(folder.resolve("server"));
            toStop.push(() -> close(server));
            server.start();
            return "postgresql://postgres:any@127.0.0.1:" + server.port() + "/postgres";
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void close(PostgresServer server) {
        try {
            server.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
