package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A start with nothing configured brings a durable database of its own; one that can't be says why, in one line. */
class StartIT {

    private static final String NOBODY = "65534";
    private static final String[] AS_NOBODY = {"setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"};

    private static final RetinueStarter STARTER = new RetinueStarter();

    /** Started with nothing configured; as an ordinary user, where that is possible. */
    private static RunningRetinue retinue;

    /** A copy of the jar that is the user nobody's to read, where root runs the tests. */
    private static Optional<Path> readableJar = Optional.empty();

    @RegisterExtension
    final RetinueStarter starter = new RetinueStarter();

    @BeforeAll
    static void start() throws Exception {
        STARTER.beforeEach(null);
        if (isRoot() && canRunJava(AS_NOBODY)) {
            readableJar = Optional.of(readableCopy());
            asNobody(STARTER);
        }
        retinue = STARTER.with("RETINUE_DATA", null).startReady();
    }

    @AfterAll
    static void stop() throws Exception {
        STARTER.afterEach(null);
    }

    @Test
    void withNothingConfiguredItServesFromADatabaseOfItsOwn() throws Exception {
        assertThat(retinue.put("/v1/users/alice").statusCode()).isIn(200, 201);

        // in the working directory
        assertThat(STARTER.folder().resolve("data/postgresql/PG_VERSION")).hasContent("18");
        assertThat(setting(retinue, "fsync")).isEqualTo("on");
        assertThat(setting(retinue, "synchronous_commit")).isEqualTo("on");
        assertThat(setting(retinue, "full_page_writes")).isEqualTo("on");
        assertListensOnLoopbackOnly(retinue.port());
        assertListensOnLoopbackOnly(retinue.databasePort());
        assertThat(retinue.stderr()).isEmpty();
    }

