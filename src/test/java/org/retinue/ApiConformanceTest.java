package org.retinue;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The responses of the service match the schemas, statuses and headers of the OpenAPI document. */
@QuarkusTest
class ApiConformanceTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

    /** Headers that a client uses. If a response has one, the document must describe it. */
    private static final Set<String> HEADERS =
            Set.of("Location", "ETag", "Link", "Retry-After", "RateLimit", "WWW-Authenticate", "X-Request-Id");

    private final Set<String> succeeded = new TreeSet<>();

    private JsonNode document;

    @BeforeEach
    void readDocument() throws JsonProcessingException {
        document = MAPPER.readTree(given().get("/q/openapi?format=json").asString());
        TestDatabase.empty();
    }

    @Test
    void everySuccessMatchesTheDocument() {
        succeeds("registerUser", 201, json("{\"displayName\":\"Alice A.\"}").put("/v1/users/alice"));
        succeeds("registerUser", 200, given().put("/v1/users/alice"));
        succeeds("registerUser", 201, given().put("/v1/users/bob"));
        succeeds("registerUser", 201, json("{\"private\":true}").put("/v1/users/carol"));
        succeeds("registerUser", 201, given().put("/v1/users/dave"));
        succeeds("getUser", 200, given().get("/v1/users/alice"));
        String tag = given().get("/v1/users/alice").header("ETag");
        succeeds("getUser", 304, given().header("If-None-Match", tag).get("/v1/users/alice"));
        succeeds("updateUser", 200, json("{\"displayName\":null}").patch("/v1/users/alice"));
        succeeds("listUsers", 200, given().get("/v1/users?limit=1"));
        succeeds("listUsers", 200, given().get("/v1/users"));

        succeeds("follow", 201, given().put("/v1/users/alice/following/bob"));
        succeeds("follow", 200, given().put("/v1/users/alice/following/bob"));
        succeeds("follow", 202, given().put("/v1/users/bob/following/carol"));
        succeeds("addFollower", 201, given().put("/v1/users/alice/followers/bob"));
        succeeds("addFollower", 200, given().put("/v1/users/alice/followers/bob"));
        succeeds("addFollower", 202, given().put("/v1/users/carol/followers/dave"));
        succeeds("checkFollow", 200, given().get("/v1/users/alice/following/bob"));
        succeeds("checkFollower", 200, given().get("/v1/users/bob/followers/alice"));
        succeeds("listFollowing", 200, given().get("/v1/users/alice/following"));
        succeeds("listFollowers", 200, given().get("/v1/users/bob/followers?limit=1"));
        succeeds("listFollowers", 200, given().get("/v1/users/alice/followers?known-to=alice"));
        succeeds("applyBatch", 200, json("""
                        {"operations": [{"op": "follow", "follower": "dave", "followed": "bob"},
                                        {"op": "unfollow", "follower": "bob", "followed": "dave"}]}""").post("/v1/batch"));

        succeeds("listRequests", 200, given().get("/v1/users/carol/requests"));
        succeeds("checkRequest", 200, given().get("/v1/users/carol/requests/bob"));
        succeeds("acceptRequest", 200, given().put("/v1/users/carol/requests/bob"));
        succeeds("acceptAllRequests", 200, given().put("/v1/users/carol/requests"));
        succeeds("rejectRequest", 204, given().delete("/v1/users/carol/requests/alice"));
        succeeds("listSuggestions", 200, given().get("/v1/users/alice/suggestions"));
        succeeds("findPath", 200, given().get("/v1/users/alice/path/carol"));
        succeeds("listMutuals", 200, given().get("/v1/users/alice/mutuals"));
        succeeds("selectUsers", 200, given().queryParam("of", "followers:bob").get("/v1/select"));
        succeeds("countUsers", 200, given().queryParam("of", "followers:bob").get("/v1/select/count"));

        succeeds("mute", 200, given().put("/v1/users/alice/mutes/bob"));
        succeeds("mute", 200, json("{\"until\":\"2036-04-01T00:00:00Z\"}").put("/v1/users/alice/mutes/dave"));
        succeeds("checkMute", 200, given().get("/v1/users/alice/mutes/bob"));
        succeeds("listMutes", 200, given().get("/v1/users/alice/mutes"));
        succeeds("getRelationships", 200, given().get("/v1/users/alice/relationships?with=bob,nobody"));
        succeeds("queryRelationships", 200, json("{\"with\":[\"carol\"]}").post("/v1/users/alice/relationships"));
        succeeds("unmute", 204, given().delete("/v1/users/alice/mutes/bob"));
        succeeds("block", 201, given().put("/v1/users/carol/blocks/alice"));
        succeeds("block", 200, given().put("/v1/users/carol/blocks/alice"));
        succeeds("checkBlock", 200, given().get("/v1/users/carol/blocks/alice"));
        succeeds("listBlocks", 200, given().get("/v1/users/carol/blocks"));
        succeeds("getRelationships", 200, given().get("/v1/users/alice/relationships?with=carol"));
        succeeds("unblock", 204, given().delete("/v1/users/carol/blocks/alice"));
        succeeds("unfollow", 204, given().delete("/v1/users/alice/following/bob"));
        succeeds("removeFollower", 204, given().delete("/v1/users/alice/followers/bob"));

        succeeds("getSuspension", 200, given().get("/v1/users/dave/suspension"));
        succeeds("suspendUser", 200, given().put("/v1/users/dave/suspension"));
        succeeds("getSuspension", 200, given().get("/v1/users/dave/suspension"));
        succeeds("restoreUser", 200, given().delete("/v1/users/dave/suspension"));
        succeeds("auditGraph", 200, given().get("/v1/audit"));
        succeeds("repairGraph", 200, given().post("/v1/audit/repairs"));
        succeeds(
                "importGraph",
                200,
                given().contentType("text/plain").body("erin frank\nerin\n").post("/v1/imports?id=conformance"));
        succeeds("getImport", 200, given().get("/v1/imports/conformance"));
        succeeds("exportGraph", 200, given().get("/v1/export"));
        succeeds("exportGraph", 200, given().get("/v1/export?format=csv"));
        Response erased = given().delete("/v1/users/erin");
        succeeds("eraseUser", 202, erased);
        succeeds("getErasure", 200, given().get(erased.header("Location")));

        Set<String> all = new TreeSet<>();
        document.path("paths")
                .forEach(path -> path.forEach(
                        operation -> all.add(operation.path("operationId").asText())));
        assertThat(succeeded).isEqualTo(all);
    }

    @Test
    void everyErrorMatchesTheDocument() {
        People.registered("alice", "bob");
        given().put("/v1/users/bob/blocks/alice");

        fails("follow", "blocked", given().put("/v1/users/alice/following/bob"));
        fails("follow", "self-follow", given().put("/v1/users/alice/following/alice"));
        fails("follow", "unknown-user", given().put("/v1/users/alice/following/nobody"));
        fails("checkFollow", "not-following", given().get("/v1/users/alice/following/bob"));
        fails("checkBlock", "not-blocked", given().get("/v1/users/alice/blocks/bob"));
        fails("checkMute", "not-muted", given().get("/v1/users/alice/mutes/bob"));
        fails("checkRequest", "not-requested", given().get("/v1/users/alice/requests/bob"));
        fails("block", "self-block", given().put("/v1/users/alice/blocks/alice"));
        fails("mute", "self-mute", given().put("/v1/users/alice/mutes/alice"));
        fails("findPath", "no-path", given().get("/v1/users/alice/path/bob"));
        fails("listFollowers", "malformed", given().get("/v1/users/alice/followers?limit=0"));
        fails("listFollowers", "bad-cursor", given().get("/v1/users/alice/followers?cursor=x"));
        fails("getUser", "not-acceptable", given().accept("image/png").get("/v1/users/alice"));
        fails("updateUser", "username-taken", json("{\"username\":\"bob\"}").patch("/v1/users/alice"));
        fails(
                "updateUser",
                "unsupported-media-type",
                given().contentType("text/plain").body("x").patch("/v1/users/alice"));
        fails("selectUsers", "malformed", given().queryParam("of", "followers:").get("/v1/select"));
        fails(
                "applyBatch",
                "unknown-user",
                json("{\"operations\": [{\"op\": \"follow\", \"follower\": \"alice\", \"followed\": \"nobody\"}]}")
                        .post("/v1/batch"));
        fails("getImport", "unknown-import", given().get("/v1/imports/none"));
        fails("getErasure", "unknown-erasure", given().get("/v1/erasures/" + new UUID(1, 2)));
        fails("listUsers", "uri-too-long", given().get("/v1/users?prefix=" + "x".repeat(9000)));
    }

    private static RequestSpecification json(String body) {
        return given().contentType("application/json").body(body);
    }

    private void succeeds(String id, int status, Response response) {
        assertThat(response.statusCode()).as(id + ": " + response.asString()).isEqualTo(status);
        succeeded.add(id);
        check(id, response);
    }

    private void fails(String id, String code, Response response) {
        assertThat(response.jsonPath().getString("code")).as(id).isEqualTo(code);
        check(id, response);
        JsonNode documented = operation(id).path("responses").path(String.valueOf(response.statusCode()));
        assertThat(documented.path("description").asText()).as(id).contains("`" + code + "`");
    }

    private void check(String id, Response response) {
        String name = id + " " + response.statusCode();
        JsonNode documented = operation(id).path("responses").path(String.valueOf(response.statusCode()));
        assertThat(documented.isMissingNode()).as(name + " is missing").isFalse();
        for (String header : HEADERS) {
            if (response.header(header) != null) {
                assertThat(documented.path("headers").has(header))
                        .as(name + " " + header)
                        .isTrue();
            }
        }
        if (!documented.has("content")) {
            assertThat(response.asByteArray()).as(name).isEmpty();
            return;
        }
        String type = response.contentType().split(";", 2)[0];
        JsonNode content = documented.path("content").path(type);
        assertThat(content.isMissingNode())
                .as(name + " " + type + " is missing")
                .isFalse();
        if (type.endsWith("json") && !type.contains("ndjson")) {
            checkValue(name, content.path("schema"), read(response.asString()));
        }
    }

    private void checkValue(String name, JsonNode given, JsonNode value) {
        JsonNode schema =
                given.has("$ref") ? document.at(given.path("$ref").asText().substring(1)) : given;
        if (value.isNull()) {
            assertThat(schema.path("nullable").asBoolean())
                    .as(name + " is null")
                    .isTrue();
            return;
        }
        switch (schema.path("type").asText()) {
            case "string" -> checkText(name, schema, value);
            case "integer" -> assertThat(value.isIntegralNumber()).as(name).isTrue();
            case "boolean" -> assertThat(value.isBoolean()).as(name).isTrue();
            case "array" -> {
                assertThat(value.isArray()).as(name).isTrue();
                value.forEach(element -> checkValue(name + "[]", schema.path("items"), element));
            }
            case "object" -> {
                schema.path("required").forEach(required -> assertThat(value.has(required.asText()))
                        .as(name + "." + required.asText())
                        .isTrue());
                for (Map.Entry<String, JsonNode> field : value.properties()) {
                    JsonNode property = schema.path("properties").has(field.getKey())
                            ? schema.path("properties").path(field.getKey())
                            : schema.path("additionalProperties");
                    assertThat(property.isObject())
                            .as(name + "." + field.getKey() + " is missing")
                            .isTrue();
                    checkValue(name + "." + field.getKey(), property, field.getValue());
                }
            }
            default -> throw new AssertionError(name + " has no type: " + schema);
        }
    }

    private static void checkText(String name, JsonNode schema, JsonNode value) {
        assertThat(value.isTextual()).as(name).isTrue();
        if (schema.has("enum")) {
            assertThat(schema.path("enum")).as(name).contains(value);
        }
        switch (schema.path("format").asText()) {
            case "date-time" ->
                assertThat(Instant.parse(value.asText())).as(name).isNotNull();
            case "uuid" -> assertThat(UUID.fromString(value.asText())).as(name).isNotNull();
            default ->
                assertThat(List.of("", "uri"))
                        .as(name)
                        .contains(schema.path("format").asText());
        }
    }

    private JsonNode operation(String id) {
        for (JsonNode path : document.path("paths")) {
            for (Map.Entry<String, JsonNode> operation : path.properties()) {
                if (METHODS.contains(operation.getKey())
                        && operation.getValue().path("operationId").asText().equals(id)) {
                    return operation.getValue();
                }
            }
        }
        throw new AssertionError("no operation " + id);
    }

    private static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }
}
