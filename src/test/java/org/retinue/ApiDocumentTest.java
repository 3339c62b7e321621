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
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.swagger.v3.parser.OpenAPIV3Parser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.problem.ProblemCode;

/** The OpenAPI document, Swagger UI, health checks and metrics. */
@QuarkusTest
class ApiDocumentTest {

    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete", "head", "options");

    /** Bodies that have no readable example. */
    private static final Set<String> OPAQUE = Set.of("application/gzip", "application/octet-stream");

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
    void documentIsOpenApi30() {
        assertThat(document.path("openapi").asText()).matches("3\\.0\\.\\d+");
        given().get("/q/openapi").then().statusCode(200).body(containsString("openapi: 3.0."));
    }

    @Test
    void documentPassesTheLinter() {
        assertThat(new OpenAPIV3Parser().readContents(document.toString()).getMessages())
                .isEmpty();
        assertThat(new OpenAPIV3Parser()
                        .readContents(document.toString()
                                .replace("\"operationId\":\"unfollow\"", "\"operationId\":\"follow\""))
                        .getMessages())
                .as("of a document with a duplicate operationId")
                .isNotEmpty();
    }

    @Test
    void documentHasTitleVersionAndLicense() {
        assertThat(document.path("info").path("title").asText()).isEqualTo("Retinue");
        assertThat(document.path("info").path("version").asText())
                .isEqualTo(ConfigProvider.getConfig().getValue("quarkus.application.version", String.class));
        assertThat(document.path("info").path("license").path("name").asText()).isEqualTo("Apache-2.0");
        assertThat(document.path("info").path("description").asText()).isNotBlank();
        assertThat(document.path("servers").findValuesAsText("url")).containsExactly("/");
    }

    @Test
    void everyTagHasADescription() {
        assertThat(document.path("tags"))
                .isNotEmpty()
                .allSatisfy(tag -> assertThat(tag.path("description").asText()).isNotBlank());
    }

    @Test
    void documentWithoutAuthenticationHasNoSecurityRequirement() {
        assertThat(document.has("security")).isFalse();
        assertThat(document.path("components").has("securitySchemes")).isFalse();
        eachOperation((name, operation) ->
                assertThat(operation.path("responses").has("401")).as(name).isFalse());
    }

    @Test
    void everyOperationHasItsId() {
        Map<String, String> ids = new LinkedHashMap<>();
        eachOperation(
                (name, operation) -> ids.put(name, operation.path("operationId").asText()));

        assertThat(ids)
                .containsExactlyInAnyOrderEntriesOf(Stream.of("""
                        put /v1/users/{username} registerUser
                        get /v1/users/{username} getUser
                        patch /v1/users/{username} updateUser
                        delete /v1/users/{username} eraseUser
                        get /v1/users listUsers
                        put /v1/users/{username}/following/{other} follow
                        delete /v1/users/{username}/following/{other} unfollow
                        get /v1/users/{username}/following/{other} checkFollow
                        get /v1/users/{username}/following listFollowing
                        put /v1/users/{username}/followers/{other} addFollower
                        delete /v1/users/{username}/followers/{other} removeFollower
                        get /v1/users/{username}/followers/{other} checkFollower
                        get /v1/users/{username}/followers listFollowers
                        get /v1/users/{username}/relationships getRelationships
                        post /v1/users/{username}/relationships queryRelationships
                        get /v1/users/{username}/requests listRequests
                        put /v1/users/{username}/requests acceptAllRequests
                        get /v1/users/{username}/requests/{other} checkRequest
                        put /v1/users/{username}/requests/{other} acceptRequest
                        delete /v1/users/{username}/requests/{other} rejectRequest
                        get /v1/users/{username}/blocks listBlocks
                        get /v1/users/{username}/blocks/{other} checkBlock
                        put /v1/users/{username}/blocks/{other} block
                        delete /v1/users/{username}/blocks/{other} unblock
                        get /v1/users/{username}/mutes listMutes
                        get /v1/users/{username}/mutes/{other} checkMute
                        put /v1/users/{username}/mutes/{other} mute
                        delete /v1/users/{username}/mutes/{other} unmute
                        get /v1/users/{username}/suspension getSuspension
                        put /v1/users/{username}/suspension suspendUser
                        delete /v1/users/{username}/suspension restoreUser
                        get /v1/users/{username}/mutuals listMutuals
                        get /v1/users/{username}/suggestions listSuggestions
                        get /v1/users/{username}/path/{other} findPath
                        get /v1/select selectUsers
                        get /v1/select/count countUsers
                        post /v1/batch applyBatch
                        post /v1/imports importGraph
                        get /v1/imports/{id} getImport
                        get /v1/export exportGraph
                        get /v1/erasures/{id} getErasure
                        get /v1/audit auditGraph
                        post /v1/audit/repairs repairGraph
                        """.split("\n"))
                        .collect(Collectors.toMap(
                                line -> line.substring(0, line.lastIndexOf(' ')),
                                line -> line.substring(line.lastIndexOf(' ') + 1))));
        assertThat(ids.values()).doesNotHaveDuplicates();
    }

