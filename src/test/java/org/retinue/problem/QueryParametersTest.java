package org.retinue.problem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.net.URI;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestQuery;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.People;
import org.retinue.TestDatabase;
import org.retinue.problem.RawHttp.Answer;

/** A query parameter that an operation does not have is refused, and so is a second value of a single-value one. */
@QuarkusTest
class QueryParametersTest {

    @TestHTTPResource("/")
    URI service;

    @Inject
    Routes routes;

    private RawHttp http;

    @BeforeEach
    void users() {
        TestDatabase.empty();
        People.registered("alice", "bob", "carol");
        http = new RawHttp(service.getPort());
    }

    @Test
    void everyOperationRefusesUnknownParameter() {
        for (Routes.Operation operation : routes.operations()) {
            Answer answer = http.send(operation.method(), path(operation) + "?surprise=1", "", null);

            assertMalformed(answer, "surprise");
        }
    }

    @Test
    void everySingleValueParameterIsRefusedTwice() {
        for (Routes.Operation operation : routes.operations()) {
            operation.parameters().forEach((name, canRepeat) -> {
                if (!canRepeat) {
                    Answer answer =
                            http.send(operation.method(), path(operation) + "?" + name + "=a&" + name + "=a", "", null);

                    assertMalformed(answer, name);
                    assertThat(detail(answer)).isEqualTo(name + " must be given once, got 2 values");
                }
            });
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /v1/users?limi=5               | limi     | Did you mean limit?
                    /v1/users?Limit=5              | Limit    | Did you mean limit?
                    /v1/users?limit=5&LIMIT=6      | LIMIT    | GET /v1/users takes cursor, limit, prefix
                    /v1/users?page=2               | page     | GET /v1/users takes cursor, limit, prefix
                    /v1/users?li%6Dit=5&x=1        | x        | GET /v1/users takes cursor, limit, prefix
                    /v1/users?limit=5;x=1          | x        | GET /v1/users takes cursor, limit, prefix
                    /v1/users?limit                | -        | -
                    /v1/users?                     | -        | -
                    /v1/users?&limit=5&            | -        | -
                    /v1/users/alice?x              | x        | GET /v1/users/{username} takes no query parameters
                    /v1/users/alice/?x=1           | x        | GET /v1/users/{username} takes no query parameters
                    /v1/%75sers/alice?x=1          | x        | GET /v1/users/{username} takes no query parameters
                    /v1/users/alice/followers?knownto=bob | knownto  | Did you mean known-to?
                    """)
    void errorNamesParameterAndAllowedOnes(String target, String field, String advice) {
        Answer answer = http.get(target);

        if (field.equals("-")) {
            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        } else {
            assertMalformed(answer, field);
            assertThat(detail(answer)).contains("Unknown query parameter '" + field + "'", advice);
        }
    }

    @Test
    void headIsCheckedAsGet() {
        assertThat(http.send("HEAD", "/v1/users?limi=5", "", null).status()).isEqualTo(400);
        assertThat(http.send("HEAD", "/v1/users?limit=5", "", null).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/select?of=followers:alice%20&%20following:bob",
                "/v1/select?of=followers:alice&following:bob",
                "/v1/select/count?of=followers:alice&following:bob",
                "/v1/select?of=followers:alice&&following:bob"
            })
    void unencodedAmpersandInExpressionReturns400(String target) {
        Answer answer = http.get(target);

        assertThat(answer.status()).as("%s", answer).isEqualTo(400);
        assertThat(answer.json().path("field").asText().strip()).isEqualTo("following:bob");
        assertThat(detail(answer)).endsWith("In the value of of, encode & as %26");
    }

    @Test
    void refusedParameterIsEchoedWithinBounds() {
        Answer answer = http.get("/v1/users?" + "x".repeat(5_000) + "%00%1b=1");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text().length()).isLessThan(800);
        assertThat(http.get("/v1/users?a%1Bb%E2%80%AE=1").json().path("field").asText())
                .isEqualTo("a\uFFFDb\uFFFD");
    }

    @Test
    void refusedWriteChangesNothing() {
        Answer answer = http.send("PUT", "/v1/users/alice/following/bob?notify=true", "", null);

        assertMalformed(answer, "notify");
        assertThat(http.get("/v1/users/alice/following/bob").status()).isEqualTo(404);
    }

    @Test
    void refusedRequestWithBodyClosesConnection() {
        Answer answer = http.json("PUT", "/v1/users/dave?notify=true", "{}");

        assertMalformed(answer, "notify");
        assertThat(answer.header("Connection")).isEqualTo("close");
    }

    @ParameterizedTest
    @ValueSource(strings = {"with=bob,carol", "with=bob&with=carol", "with=bob%2Ccarol", "with=bob&with=carol,bob"})
    void relationshipsTakeNamesInBothForms(String query) {
        JsonNode items =
                http.get("/v1/users/alice/relationships?" + query).json().path("items");

        assertThat(items.findValuesAsText("with")).containsExactly("bob", "carol");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?with=", "?with", "?with=bob,", "?with=bob,%20carol"})
    void relationshipsWithoutValidNamesReturn400(String query) {
        assertMalformed(http.get("/v1/users/alice/relationships" + query), "with");
    }

    @Test
    void routesOutsideTheApiAcceptAnyParameter() {
        assertThat(http.get("/q/health/live?probe=1").status()).isEqualTo(200);
        assertThat(http.get("/q/openapi?format=json&x=1").status()).isEqualTo(200);
        assertThat(http.get("/v1/nothing?x=1").status()).isEqualTo(404);
    }

    /** The check reads the API document; a parameter missing there could not be used. */
    @Test
    void documentHasEveryParameterOfTheResources() {
        TreeMap<String, Set<String>> ofResources = new TreeMap<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("org.retinue")) {
            if (type.isAnnotatedWith(Path.class)) {
                for (Method method : type.reflect().getDeclaredMethods()) {
                    methodOf(method)
                            .forEach(name -> ofResources.put(
                                    name + " " + path(type.reflect(), method), queryParameters(method)));
                }
            }
        }
        TreeMap<String, Set<String>> ofDocument = new TreeMap<>();
        routes.operations()
                .forEach(operation -> ofDocument.put(
                        operation.method() + " " + operation.path(),
                        new TreeSet<>(operation.parameters().keySet())));

        assertThat(ofResources).isEqualTo(ofDocument);
    }

    private static Stream<String> methodOf(Method method) {
        return Stream.of(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(found -> found != null)
                .map(HttpMethod::value);
    }

    private static String path(Class<?> resource, Method method) {
        Path path = method.getAnnotation(Path.class);
        return resource.getAnnotation(Path.class).value() + (path == null ? "" : "/" + path.value());
    }

    private static Set<String> queryParameters(Method method) {
        Set<String> names = new TreeSet<>();
        for (Parameter parameter : method.getParameters()) {
            RestQuery query = parameter.getAnnotation(RestQuery.class);
            if (query != null) {
                names.add(query.value().isEmpty() ? parameter.getName() : query.value());
            }
            if (parameter.isAnnotationPresent(BeanParam.class)) {
                for (Field field : parameter.getType().getDeclaredFields()) {
                    RestQuery inBean = field.getAnnotation(RestQuery.class);
                    if (inBean != null) {
                        names.add(inBean.value().isEmpty() ? field.getName() : inBean.value());
                    }
                }
            }
        }
        return names;
    }

    private static String path(Routes.Operation operation) {
        return operation
                .path()
                .replace("{username}", "alice")
                .replace("{other}", "bob")
                .replace("{id}", "0b9c2f1e-6a55-4a0e-9d2b-3f6c1c0f7a11");
    }

    private static void assertMalformed(Answer answer, String field) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(400);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("code").asText()).isEqualTo("malformed");
        assertThat(answer.json().path("field").asText()).isEqualTo(field);
    }

    private static String detail(Answer answer) {
        return answer.json().path("detail").asText();
    }
}
