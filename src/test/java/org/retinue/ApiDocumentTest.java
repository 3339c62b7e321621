package org.retinue;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is served beside the graph: its description, for people and programs, and how the service fares. */
@QuarkusTest
class ApiDocumentTest {

    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete", "head", "options");

    private JsonNode document;

    @BeforeEach
    void read() throws JsonProcessingException {
        String json = given().get("/q/openapi?format=json")
                .then()
                .statusCode(200)
                .extract()
                .asString();
        document = new ObjectMapper().readTree(json);
    }

    @Test
    void theDocumentIsOpenApi31() {
        assertThat(document.path("openapi").asText()).matches("3\\.1\\.\\d+");
        assertThat(document.path("info").path("title").asText()).isEqualTo("Retinue");
        given().get("/q/openapi").then().statusCode(200).body(containsString("openapi: 3.1."));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /v1/users/{username}                    | put, get, patch, delete
                    /v1/users                               | get
                    /v1/users/{username}/following/{other}  | put, delete, get
                    /v1/users/{username}/following          | get
                    /v1/users/{username}/followers/{other}  | put, delete, get
                    /v1/users/{username}/followers          | get
                    /v1/users/{username}/relationships      | get, post
                    /v1/users/{username}/requests           | get, put
                    /v1/users/{username}/requests/{other}   | get, put, delete
                    /v1/users/{username}/blocks             | get
                    /v1/users/{username}/blocks/{other}     | get, put, delete
                    /v1/users/{username}/mutes              | get
                    /v1/users/{username}/mutes/{other}      | get, put, delete
                    /v1/users/{username}/suspension         | get, put, delete
                    /v1/users/{username}/mutuals            | get
                    /v1/users/{username}/suggestions        | get
                    /v1/users/{username}/path/{other}       | get
                    /v1/select                              | get
                    /v1/select/count                        | get
                    /v1/batch                               | post
                    /v1/imports                             | post
                    /v1/imports/{id}                        | get
                    /v1/export                              | get
                    /v1/erasures/{id}                       | get
                    /v1/audit                               | get
                    /v1/audit/repairs                       | post
                    """)
    void everyPathIsDescribed(String path, String methods) {
        JsonNode item = document.path("paths").path(path);

        assertThat(item.fieldNames()).toIterable().contains(methods.split(", "));
    }

    @Test
    void everyOperationHasASummaryATagAndAnAnswer() {
        List<String> wanting = new ArrayList<>();
        eachOperation((name, operation) -> {
            if (operation.path("summary").asText().isBlank()
                    || operation.path("tags").isEmpty()
                    || operation.path("responses").isEmpty()) {
                wanting.add(name);
            }
        });

        assertThat(wanting).isEmpty();
    }

    @Test
    void everyAnswerHasADescription() {
        List<String> wanting = new ArrayList<>();
        eachOperation(
                (name, operation) -> operation.path("responses").properties().forEach(response -> {
                    if (response.getValue().path("description").asText().isBlank()) {
                        wanting.add(name + " " + response.getKey());
                    }
                }));

        assertThat(wanting).isEmpty();
    }

    @Test
    void everyParameterInAPathHasAnExample() {
        List<String> wanting = new ArrayList<>();
        eachOperation((name, operation) -> operation.path("parameters").forEach(parameter -> {
            if (parameter.path("in").asText().equals("path") && !hasExample(parameter)) {
                wanting.add(name + " " + parameter.path("name").asText());
            }
        }));

        assertThat(wanting).isEmpty();
    }

    @Test
    void everyBodyHasAnExample() {
        List<String> wanting = new ArrayList<>();
        eachOperation((name, operation) -> {
            collect(name + " request", operation.path("requestBody").path("content"), wanting);
            operation
                    .path("responses")
                    .properties()
                    .forEach(response -> collect(
                            name + " " + response.getKey(), response.getValue().path("content"), wanting));
        });

        assertThat(wanting).isEmpty();
    }

    @Test
    void everyExampleIsJson() {
        List<String> wanting = new ArrayList<>();
        document.path("components").path("schemas").properties().forEach(schema -> {
            JsonNode example = example(schema.getValue());
            if (schema.getValue().path("type").asText().equals("object") && example.isTextual()) {
                wanting.add(schema.getKey() + ": " + example);
            }
        });

        assertThat(wanting)
                .as("examples that are a string instead of an object")
                .isEmpty();
    }

    @Test
    void swaggerUiAnswers() {
        given().get("/q/swagger-ui/")
                .then()
                .statusCode(200)
                .contentType("text/html")
                .body(containsString("swagger-ui"));
    }

    @Test
    void metricsAreInPrometheusText() throws InterruptedException {
        given().get("/v1/users");
        // It is counted just after it is answered.
        Instant end = Instant.now().plusSeconds(10);
        while (!metrics().contains("uri=\"/v1/users\"") && Instant.now().isBefore(end)) {
            Thread.sleep(10);
        }

        given().accept("text/plain")
                .get("/q/metrics")
                .then()
                .statusCode(200)
                .contentType("text/plain")
                .body(
                        containsString("# TYPE http_server_requests_seconds summary"),
                        containsString("uri=\"/v1/users\""),
                        containsString("jvm_memory_used_bytes"));
    }

    private static String metrics() {
        return given().accept("text/plain").get("/q/metrics").asString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "ready", "started"})
    void theServiceIsUp(String check) {
        given().get("/q/health/" + check)
                .then()
                .statusCode(200)
                .body("status", equalTo("UP"), "checks.status", everyItem(equalTo("UP")));
    }

    @Test
    void readinessAsksTheDatabase() {
        given().get("/q/health/ready").then().body("checks.find { it.name == 'database' }.status", equalTo("UP"));
    }

    private void eachOperation(BiConsumer<String, JsonNode> consumer) {
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                if (METHODS.contains(operation.getKey())) {
                    consumer.accept(operation.getKey() + " " + path.getKey(), operation.getValue());
                }
            }
        }
    }

    private void collect(String place, JsonNode content, List<String> wanting) {
        content.properties().forEach(body -> {
            if (!hasExample(body.getValue())
                    && !hasExample(resolved(body.getValue().path("schema")))) {
                wanting.add(place + " " + body.getKey());
            }
        });
    }

    private JsonNode resolved(JsonNode schema) {
        String reference = schema.path("$ref").asText();
        return reference.isEmpty() ? schema : document.at(reference.substring(1));
    }

    private static boolean hasExample(JsonNode node) {
        return !example(node).isMissingNode();
    }

    private static JsonNode example(JsonNode node) {
        return node.has("example") ? node.path("example") : first(node.path("examples"));
    }

    /** Of a schema they are a list, of a body a map by name. */
    private static JsonNode first(JsonNode examples) {
        return examples.isEmpty()
                ? MissingNode.getInstance()
                : examples.elements().next();
    }
}