    @Test
    void pathParametersComeFirstInPathOrder() {
        eachOperation((name, operation) ->
                assertThat(names(operation.path("parameters"), "path")).as(name).isEqualTo(templates(name)));
        eachOperation((name, operation) -> assertThat(places(operation.path("parameters")))
                .as(name)
                .isSortedAccordingTo(Comparator.comparing(List.of("path", "query", "header")::indexOf)));
    }

    /** The framework writes both formats, and clients are generated from either. */
    @Test
    void yamlHasTheSameContentAndOrder() throws JsonProcessingException {
        String yaml = given().get("/q/openapi?format=yaml").asString();

        assertThat(new YAMLMapper().readTree(yaml).toString()).isEqualTo(document.toString());
    }

    @Test
    void filtersComeBeforePagingParameters() {
        assertThat(names(operation("listFollowers").path("parameters"), "query"))
                .containsExactly("known-to", "order", "from", "to", "limit", "cursor");
        assertThat(names(operation("selectUsers").path("parameters"), "query"))
                .containsExactly("of", "limit", "cursor");
        assertThat(names(operation("listUsers").path("parameters"), "query"))
                .containsExactly("prefix", "limit", "cursor");
    }

    @Test
    void optionalParametersHaveNoExample() {
        eachOperation((name, operation) -> operation.path("parameters").forEach(parameter -> {
            if (!parameter.path("required").asBoolean()) {
                assertThat(hasExample(parameter) || hasExample(parameter.path("schema")))
                        .as(name + " " + parameter.path("name").asText())
                        .isFalse();
            }
        }));
    }

    @Test
    void everyParameterHasADescription() {
        eachOperation((name, operation) -> operation.path("parameters").forEach(parameter -> assertThat(
                        parameter.path("description").asText())
                .as(name + " " + parameter.path("name").asText())
                .endsWith(".")));
    }

    @Test
    void summariesAreShort() {
        eachOperation((name, operation) -> assertThat(operation.path("summary").asText())
                .as(name)
                .hasSizeBetween(5, 60)
                .doesNotEndWith("."));
    }

    @Test
    void successComesBeforeErrors() {
        eachOperation((name, operation) -> {
            List<String> statuses = new ArrayList<>();
            operation.path("responses").fieldNames().forEachRemaining(statuses::add);
            assertThat(statuses).as(name).isSorted();
            assertThat(statuses.get(0)).as(name).startsWith("2");
        });
    }

    @Test
    void bodylessStatusesHaveNoContent() {
        eachResponse((name, status, response) -> {
            if (status == 204 || status == 304) {
                assertThat(response.has("content")).as(name).isFalse();
            } else {
                assertThat(response.path("content")).as(name).isNotEmpty();
            }
        });
    }

    @Test
    void everyErrorIsAProblem() {
        eachResponse((name, status, response) -> {
            if (status >= 400) {
                assertThat(response.path("content").properties())
                        .as(name)
                        .singleElement()
                        .satisfies(content -> {
                            assertThat(content.getKey()).isEqualTo("application/problem+json");
                            assertThat(content.getValue()
                                            .path("schema")
                                            .path("$ref")
                                            .asText())
                                    .isEqualTo("#/components/schemas/Problem");
                        });
            }
        });
    }

