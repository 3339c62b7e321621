package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Callers reach the service, and it its database, over TLS; and a database that is not the one meant is told apart. */
class TlsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final RetinueStarter STARTER = new RetinueStarter();

    @RegisterExtension
    final RetinueStarter starter = new RetinueStarter();

    private static TestCertificate localhost;
    private static PostgresServer server;

    /** Of the certificate's name is localhost alone, and who logs in as guarded has to use TLS. */
    @BeforeAll
    static void aDatabaseWithTls() throws Exception {
        STARTER.beforeEach(null);
        localhost = TestCertificate.forHost(STARTER.folder(), "localhost");
        Path data = STARTER.folder().resolve("server");
        server = PostgresServer.create(data);
        Path rules = data.resolve("pg_hba.conf");
        Files.writeString(rules, "hostnossl all guarded all reject\n" + Files.readString(rules));
        server.start();
        server.sql("create role guarded login superuser password 'opensesame'");
        server.sql("alter system set ssl_cert_file = '" + localhost.certificate() + "'");
        server.sql("alter system set ssl_key_file = '" + localhost.key() + "'");
        server.sql("alter system set ssl = on");
        server.sql("select pg_reload_conf()");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!server.ask("show ssl").equals("on")) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    @AfterAll
    static void stopDatabase() throws Exception {
        if (server != null) {
            server.close();
        }
        STARTER.afterEach(null);
    }

    @Test
    void bothWaysAreSecured() throws Exception {
        RunningRetinue retinue = starter.with(
                        "RETINUE_TLS_CERTIFICATE", localhost.certificate().toString())
                .with("RETINUE_TLS_KEY", localhost.key().toString())
                .with("RETINUE_DATABASE_URL", url("localhost", "verify-full", localhost))
                .with("RETINUE_HEADER_TIMEOUT", "1")
                .start();

        awaitReady(retinue);

        assertThat(
                        server.ask(
                                "select bool_and(ssl) from pg_stat_ssl join pg_stat_activity using (pid) where usename = 'guarded'"))
                .as("all connections of the service are secured")
                .isEqualTo("t");
        assertThat(retinue.health("live")).as("over HTTP").isZero();
        Map<String, String> environment = Map.of(
                "RETINUE_PORT", String.valueOf(retinue.port()),
                "RETINUE_TLS_CERTIFICATE", localhost.certificate().toString(),
                "RETINUE_TLS_KEY", localhost.key().toString());
        assertThat(Health.isReady(environment)).as("retinue health").isTrue();
        assertThat(Health.isReady(Map.of("RETINUE_PORT", String.valueOf(retinue.port()))))
                .as("retinue health, that knows of no TLS")
                .isFalse();
        Socket slow = localhost.trust().getSocketFactory().createSocket("localhost", retinue.port());
        try (SlowSocket client = new SlowSocket(slow)) {
            assertThat(client.send("GET /v1/users HT")
                            .trickle("T", Duration.ofMillis(50))
                            .awaitEnding()
                            .said())
                    .startsWith("HTTP/1.1 408");
        }
        assertThat(retinue.stderr()).isEmpty();
    }

    @Test
    void aDatabaseThatIsNotTheOneMeantIsRefusedInOneLine() throws Exception {
        TestCertificate other = TestCertificate.forHost(starter.folder(), "localhost");

        RunningRetinue wrongHost = started(url("127.0.0.1", "verify-full", localhost));
        RunningRetinue unknownSigner = started(url("localhost", "verify-full", other));
        RunningRetinue notTrustedByJava =
                started("postgresql://guarded:opensesame@localhost:" + server.port() + "/postgres?sslmode=verify-full");
        RunningRetinue withoutTls =
                started("postgresql://guarded:opensesame@localhost:" + server.port() + "/postgres?sslmode=disable");

        assertRefused(wrongHost, "127.0.0.1", "could not be verified");
        assertRefused(unknownSigner, "its certificate is not trusted");
        assertRefused(notTrustedByJava, "its certificate is not trusted");
        assertRefused(withoutTls, "no encryption");
        assertRefused(started(url("localhost", "verify-some", localhost)), "sslmode is one of");
        assertRefused(
                started("postgresql://localhost/postgres?sslmode=verify-full&sslrootcert=/nowhere.pem"),
                "/nowhere.pem");
    }

    private RunningRetinue started(String url) throws IOException {
        return starter.with("RETINUE_PORT", String.valueOf(RetinueStarter.freePort()))
                .with("RETINUE_DATABASE_URL", url)
                .start();
    }

    private String url(String host, String mode, TestCertificate trusted) {
        // the folder's name has a space
        String file = trusted.certificate().toString().replace(" ", "%20");
        return "postgresql://guarded:opensesame@" + host + ":" + server.port() + "/postgres?sslmode=" + mode
                + "&sslrootcert=" + file;
    }

    private void awaitReady(RunningRetinue retinue) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().sslContext(localhost.trust()).build();
        HttpRequest ready = HttpRequest.newBuilder(
                        URI.create("https://localhost:" + retinue.port() + "/q/health/ready"))
                .timeout(PATIENCE)
                .build();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (status(client, ready) != 200) {
            assertThat(retinue.isAlive())
                    .as("lives; it said: %s", retinue.stderr())
                    .isTrue();
            assertThat(System.nanoTime()).as("it said: %s", retinue.stdout()).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    /** 0 when nobody answers. */
    private static int status(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, BodyHandlers.ofString()).statusCode();
        } catch (IOException notYet) {
            return 0;
        }
    }

    private static void assertRefused(RunningRetinue retinue, String... said) throws Exception {
        assertThat(retinue.awaitEnd()).as("exit code").isEqualTo(1);
        assertThat(retinue.stderr()).hasSize(1);
        assertThat(retinue.stderr().get(0))
                .startsWith("retinue: ")
                .contains(said)
                .doesNotContain("Exception");
        assertThat(String.join("\n", retinue.stdout()) + retinue.stderr()).doesNotContain("opensesame", "\tat ");
    }
}
