package org.retinue.trace;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.People;
import org.retinue.TestDatabase;

/** A request has an id, which its caller can choose: in its answer, in the problem it ends with, and in log lines. */
@QuarkusTest
class RequestIdTest {

    @Inject
    Vertx vertx;

    @BeforeEach
    void people() {
        TestDatabase.empty();
        People.registered("alice", "bob");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/users/nobody",
                "/v1/users/alice/following/bob",
                "/v1/users/alice/following?limit=x",
                "/v1/nothing",
                "/v1/users/alice;x",
            })
    void everyProblemTellsIt(String path) {
        Response answer = given().urlEncodingEnabled(false).get(path);

        assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(answer.header("X-Request-Id")).matches("[0-9a-f]{16}");
        assertThat(answer.jsonPath().getString("requestId")).isEqualTo(answer.header("X-Request-Id"));
    }

    @Test
    void whatIsDoneForNoRequestHasNoneAndCanLogAllTheSame() throws Exception {
        CompletableFuture<Boolean> logged = new CompletableFuture<>();
        vertx.getOrCreateContext().runOnContext(shared -> {
            try {
                logged.complete(new RequestIdInLogs()
                        .isLoggable(new ExtLogRecord(
                                Level.INFO, "a line", getClass().getName())));
            } catch (RuntimeException e) {
                logged.completeExceptionally(e);
            }
        });

        assertThat(logged.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void eachHasItsOwn() {
        assertThat(IntStream.range(0, 20)
                        .mapToObj(i -> given().get("/v1/users/nobody").header("X-Request-Id"))
                        .distinct())
                .hasSize(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/users/nobody", "/v1/users/alice", "/v1/users/alice/following", "/v1/nothing"})
    void oneThatTheCallerSaysIsTaken(String path) {
        Response answer = given().header("X-Request-Id", "shop-7f3a:12").get(path);

        assertThat(answer.headers().getValues("X-Request-Id")).containsExactly("shop-7f3a:12");
        if (answer.statusCode() >= 400) {
            assertThat(answer.jsonPath().getString("requestId")).isEqualTo("shop-7f3a:12");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/users/nobody", "/v1/users/alice"})
    void ofHeadToo(String path) {
        assertThat(given().header("X-Request-Id", "shop-7f3a:12")
                        .head(path)
                        .headers()
                        .getValues("X-Request-Id"))
                .containsExactly("shop-7f3a:12");
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "a\"b", "<script>", "{x}", "100%"})
    void oneThatCouldForgeALogLineIsNot(String id) {
        assertThat(given().header("X-Request-Id", id).get("/v1/users/nobody").header("X-Request-Id"))
                .matches("[0-9a-f]{16}");
    }

    @Test
    void oneThatIsTooLongIsNot() {
        String longest = "x".repeat(128);

        assertThat(given().header("X-Request-Id", longest)
                        .get("/v1/users/alice")
                        .header("X-Request-Id"))
                .isEqualTo(longest);
        assertThat(given().header("X-Request-Id", longest + "x")
                        .get("/v1/users/alice")
                        .header("X-Request-Id"))
                .matches("[0-9a-f]{16}");
    }

    @Test
    void anAnswerThatNobodyAskedItOfHasNone() {
        assertThat(given().get("/v1/users/alice").header("X-Request-Id")).isNull();
    }

    /** The failure is a statement's: a table that it needs is away for a moment. */
    @Test
    void aLineInTheLogTellsIt() {
        List<LogRecord> lines = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                new RequestIdInLogs().isLoggable(line);
                lines.add(line);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger("org.retinue.problem.ProblemMapper");
        log.addHandler(handler);
        TestDatabase.sql("alter table follow_counts rename to away");
        try {
            Response answer = given().header("X-Request-Id", "broken-1").get("/v1/users/alice");
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.jsonPath().getString("requestId")).isEqualTo("broken-1");
        } finally {
            TestDatabase.sql("alter table away rename to follow_counts");
            log.removeHandler(handler);
        }

        assertThat(lines).singleElement().satisfies(line -> assertThat(((ExtLogRecord) line).getMdc("requestId"))
                .isEqualTo("broken-1"));
    }

    @Test
    void outsideOfARequestThereIsNone() {
        assertThat(Vertx.currentContext()).isNull();
        assertThat(RequestId.current()).isNull();
    }
}