    @Test
    void everyOperationHasTheCommonErrors() {
        eachOperation((name, operation) -> assertThat(statuses(operation))
                .as(name)
                .contains("400", "403", "408", "414", "429", "431", "500", "503"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    registerUser  | 409, 412, 413, 415, 417, 504
                    getUser       | 404, 406, 504
                    updateUser    | 404, 409, 412, 413, 415, 417, 504
                    eraseUser     | 404, 412, 504
                    listUsers     | 406, 504
                    follow        | 404, 422, 504
                    unfollow      | 404, 504
                    checkFollow   | 404, 406, 504
                    listFollowing | 404, 406, 504
                    listFollowers | 404, 406, 422, 504
                    applyBatch    | 404, 413, 415, 417, 422, 504
                    acceptRequest | 404, 504
                    block         | 404, 422, 504
                    mute          | 404, 413, 415, 417, 422, 504
                    selectUsers   | 404, 406, 422, 504
                    findPath      | 404, 406, 422, 504
                    importGraph   | 409, 415, 417
                    exportGraph   | 406
                    """)
    void operationHasItsErrors(String id, String errors) {
        Set<String> expected = new TreeSet<>(Set.of("400", "403", "408", "414", "429", "431", "500", "503"));
        expected.addAll(List.of(errors.split(", ")));

        assertThat(statuses(operation(id)).stream().filter(status -> status.compareTo("400") >= 0))
                .containsExactlyElementsOf(expected);
    }

    @Test
    void errorNamesItsCodes() {
        assertThat(operation("follow")
                        .path("responses")
                        .path("403")
                        .path("description")
                        .asText())
                .contains("`blocked`", "`suspended`", "`too-many-following`");
        assertThat(operation("listUsers")
                        .path("responses")
                        .path("400")
                        .path("description")
                        .asText())
                .contains("`malformed`", "`bad-cursor`");
    }

    @Test
    void responseHeadersAreDescribed() {
        eachResponse(
                (name, status, response) -> assertThat(response.path("headers").has("X-Request-Id"))
                        .as(name)
                        .isTrue());
        eachOperation((name, operation) -> {
            for (String status : List.of("429", "503", "504")) {
                if (operation.path("responses").has(status)) {
                    assertThat(headers(operation, status)).as(name).contains("Retry-After");
                }
            }
            assertThat(headers(operation, "429")).as(name).contains("RateLimit", "RateLimit-Policy");
        });
        assertThat(headers(operation("listFollowers"), "200")).contains("Link", "RateLimit", "RateLimit-Policy");
        assertThat(headers(operation("eraseUser"), "202")).contains("Location");
        assertThat(headers(operation("importGraph"), "200")).contains("Location");
        assertThat(headers(operation("getUser"), "200")).contains("ETag");
        assertThat(headers(operation("getUser"), "304")).contains("ETag");
    }

    @Test
    void problemHasEveryCode() {
        assertThat(schema("Problem").path("properties").path("code").path("enum"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        Stream.of(ProblemCode.values()).map(ProblemCode::code).toArray(String[]::new));
    }

    @Test
    void problemHasEveryMember() throws IOException {
        Pattern member = Pattern.compile("\\.with\\(\\s*\"(\\w+)\"|members\\.put\\(\\s*\"(\\w+)\"");
        Set<String> members = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(
                            path -> path.toString().endsWith(".java") && !path.endsWith("ProblemSchema.java"))
                    .toList()) {
                member.matcher(Files.readString(file))
                        .results()
                        .forEach(found -> members.add(found.group(1) == null ? found.group(2) : found.group(1)));
            }
        }

        assertThat(members).contains("user", "field", "follower", "scope");
        assertThat(schema("Problem").path("properties").fieldNames())
                .toIterable()
                .containsAll(members);
    }

    @Test
    void optionalPropertiesAreThoseThatCanBeAbsent() {
        assertThat(properties((schema, name, property) -> !contains(schema.path("required"), name)))
                .containsExactlyInAnyOrder(
                        "Erasure.finishedAt",
                        "FollowListItem.since",
                        "FollowPage.total",
                        "ImportColumns.displayName",
                        "ImportColumns.private",
                        "ImportColumns.since",
                        "ImportColumns.state",
                        "ImportReport.columns",
                        "ImportReport.failure",
                        "ImportReport.finishedAt",
                        "MuteRequest.until",
                        "Relationship.followingSince",
                        "Relationship.requestedSince",
                        "Relationship.followedBySince",
                        "Relationship.requestedBySince",
                        "Relationship.blockingSince",
                        "Relationship.blockedBySince",
                        "Relationship.mutingSince",
                        "Suspension.since",
                        "UserChange.username",
                        "UserChange.displayName",
                        "UserChange.private");
    }

    @Test
    void nullablePropertiesAreThoseThatCanBeNull() {
        assertThat(properties(
                        (schema, name, property) -> property.path("nullable").asBoolean()))
                .containsExactlyInAnyOrder(
                        "AuditReport.next",
                        "FollowListItem.displayName",
                        "FollowPage.next",
                        "Mute.until",
                        "MutePage.next",
                        "MutePageItem.displayName",
                        "MutePageItem.until",
                        "MuteRequest.until",
                        "NamePage.next",
                        "SelectPage.next",
                        "Suggestion.displayName",
                        "SuggestionPage.next",
                        "User.displayName",
                        "UserChange.displayName",
                        "UserPage.next",
                        "UserPageItem.displayName",
                        "UserSummary.displayName");
    }

    @Test
    void optionalBodiesAreOptional() {
        Map<String, Boolean> required = new TreeMap<>();
        eachOperation((name, operation) -> {
            if (operation.has("requestBody")) {
                required.put(
                        operation.path("operationId").asText(),
                        operation.path("requestBody").path("required").asBoolean());
            }
        });

        assertThat(required)
                .containsOnly(
                        Map.entry("applyBatch", true),
                        Map.entry("importGraph", true),
                        Map.entry("mute", false),
                        Map.entry("queryRelationships", true),
                        Map.entry("registerUser", false),
                        Map.entry("updateUser", true));
    }

    @Test
    void importAndExportAreBinary() {
        assertThat(operation("importGraph").path("requestBody").path("content").properties())
                .extracting(Map.Entry::getKey)
                .contains("text/plain", "text/csv", "application/x-ndjson", "application/gzip");
        assertThat(operation("importGraph").path("requestBody").path("content")).allSatisfy(this::isBinary);
        assertThat(operation("exportGraph").path("responses").path("200").path("content"))
                .hasSize(2)
                .allSatisfy(this::isBinary);
    }

    @Test
    void bothSidesHaveOneSchema() {
        assertThat(List.of(operation("listFollowers"), operation("listFollowing")))
                .extracting(operation -> operation
                        .path("responses")
                        .path("200")
                        .path("content")
                        .path("application/json")
                        .path("schema"))
                .allSatisfy(schema ->
                        assertThat(schema.path("$ref").asText()).isEqualTo("#/components/schemas/FollowPage"));
    }

    /** A generated class of such a name hides one of the language, or says nothing. */
    @Test
    void schemaNamesDoNotCollide() {
        assertThat(document.path("components").path("schemas").fieldNames())
                .toIterable()
                .doesNotContain("Path", "Import", "Instant", "UUID", "Item", "Kind", "State", "State1", "Object");
    }

    @Test
    void everyOperationHasASummaryATagAndAResponse() {
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
    void everyResponseHasADescription() {
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

    private void eachResponse(ResponseCheck check) {
        eachOperation((name, operation) -> operation
                .path("responses")
                .properties()
                .forEach(response -> check.accept(
                        name + " " + response.getKey(), Integer.parseInt(response.getKey()), response.getValue())));
    }

    private interface ResponseCheck {
        void accept(String name, int status, JsonNode response);
    }

    private interface PropertyCheck {
        boolean test(JsonNode schema, String name, JsonNode property);
    }

    /** The properties of all schemas but Problem that pass a check, each as Schema.property. */
    private List<String> properties(PropertyCheck check) {
        List<String> found = new ArrayList<>();
        document.path("components").path("schemas").properties().forEach(schema -> schema.getValue()
                .path("properties")
                .properties()
                .forEach(property -> {
                    if (!schema.getKey().equals("Problem")
                            && check.test(schema.getValue(), property.getKey(), property.getValue())) {
                        found.add(schema.getKey() + "." + property.getKey());
                    }
                }));
        return found;
    }

    private JsonNode operation(String id) {
        List<JsonNode> found = new ArrayList<>();
        eachOperation((name, operation) -> {
            if (operation.path("operationId").asText().equals(id)) {
                found.add(operation);
            }
        });
        assertThat(found).as(id).hasSize(1);
        return found.get(0);
    }

    private JsonNode schema(String name) {
        return document.path("components").path("schemas").path(name);
    }

    private void isBinary(JsonNode content) {
        assertThat(content.path("schema").path("type").asText()).isEqualTo("string");
        assertThat(content.path("schema").path("format").asText()).isEqualTo("binary");
    }

    private static List<String> statuses(JsonNode operation) {
        return operation.path("responses").properties().stream()
                .map(Map.Entry::getKey)
                .toList();
    }

    private static List<String> headers(JsonNode operation, String status) {
        return operation.path("responses").path(status).path("headers").properties().stream()
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean contains(JsonNode list, String text) {
        return StreamSupport.stream(list.spliterator(), false)
                .anyMatch(element -> element.asText().equals(text));
    }

    private static List<String> names(JsonNode parameters, String in) {
        return StreamSupport.stream(parameters.spliterator(), false)
                .filter(parameter -> parameter.path("in").asText().equals(in))
                .map(parameter -> parameter.path("name").asText())
                .toList();
    }

    private static List<String> places(JsonNode parameters) {
        return StreamSupport.stream(parameters.spliterator(), false)
                .map(parameter -> parameter.path("in").asText())
                .toList();
    }

    private static List<String> templates(String path) {
        return Pattern.compile("\\{(\\w+)}")
                .matcher(path)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private void collect(String place, JsonNode content, List<String> wanting) {
        content.properties().forEach(body -> {
            boolean isOpaque = OPAQUE.contains(body.getKey());
            if (!isOpaque
                    && !hasExample(body.getValue())
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
