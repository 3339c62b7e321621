package org.retinue;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The dashboard shows metrics that the service has, by labels that they have. */
@QuarkusTest
class DashboardTest {

    /** A name with the labels that are asked of it; a function is followed by a parenthesis. */
    private static final Pattern METRIC = Pattern.compile("([a-z]+(?:_[a-z]+)+)\\{([^}]*)}");

    private static final Pattern GROUPED = Pattern.compile("by \\(([^)]*)\\)");
    private static final Pattern SHOWN = Pattern.compile("\\{\\{(\\w+)}}");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=~?\"");

    /** What Prometheus adds to whatever it reads. */
    private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance");

    @Test
    void everyMetricAndLabelIsThere() throws IOException {
        given().get("/v1/users/nobody").then().statusCode(404);
        List<String> metrics = given().get("/q/metrics").asString().lines().toList();
        JsonNode dashboard = new ObjectMapper()
                .readTree(Path.of("docs", "grafana-dashboard.json").toFile());
        List<JsonNode> targets = dashboard.findValues("targets").stream()
                .flatMap(panel ->
                        Stream.iterate(0, i -> i < panel.size(), i -> i + 1).map(panel::get))
                .toList();
        assertThat(targets).hasSizeGreaterThanOrEqualTo(dashboard.path("panels").size());

        assertThat(targets).allSatisfy(target -> {
            String expression = target.path("expr").asText();
            Set<String> asked = new TreeSet<>();
            SHOWN.matcher(target.path("legendFormat").asText()).results().forEach(label -> asked.add(label.group(1)));
            GROUPED.matcher(expression)
                    .results()
                    .forEach(labels -> asked.addAll(List.of(labels.group(1).split(", "))));
            List<String> names = METRIC.matcher(expression)
                    .results()
                    .peek(metric ->
                            LABEL.matcher(metric.group(2)).results().forEach(label -> asked.add(label.group(1))))
                    .map(metric -> metric.group(1))
                    .toList();
            asked.removeAll(OF_PROMETHEUS);

            assertThat(names).as(expression).isNotEmpty();
            assertThat(names).allSatisfy(name -> assertThat(labels(metrics, name))
                    .as(name)
                    .isNotNull()
                    .containsAll(asked));
        });
    }

    /** Those of a metric's first line; null when there is no such metric. */
    private static Set<String> labels(List<String> metrics, String name) {
        return metrics.stream()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .findFirst()
                .map(line -> LABEL.matcher(line)
                        .results()
                        .map(label -> label.group(1))
                        .collect(Collectors.toSet()))
                .orElse(null);
    }
}
