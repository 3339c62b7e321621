package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What compose files and Dockerfiles refer to is there, and what they set is documented. */
class ComposeTest {

    /** Those that are used. Whoever needs another adds it: a typo would pass unseen otherwise. */
    private static final Set<String> OF_A_SERVICE = Set.of(
            "build",
            "cap_drop",
            "command",
            "depends_on",
            "entrypoint",
            "environment",
            "healthcheck",
            "image",
            "ports",
            "read_only",
            "restart",
            "security_opt",
            "shm_size",
            "stop_grace_period",
            "tmpfs",
            "volumes");

    private static final Set<String> CONDITIONS =
            Set.of("service_started", "service_healthy", "service_completed_successfully");

    private static final ObjectMapper JSON =
            new ObjectMapper(new YAMLFactory()).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    @ParameterizedTest
    @ValueSource(strings = {"docker/compose.yaml", "docker/compose.citus.yaml"})
    void whatAComposeFileRefersToIsThere(String file) throws IOException {
        JSON.readTree(Path.of(file).toFile());
        JsonNode compose = merged(Path.of(file));
        compose.fieldNames().forEachRemaining(field -> assertThat(field).matches("name|services|volumes|x-[a-z]+"));
        JsonNode services = compose.path("services");
        assertThat(services.has("retinue")).isTrue();

        services.properties().forEach(entry -> {
            JsonNode service = entry.getValue();
            service.fieldNames().forEachRemaining(field -> assertThat(field).isIn(OF_A_SERVICE));
            assertThat(service.path("image").asText()).matches("\\$\\{RETINUE_[A-Z_]+:-[a-z/]+:[0-9a-z.]+}");
            service.path("depends_on").properties().forEach(needed -> {
                assertThat(services.has(needed.getKey())).as(needed.getKey()).isTrue();
                assertThat(needed.getValue().path("condition").asText()).isIn(CONDITIONS);
            });
            service.path("volumes").forEach(volume -> assertThat(
                            compose.path("volumes").has(volume.asText().replaceFirst(":.*", "")))
                    .as(volume.asText())
                    .isTrue());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker/compose.yaml", "docker/compose.citus.yaml"})
    void theServiceIsAsSafeAsItCanBeAndReachedFromThisMachineAlone(String file) throws IOException {
        JsonNode service = merged(Path.of(file)).path("services").path("retinue");

        assertThat(service.path("read_only").asBoolean()).isTrue();
        assertThat(service.path("cap_drop")).extracting(JsonNode::asText).containsExactly("ALL");
        assertThat(service.path("ports")).allMatch(port -> port.asText().startsWith("127.0.0.1:"));
        String documented = Files.readString(Path.of("docs/configuration.md"));
        service.path("environment").fieldNames().forEachRemaining(name -> assertThat(documented)
                .contains("`" + name + "`"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker/compose.yaml", "docker/compose.citus.yaml"})
    void theImageIsBuiltByADockerfileThatTakesTheseArguments(String file) throws IOException {
        JsonNode build = merged(Path.of(file)).path("services").path("retinue").path("build");
        Path context = Path.of("docker", build.path("context").asText()).normalize();
        String dockerfile =
                Files.readString(context.resolve(build.path("dockerfile").asText()));

        build.path("args").fieldNames().forEachRemaining(argument -> assertThat(dockerfile)
                .contains("\nARG " + argument + "="));
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker/compose.yaml", "docker/compose.citus.yaml"})
    void passwordHasNoDefault(String file) throws IOException {
        assertThat(Files.readString(Path.of(file)))
                .contains("${RETINUE_POSTGRES_PASSWORD:?")
                .doesNotContain("PASSWORD:-");
    }

    @Test
    void whatDockerfilesCopyIsSentToTheBuild() throws IOException {
        List<String> sent = Files.readAllLines(Path.of(".dockerignore")).stream()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1).replaceAll("/$", ""))
                .toList();
        List<String> copied = new ArrayList<>();
        for (String file : List.of("docker/Dockerfile.jvm", "docker/Dockerfile.native")) {
            String dockerfile = Files.readString(Path.of(file));
            assertThat(dockerfile).contains("\nUSER 10001:10001\n", "\nHEALTHCHECK ", "\nENTRYPOINT [\"");
            copied.addAll(Pattern.compile("^COPY (?!--from)((?:\\S+ )+)\\S+$", Pattern.MULTILINE)
                    .matcher(dockerfile)
                    .results()
                    .map(MatchResult::group)
                    .flatMap(line -> {
                        List<String> words = List.of(line.split(" "));
                        return words.subList(1, words.size() - 1).stream();
                    })
                    .map(path -> path.replaceAll("/$", ""))
                    .toList());
        }

        assertThat(copied).hasSizeGreaterThan(8).allMatch(sent::contains);
        assertThat(copied.stream().filter(path -> !path.startsWith("target")))
                .allMatch(path -> Files.exists(Path.of(path)));
    }

    /** With the anchors that it merges. */
    private static JsonNode merged(Path file) throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        try (var text = Files.newBufferedReader(file)) {
            return new ObjectMapper().valueToTree(new Yaml(new SafeConstructor(options)).load(text));
        }
    }
}
