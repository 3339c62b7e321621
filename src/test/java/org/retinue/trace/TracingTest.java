package org.retinue.trace;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.retinue.People;
import org.retinue.TestDatabase;
import org.retinue.problem.RawHttp;
import org.retinue.problem.RefusedRequests;

/** With a collector, each request is a span, and each shared statement one that both sides link. */
@QuarkusTest
@QuarkusTestResource(value = TracingTest.Collecting.class, restrictToAnnotatedClass = true)
class TracingTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";

    private static final long PATIENCE_MILLIS = 20_000;

    private static Collector collector;

    @TestHTTPResource("/")
    URI service;

    /** A collector that is there before the service. */
    public static final class Collecting implements QuarkusTestResourceLifecycleManager {

        @Override
        public Map<String, String> start() {
            try {
                collector = new Collector();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Map.of("retinue.otlp-endpoint", collector.endpoint() + "/");
        }

        @Override
        public void stop() {
            collector.close();
        }
    }

    @BeforeEach
    void people() {
        TestDatabase.empty();
        People.registered("alice", "bob");
    }

    @Test
    void aRequestGoesOnWithItsCallersTraceAndItsStatementIsLinkedBothWays() throws InterruptedException {
        given().header("traceparent", "00-" + TRACE + "-" + CALLER + "-01")
                .put("/v1/users/alice/following/bob")
                .then()
                .statusCode(201);

        Collector.Span request = awaitSpan("PUT /v1/users/{username}/following/{other}");
        Collector.Span statement = awaitSpan("changes");

        assertThat(request.trace()).isEqualTo(TRACE);
        assertThat(request.parent()).isEqualTo(CALLER);
        assertThat(request.attributes()).containsEntry("http.request.method", "PUT");
        assertThat(request.attributes().values())
                .as("a collector is not told who")
                .noneMatch(value -> value.contains("alice") || value.contains("bob"));
        assertThat(statement.trace()).isNotEqualTo(TRACE);
        assertThat(statement.parent()).isEmpty();
        assertThat(statement.attributes()).containsEntry("db.system.name", "postgresql");
        assertThat(request.links()).containsExactly(statement.id());
        assertThat(statement.links()).containsExactly(request.id());
    }

    @Test
    void aProblemTellsTheTrace() throws InterruptedException {
        String id = given().get("/v1/users/nobody/following").header("X-Request-Id");

        assertThat(awaitTrace(id).name()).startsWith("GET");
    }

    @Test
    void whatItsCallerDoesNotRecordIsNotRecorded() throws InterruptedException {
        String unrecorded = "5bf92f3577b34da6a3ce929d0e0e4736";
        given().header("traceparent", "00-" + unrecorded + "-" + CALLER + "-00").get("/v1/users/alice");
        String id = given().get("/v1/users/nobody").header("X-Request-Id");

        awaitTrace(id);
        assertThat(collector.spans).noneMatch(span -> span.trace().equals(unrecorded));
    }

    @Test
    void whatIsAskedOfTheServiceItselfIsNotRecorded() throws InterruptedException {
        given().get("/q/health/live");
        String id = given().get("/v1/users/nobody").header("X-Request-Id");

        awaitTrace(id);
        assertThat(collector.spans)
                .noneMatch(span -> span.name().equals("GET") || span.name().contains("/q/"));
    }

    @Test
    void refusedRequestsLeaveNoNameInSpans() throws InterruptedException {
        RefusedRequests.naming("qzxwv").forEach(request -> new RawHttp(service.getPort()).send(request, false));
        String last = given().get("/v1/users/nobody").header("X-Request-Id");

        awaitTrace(last);
        assertThat(collector.spans)
                .hasSizeGreaterThan(1)
                .noneMatch(span -> span.toString().toLowerCase(Locale.ROOT).contains("qzxwv"));
    }

    @Test
    void unknownMethodIsNoSpanName() throws InterruptedException {
        given().header("traceparent", "00-6bf92f3577b34da6a3ce929d0e0e4736-" + CALLER + "-01")
                .request("QZXWV", "/v1/users");

        Collector.Span span = awaitTrace("6bf92f3577b34da6a3ce929d0e0e4736");

        assertThat(span.name()).isEqualTo("HTTP");
        assertThat(span.attributes()).containsEntry("http.request.method", "_OTHER");
    }

    private static Collector.Span awaitSpan(String name) throws InterruptedException {
        return await(List.of(), name);
    }

    private static Collector.Span awaitTrace(String trace) throws InterruptedException {
        return await(List.of(trace), null);
    }

    private static Collector.Span await(List<String> traces, String name) throws InterruptedException {
        long last = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (System.currentTimeMillis() < last) {
            for (Collector.Span span : collector.spans) {
                if (name == null ? traces.contains(span.trace()) : span.name().equals(name)) {
                    return span;
                }
            }
            Thread.sleep(20);
        }
        throw new AssertionError("no such span came: " + collector.spans);
    }
}
