package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start with nothing configured brings a durable database of its own; one that can't be says why, in one line. */
class StartIT {

    private static final String NOBODY = "65534";

    @RegisterExtension
    final RetinueStarter starter = new RetinueStarter();

    @Test
    void withNothingConfiguredItServesFromADatabaseOfItsOwn() throws Exception {
        RunningRetinue retinue = starter.with("RETINUE_DATA", null).startReady();

        assertThat(retinue.put("/v1/users/alice").statusCode()).isEqualTo(201);

        // in the working directory
        assertThat(starter.folder().resolve("data/postgresql/PG_VERSION")).hasContent("18");
        assertThat(setting(retinue, "fsync")).isEqualTo("on");
        assertThat(setting(retinue, "synchronous_commit")).isEqualTo("on");
        assertThat(setting(retinue, "full_page_writes")).isEqualTo("on");
        assertListensOnLoopbackOnly(retinue.port());
        assertListensOnLoopbackOnly(retinue.databasePort());
        assertThat(retinue.stderr()).isEmpty();
    }

    @Test
    void theDataIsKeptBetweenStarts() throws Exception {
        RunningRetinue first = starter.startReady();
        first.put("/v1/users/alice");
        first.put("/v1/users/bob");
        assertThat(first.put("/v1/users/alice/following/bob").statusCode()).isEqualTo(201);
        first.sigterm();

        RunningRetinue next = starter.startReady();

        assertThat(next.get("/v1/users/alice/following/bob").statusCode()).isEqualTo(200);
        assertThat(next.get("/v1/users/bob/followers/alice").statusCode()).isEqualTo(200);
    }

    @Test
    void aSecondStartOnTheSameFolderOrPortIsRefused() throws Exception {
        RunningRetinue running = starter.startReady();

        RunningRetinue sameFolder = starter.with("RETINUE_PORT", String.valueOf(RetinueStarter.freePort()))
                .start();
        assertRefused(sameFolder, "data folder", "in use", "RETINUE_DATA");

        Path other = starter.folder().resolve("other");
        RunningRetinue samePort = starter.with("RETINUE_DATA", other.toString())
                .with("RETINUE_PORT", String.valueOf(running.port()))
                .start();
        assertRefused(samePort, "127.0.0.1:" + running.port(), "taken", "RETINUE_PORT");
        assertThat(RunningRetinue.databaseProcesses(other))
                .as("its own database")
                .isEmpty();

        assertThat(running.health("ready")).isEqualTo(200);
    }

    @Test
    void aServerThatCannotBeUsedIsNamedButNotItsPassword() throws Exception {
        RunningRetinue running = starter.startReady();
        String server = "127.0.0.1:" + running.databasePort();
        starter.with("RETINUE_PORT", String.valueOf(RetinueStarter.freePort()));

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://postgres:opensesame@localhost/retinue",
                "postgresql://postgres:opensesame%@localhost/retinue",
                "postgresql://postgres:opensesame@localhost",
                "opensesame"
            })
    void aMalformedUrlIsRefused(String url) throws Exception {
        RunningRetinue retinue = starter.with("RETINUE_DATABASE_URL", url).start();

        assertRefused(retinue, "RETINUE_DATABASE_URL should be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"eighty", "65536", "-1"})
    void aPortThatIsNoneIsNamed(String port) throws Exception {
        RunningRetinue retinue = starter.with("RETINUE_PORT", port).start();

        assertRefused(retinue, "RETINUE_PORT", port);
        assertThat(starter.data()).doesNotExist();
    }

    @Test
    void aFolderOfAnotherMajorVersionIsLeftAsItIs() throws Exception {
        Path version =
                Files.createDirectories(starter.data().resolve("postgresql")).resolve("PG_VERSION");
        Files.writeString(version, "17\n");

        RunningRetinue retinue = starter.start();

        assertRefused(retinue, starter.data().toString(), "17", "18");
        assertThat(version).hasContent("17");
    }

    @Test
    void aFolderThatIsAFileIsNamed() throws Exception {
        Files.writeString(starter.data(), "not a folder");

        RunningRetinue retinue = starter.start();

        assertRefused(retinue, starter.data().toString(), "RETINUE_DATA");
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() throws Exception {
        asOrdinaryUser();
        Files.createDirectory(starter.data());
        Files.setPosixFilePermissions(starter.data(), PosixFilePermissions.fromString("r-xr-xr-x"));

        RunningRetinue retinue = starter.start();

        assertRefused(retinue, starter.data().toString(), "RETINUE_DATA");
    }

    @Test
    void anOrdinaryUserCanStartItToo() throws Exception {
        asOrdinaryUser();

        RunningRetinue retinue = starter.startReady();

        assertThat(retinue.put("/v1/users/alice").statusCode()).isEqualTo(201);
        retinue.sigterm();
        assertThat(retinue.databaseProcesses()).isEmpty();
    }

    /** When the tests run as root, the next starts are nobody's. */
    private void asOrdinaryUser() throws Exception {
        if (!"root".equals(System.getProperty("user.name"))) {
            return;
        }
        String[] asNobody = {"setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"};
        starter.openFolder();
        starter.through(asNobody).from(readableCopy());
        assumeThat(canRunJava(asNobody)).as("nobody can run java here").isTrue();
    }

    private boolean canRunJava(String... prefix) throws InterruptedException {
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

    private Path readableCopy() throws IOException {
        Path original = Path.of(System.getProperty("retinue.jar")).getParent();
        Path copy = starter.folder().resolve("app");
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

    private static void assertRefused(RunningRetinue retinue, String... said) throws Exception {
        assertThat(retinue.awaitEnd()).as("exit code").isEqualTo(1);
        assertThat(retinue.stderr()).hasSize(1);
        assertThat(retinue.stderr().get(0)).startsWith("retinue: ").contains(said);
        assertThat(retinue.stdout()).as("a stack trace").noneMatch(line -> line.startsWith("\tat "));
        assertThat(String.join("\n", retinue.stdout()) + retinue.stderr()).doesNotContain("opensesame");
        assertThat(retinue.stderr().get(0)).doesNotContain("Exception");
    }

    private static String setting(RunningRetinue retinue, String name) throws Exception {
        try (Connection connection = retinue.database();
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
