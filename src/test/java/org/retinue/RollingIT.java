package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Replicas on one database, as a cluster runs them: the schema is a job's to migrate, and releases roll. */
class RollingIT {

    private static final int ROUNDS = Integer.getInteger("soak.rolling-rounds", 1);
    private static final int CLIENTS = 8;
    private static final int ATTEMPTS = 10;
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** So many calls are served before a replica is stopped, and as many more after that. */
    private static final int SERVED = 200;

    @RegisterExtension
    final RetinueStarter starter = new RetinueStarter();

    private final AtomicBoolean ended = new AtomicBoolean();

    /** Whether the clients leave the machine to a start beside them. */
    private final AtomicBoolean idling = new AtomicBoolean(true);

    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger retried = new AtomicInteger();
    private final List<String> failed = Collections.synchronizedList(new ArrayList<>());
    private PostgresServer server;

    @BeforeEach
    void startServer() throws Exception {
        server = PostgresServer.create(starter.folder().resolve("server")).start();
        starter.onServer(server.port());
    }

    @AfterEach
    void stopServer() throws Exception {
        ended.set(true);
        server.close();
    }

    @Test
    void aReplicaThatMayNotMigrateStartsOnceTheJobHas() throws Exception {
        RunningRetinue tooEarly = starter.with("RETINUE_MIGRATE", "never").start();
        assertThat(tooEarly.awaitEnd()).isEqualTo(1);
        assertThat(tooEarly.stderr())
                .singleElement()
                .asString()
                .startsWith("retinue: the schema")
                .contains("127.0.0.1:" + server.port(), "RETINUE_MIGRATE");

        RunningRetinue job = starter.start("migrate");
        assertThat(job.awaitEnd()).as("%s", job.stderr()).isZero();
        assertThat(job.stderr()).isEmpty();
        assertThat(starter.start("health").awaitEnd()).as("nobody listens").isEqualTo(1);

        starter.startReady();
        assertThat(starter.start("health").awaitEnd()).isZero();
        RunningRetinue unknown = starter.start("migrat");
        assertThat(unknown.awaitEnd()).isEqualTo(1);
        assertThat(unknown.stderr()).singleElement().asString().contains("'migrat'");
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.HOURS)
    void aRollingRestartFailsNoRequestOfAClientThatRetries() throws Exception {
        RunningRetinue first = replica();
        List<RunningRetinue> replicas = new ArrayList<>(List.of(first, replica()));
        try (Balancer balancer = new Balancer()) {
            for (RunningRetinue replica : replicas) {
                balancer.add(replica.awaitReady());
            }
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String user = "user" + i;
                assertThat(first.put("/v1/users/" + user).statusCode()).isEqualTo(201);
                clients.add(new Thread(() -> useIt(balancer.port(), user), user));
            }
            clients.forEach(Thread::start);
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < replicas.size(); i++) {
                    RunningRetinue next = replica().awaitReady();
                    balancer.add(next);
                    idling.set(false);
                    awaitServed();
                    replicas.set(i, next).sigterm();
                    awaitServed();
                    idling.set(true);
                }
            }
            ended.set(true);
            for (Thread client : clients) {
                client.join();
            }
        }

        System.out.printf(
                "rolling restart: %d failed, %d retried, %d served%n", failed.size(), retried.get(), served.get());
        assertThat(failed).isEmpty();
        assertThat(served.get()).isGreaterThan(2 * 2 * SERVED);
        assertThat(retried.get()).as("retried").isLessThan(served.get());
        assertThat(replicas.get(0).get("/v1/audit").body()).contains("\"drift\":0");
    }

    /** One more on the same database. Those that start at once migrate one after the other. */
    private RunningRetinue replica() throws IOException {
        return starter.with("RETINUE_PORT", String.valueOf(RetinueStarter.freePort()))
                .start();
    }

    /** Follows, looks and unfollows, and is told each time what it has just done. */
    private void useIt(int port, String user) {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        URI follow = URI.create("http://127.0.0.1:" + port + "/v1/users/" + user + "/following/"
                + (user.equals("user0") ? "user1" : "user0"));
        while (!ended.get()) {
            expect(http, "PUT", follow, 200, 201);
            expect(http, "GET", follow, 200, 200);
            expect(http, "DELETE", follow, 204, 204);
            expect(http, "GET", follow, 404, 404);
            for (int i = 0; i < 50 && idling.get() && !ended.get(); i++) {
                pause(Duration.ofMillis(10));
            }
        }
    }

    private void awaitServed() throws InterruptedException {
        int goal = served.get() + SERVED;
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (served.get() < goal) {
            assertThat(System.nanoTime())
                    .as("nanoseconds until %s are served; failed: %s", goal, failed)
                    .isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private void expect(HttpClient http, String method, URI uri, int status, int otherStatus) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(15))
                .build();
        String answer = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                int got =
                        http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
                if (got == status || got == otherStatus) {
                    served.incrementAndGet();
                    return;
                }
                answer = String.valueOf(got);
                if (got != 503) {
                    break;
                }
            } catch (IOException gone) {
                answer = gone.toString();
            } catch (InterruptedException e) {
                return;
            }
            retried.incrementAndGet();
            pause(PAUSE);
        }
        failed.add(method + " " + uri.getPath() + ": " + answer);
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
