package org.retinue.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.retinue.People;
import org.retinue.TestDatabase;

/** A web page calls the service from a real browser, if Chromium is installed. */
@QuarkusTest
@TestProfile(Guarded.class)
class BrowserTest {

    @TestHTTPResource("/")
    URI service;

    @TempDir
    Path folder;

    @BeforeEach
    void users() {
        TestDatabase.empty();
        People.registered("alice", "bob");
    }

    @Test
    void pageOfAllowedOriginReadsEveryResponse() throws Exception {
        assertThat(shown(Guarded.pageOrigin()))
                .contains(
                        "get 200 ETag RateLimit;",
                        "put 201 RateLimit;",
                        "anonymous 401 X-Request-Id RateLimit;",
                        "missing 404 X-Request-Id RateLimit;");
    }

    @Test
    void pageOfAnotherOriginReadsNothingAndChangesNothing() throws Exception {
        assertThat(shown(Guarded.pageOrigin().replace("127.0.0.1", "localhost")))
                .contains("get blocked;", "put blocked;", "anonymous blocked;", "missing blocked;");
        assertThat(TestDatabase.sql("select from follows").rowCount()).isZero();
    }

    private String shown(String origin) throws Exception {
        Optional<Path> browser = Stream.of(System.getenv("PATH").split(":", -1))
                .flatMap(folder -> Stream.of(Path.of(folder, "chromium"), Path.of(folder, "google-chrome")))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(browser.isPresent(), "there is no Chromium on the path");
        String token = Guarded.token("alice", "follows:read follows:write");
        Path output = folder.resolve("dom");
        Process process = new ProcessBuilder(
                        browser.get().toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--virtual-time-budget=30000",
                        "--dump-dom",
                        origin + "/page.html?token=" + token + "&service=" + service)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("the browser ends")
                    .isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        return read(output);
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
