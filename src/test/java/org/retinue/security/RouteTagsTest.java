package org.retinue.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tags of HTTP metrics are route templates, known methods and constants, whatever a client sends. */
class RouteTagsTest {

    private final RouteTags filter = new RouteTags();

    @ParameterizedTest
    @CsvSource({
        "/v1/users/anna/blocks/ben, /v1/users/{username}/blocks/{other}",
        "/v1/users/anna, /v1/users/{username}",
        "/v1/users/anna/, /v1/users/{username}",
        "/v1/users/%zz/path/%00, /v1/users/{username}/path/{other}",
        "/v1/imports/anna, /v1/imports/{id}",
        "/v1/select/count, /v1/select/count"
    })
    void pathBecomesRouteTemplate(String path, String template) {
        assertThat(mapped("GET", path).getTag("uri")).isEqualTo(template);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/anna",
                "/v1/users/anna/unknown",
                "/v1/users/anna/blocks/ben/carol",
                "/v1/users//blocks/ben",
                "//v1/users/anna",
                "/v1/users/../users/anna",
                "/v1/users/anna/relationships/ben",
                "http://anna/v1/users",
                "*",
                "anna",
                "/",
                ""
            })
    void pathWithoutRouteBecomesUnknown(String path) {
        assertThat(mapped("GET", path).getTag("uri")).isEqualTo(RouteTags.UNKNOWN);
    }

    @Test
    void everyRouteTemplateStays() {
        assertThat(Rules.TABLE).allSatisfy(rule -> {
            Meter.Id id = requests(rule.method(), rule.path());

            assertThat(filter.map(id)).isSameAs(id);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "NOT_FOUND", "REDIRECTION", "/cors-preflight", "UNKNOWN"})
    void constantsOfQuarkusStay(String uri) {
        Meter.Id id = requests("GET", uri);

        assertThat(filter.map(id)).isSameAs(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ANNA", "get", "PROPFIND", ""})
    void unknownMethodBecomesUnknown(String method) {
        assertThat(mapped(method, "/v1/users").getTag("method")).isEqualTo(RouteTags.UNKNOWN);
    }

    @Test
    void otherTagsAndMetersStay() {
        assertThat(mapped("GET", "/v1/users/anna").getTags())
                .containsExactlyInAnyOrderElementsOf(
                        Tags.of("method", "GET", "uri", "/v1/users/{username}", "status", "401"));
        Meter.Id other = new Meter.Id("other", Tags.of("uri", "/anna"), null, null, Meter.Type.TIMER);
        assertThat(filter.map(other)).isSameAs(other);
    }

    private Meter.Id mapped(String method, String uri) {
        return filter.map(requests(method, uri));
    }

    private static Meter.Id requests(String method, String uri) {
        return new Meter.Id(
                "http.server.requests",
                Tags.of("method", method, "uri", uri, "status", "401"),
                null,
                null,
                Meter.Type.TIMER);
    }
}
