package org.retinue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts services from the built jar, in a folder that is made for each test. Whatever still runs after a test, passed
 * or failed, is killed, and the folder is deleted.
 */
final class RetinueStarter implements BeforeEachCallback, AfterEachCallback {

    static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    /** These processes live for seconds: the best code for a long run is not worth its compilation. */
    private static final List<String> QUICK_TO_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private final List<Process> started = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private List<String> prefix = List.of();
    private List<String> javaOptions = List.of();
    private Path jar = Path.of(System.getProperty("retinue.jar"));
    private Path folder;

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        // a space, since people have folders with spaces
        folder = Files.createTempDirectory("retinue it ").toRealPath();
        environment.put("RETINUE_DATA", folder.resolve("data").toString());
        environment.put("RETINUE_PORT", String.valueOf(freePort()));
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        endAll();
        kill(RunningRetinue.databaseProcesses(folder));
        delete(folder);
    }

    /** Kills all that was started. */
    void endAll() throws InterruptedException {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    /** The folder of this test. */
    Path folder() {
        return folder;
    }

    Path data() {
        return folder.resolve("data");
    }

    /** Sets a variable for the next starts; null takes it away. */
    RetinueStarter with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Lets the next starts use a server that somebody else runs, on this machine. */
    RetinueStarter onServer(int port) {
        return with("RETINUE_DATA", null)
                .with("RETINUE_DATABASE_URL", "postgresql://postgres:any@127.0.0.1:" + port + "/postgres");
    }

    /** Gives the next starts options of java's. */
    RetinueStarter withJava(String... options) {
        javaOptions = List.of(options);
        return this;
    }

    /** Starts from another copy of the jar. */
    RetinueStarter from(Path otherJar) {
        jar = otherJar;
        return this;
    }

    /** Puts a command before java's, which has to replace itself with it. */
    RetinueStarter through(String... command) {
        prefix = List.of(command);
        return this;
    }

    /** Starts a service, and does not wait for it; or, with arguments, what they name. */
    RunningRetinue start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(JAVA.toString());
        command.addAll(QUICK_TO_START);
        command.addAll(javaOptions);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(folder, "out", ".log");
        Path err = Files.createTempFile(folder, "err", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        // the surroundings must not configure it, nor make java itself speak
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("RETINUE_")
                        || name.startsWith("QUARKUS_")
                        || name.equals("JAVA_TOOL_OPTIONS")
                        || name.equals("JDK_JAVA_OPTIONS"));
        environment.forEach((name, value) -> {
            if (value != null) {
                builder.environment().put(name, value);
            }
        });
        Process process = builder.start();
        started.add(process);
        return new RunningRetinue(process, port(), data(), out, err);
    }

    /** Starts a service, and waits until it is ready. */
    RunningRetinue startReady() throws Exception {
        return start().awaitReady();
    }

    /** Lets every user read the folder of this test and reach what is in it. */
    void openFolder() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    private int port() {
        String port = environment.get("RETINUE_PORT");
        return port.matches("[0-9]+") ? Integer.parseInt(port) : 0;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void kill(List<ProcessHandle> processes) throws InterruptedException {
        processes.forEach(ProcessHandle::destroyForcibly);
        // their ends are not waited for by handle: where nobody reaps orphans, that takes forever
        while (processes.stream().anyMatch(process -> process.info().command().isPresent())) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> everything = Files.walk(root)) {
            everything.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