    @Test
    void whatIsWrongInTheGraphIsMendedWithoutAnybodyAsking() throws Exception {
        retinue.put("/v1/users/alice");
        try (Connection database = retinue.database();
                Statement statement = database.createStatement()) {
            statement.execute("update follow_counts set followers = followers + 7");
            statement.execute("update audits set place = null, next_at = '-infinity', held_until = '-infinity'");
        }

        // it looks every 10 s, but a minute later when it has just come to the end
        long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (!retinue.get("/v1/users/alice").body().contains("\"followersCount\":0")) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(100);
        }
        assertThat(retinue.stdout()).as("it tells of it").anyMatch(line -> line.contains("repaired"));
    }

    @Test
    void theDataIsKeptBetweenStarts() throws Exception {
        retinue.put("/v1/users/alice");
        retinue.put("/v1/users/bob");
        assertThat(retinue.put("/v1/users/alice/following/bob").statusCode()).isEqualTo(201);
        retinue.sigterm();
        assertThat(retinue.databaseProcesses()).isEmpty();

        retinue = STARTER.startReady();

        assertThat(retinue.get("/v1/users/alice/following/bob").statusCode()).isEqualTo(200);
        assertThat(retinue.get("/v1/users/bob/followers/alice").statusCode()).isEqualTo(200);
    }

    @Test
    void aSecondStartOnTheSameFolderOrPortIsRefused() throws Exception {
        RunningRetinue sameFolder =
                starter.with("RETINUE_DATA", retinue.data().toString()).start();
        assertRefused(sameFolder, "data folder", "in use", "RETINUE_DATA");

        Path other = starter.folder().resolve("other");
        RunningRetinue samePort = starter.with("RETINUE_DATA", other.toString())
                .with("RETINUE_PORT", String.valueOf(retinue.port()))
                .start();
        assertRefused(samePort, "127.0.0.1:" + retinue.port(), "taken", "RETINUE_PORT");
        assertThat(RunningRetinue.databaseProcesses(other))
                .as("its own database")
                .isEmpty();

        assertThat(retinue.health("ready")).isEqualTo(200);
    }

    @Test
    void aServerThatCannotBeUsedIsNamedButNotItsPassword() throws Exception {
        String server = "127.0.0.1:" + retinue.databasePort();

        RunningRetinue wrongPassword = starter.with(
                        "RETINUE_DATABASE_URL", "postgresql://postgres:opensesame@" + server + "/postgres")
                .start();
        assertRefused(wrongPassword, server, "password authentication failed");

        String unused = "127.0.0.1:" + RetinueStarter.freePort();
        RunningRetinue unreachable = starter.with(
                        "RETINUE_DATABASE_URL", "postgresql://postgres:opensesame@" + unused + "/postgres")
                .start();
        assertRefused(unreachable, unused, "refused");
    }

    /** What else is wrong in one: DatabaseAddressTest. */
    @ParameterizedTest
    @CsvSource({
        "RETINUE_DATABASE_URL, postgresql://postgres:opensesame%@localhost/retinue, should be postgresql://",
        "RETINUE_DATABASE_POOLER, session, none or transaction",
        "RETINUE_HOST, 192.0.2.1, address of this machine",
        "RETINUE_HOST, no-such-host.invalid, no host no-such-host.invalid",
        "RETINUE_PORT, eighty, 0 to 65535",
        "RETINUE_PORT, 65536, 0 to 65535"
    })
    void aSettingThatIsWrongIsNamed(String variable, String value, String said) throws Exception {
        RunningRetinue refused = starter.with(variable, value).start();

        assertRefused(refused, variable, said);
        assertThat(starter.data()).doesNotExist();
    }

    @Test
    void whereOthersCanReachItItDoesNotStartWithoutAuthentication() throws Exception {
        RunningRetinue retinue = starter.with("RETINUE_HOST", "0.0.0.0").start();

        assertRefused(retinue, "RETINUE_HOST is 0.0.0.0", "RETINUE_AUTH=none", "RETINUE_AUTH_ISSUER");
        assertThat(starter.data()).doesNotExist();
    }

    @Test
    void allSettingsThatAreWrongAreNamedAtOnce() throws Exception {
        RunningRetinue retinue = starter.with("RETINUE_PORT", "eighty")
                .with("RETINUE_DATABASE_URL", "opensesame")
                .with("RETINUE_AUTH_ISSUER", "https://id.example.com")
                .with("RETINUE_TLS_KEY", "key.pem")
                .with("RETINUE_HOTS", "localhost")
                .start();

        assertThat(retinue.awaitEnd()).isEqualTo(1);
        assertThat(retinue.stderr())
                .as("the port, the URL, the audience, the certificate")
                .hasSize(4);
        assertThat(retinue.stderr()).allMatch(line -> line.startsWith("retinue: RETINUE_"));
        assertThat(starter.data()).doesNotExist();
    }

    /** A way past the environment, which only the service itself sees. */
    @Test
    void norByASettingOfQuarkus() throws Exception {
        RunningRetinue retinue =
                onTheDatabaseThereIs().with("QUARKUS_HTTP_HOST", "0.0.0.0").start();

        assertThat(retinue.awaitEnd()).as("exit code").isEqualTo(1);
        assertThat(retinue.stderr())
                .singleElement()
                .asString()
                .contains("RETINUE_HOST is 0.0.0.0", "RETINUE_AUTH=none");
    }

    @Test
    void whereItIsSaidThatEverybodyMayItStartsWithAWarning() throws Exception {
        RunningRetinue retinue = onTheDatabaseThereIs()
                .with("RETINUE_HOST", "0.0.0.0")
                .with("RETINUE_AUTH", "none")
                .startReady();

        assertThat(retinue.put("/v1/users/alice").statusCode()).isIn(200, 201);
        assertThat(retinue.stdout()).anyMatch(line -> line.contains("WARN") && line.contains("authentication=none"));
    }

    @Test
    void anIssuerThatIsDownKeepsItFromNothingButLettingPeopleIn() throws Exception {
        RunningRetinue retinue = onTheDatabaseThereIs()
                .with("RETINUE_AUTH_ISSUER", "http://127.0.0.1:" + RetinueStarter.freePort())
                .with("RETINUE_AUTH_AUDIENCE", "retinue")
                .startReady();

        assertThat(retinue.get("/v1/users/alice").statusCode()).isEqualTo(401);
        HttpResponse<String> withToken = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(retinue.uri("/v1/users/alice"))
                                .header("Authorization", "Bearer opensesame")
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(withToken.statusCode()).isEqualTo(503);
        assertThat(withToken.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(retinue.stdout()).anyMatch(line -> line.contains("WARN") && line.contains("keys=unavailable"));
        assertThat(String.join("\n", retinue.stdout())).doesNotContain("opensesame");
    }

    @Test
    void aFolderOfAnotherMajorVersionIsLeftAsItIs() throws Exception {
        Path version =
                Files.createDirectories(starter.data().resolve("postgresql")).resolve("PG_VERSION");
        Files.writeString(version, "17\n");

        RunningRetinue started = starter.start();

        assertRefused(started, starter.data().toString(), "17", "18");
        assertThat(version).hasContent("17");
    }

    @Test
    void aFolderThatIsAFileIsNamed() throws Exception {
        Files.writeString(starter.data(), "not a folder");

        RunningRetinue started = starter.start();

        assertRefused(started, starter.data().toString(), "RETINUE_DATA");
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() throws Exception {
        if (isRoot()) {
            assumeOrdinaryUser();
            asNobody(starter);
        }
        Files.createDirectory(starter.data());
        Files.setPosixFilePermissions(starter.data(), PosixFilePermissions.fromString("r-xr-xr-x"));

        RunningRetinue started = starter.start();

        assertRefused(started, starter.data().toString(), "RETINUE_DATA");
    }

    @Test
    void anOrdinaryUserCanStartItToo() throws Exception {
        if (isRoot()) {
            assumeOrdinaryUser();
            assertThat(Files.getAttribute(STARTER.folder().resolve("data/postgresql"), "unix:uid"))
                    .hasToString(NOBODY);
        }

        assertThat(retinue.put("/v1/users/alice").statusCode()).isIn(200, 201);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static void assumeOrdinaryUser() {
        assumeThat(readableJar).as("nobody can run java here").isPresent();
    }

    /** Its next starts are nobody's, not root's. */
    private static void asNobody(RetinueStarter starter) throws IOException {
        starter.openFolder();
        starter.through(AS_NOBODY).from(readableJar.orElseThrow());
    }

    private static boolean canRunJava(String... prefix) throws InterruptedException {
        try {
            List<String> command = Stream.concat(
                            Stream.of(prefix), Stream.of(RetinueStarter.JAVA.toString(), "-version"))
                    .toList();
            return new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSetpriv) {
            return false;
        }
    }

    private static Path readableCopy() throws IOException {
        Path original = Path.of(System.getProperty("retinue.jar")).getParent();
        Path copy = STARTER.folder().resolve("app");
        try (Stream<Path> everything = Files.walk(original)) {
            for (Path path : everything.toList()) {
                Path target = copy.resolve(original.relativize(path).toString());
                Files.copy(path, target);
                Files.setPosixFilePermissions(
                        target, PosixFilePermissions.fromString(Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
        return copy.resolve("quarkus-run.jar");
    }

    /** Where it is not the database that is looked at: to make one takes longer than the rest of a start. */
    private RetinueStarter onTheDatabaseThereIs() throws IOException {
        String password = Files.readString(retinue.data().resolve("password")).strip();
        return starter.with(
                "RETINUE_DATABASE_URL",
                "postgresql://postgres:" + password + "@127.0.0.1:" + retinue.databasePort() + "/postgres");
    }

    private static void assertRefused(RunningRetinue refused, String... said) throws Exception {
        assertThat(refused.awaitEnd()).as("exit code").isEqualTo(1);
        assertThat(refused.stderr()).hasSize(1);
        assertThat(refused.stderr().get(0)).startsWith("retinue: ").contains(said);
        assertThat(refused.stdout()).as("a stack trace").noneMatch(line -> line.startsWith("\tat "));
        assertThat(String.join("\n", refused.stdout()) + refused.stderr()).doesNotContain("opensesame");
        assertThat(refused.stderr().get(0)).doesNotContain("Exception");
    }

    private static String setting(RunningRetinue of, String name) throws Exception {
        try (Connection connection = of.database();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("show " + name)) {
            result.next();
            return result.getString(1);
        }
    }

    private static void assertListensOnLoopbackOnly(int port) throws IOException {
        new Socket(loopback(1), port).close();
        // Whoever listens on all addresses listens on this one as well.
        assertThatThrownBy(() -> new Socket(loopback(2), port).close()).isInstanceOf(ConnectException.class);
    }

    private static InetAddress loopback(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }
}
