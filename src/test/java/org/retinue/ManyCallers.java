package org.retinue;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Thousands of requests at once, a hundred on each connection, which is what a server allows. */
final class ManyCallers implements AutoCloseable {

    static final String REFUSED = "503 overloaded, Retry-After: 1";

    private final List<String> codes = Collections.synchronizedList(new ArrayList<>());
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http;
    private int asked;

    ManyCallers(RunningRetinue retinue) {
        http = vertx.createHttpClient(
                new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false)
                        .setHttp2MultiplexingLimit(100)
                        .setDefaultHost("127.0.0.1")
                        .setDefaultPort(retinue.port()),
                new PoolOptions().setHttp2MaxSize(125));
    }

    void ask(int times, HttpMethod method, String path) {
        asked += times;
        for (int i = 0; i < times; i++) {
            http.request(method, path)
                    .compose(HttpClientRequest::send)
                    .compose(answer -> answer.body().map(body -> code(answer, body.toString())))
                    .otherwise(failure -> failure.toString())
                    .onSuccess(codes::add);
        }
    }

    /** Waits until so many are refused at least, and no other is answered, before the first have waited for too long. */
    void awaitRefused(int times) {
        await(Duration.ofSeconds(9), "the rest is refused", times);
        assertThat(codes).as("while the queue is full").containsOnly(REFUSED);
    }

    /** How many got which answer, when all have one. */
    Map<String, Long> answers() {
        await(Duration.ofSeconds(14), "all are answered", asked);
        return codes.stream().collect(groupingBy(code -> code, counting()));
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void await(Duration limit, String what, int answers) {
        long end = System.nanoTime() + limit.toNanos();
        while (codes.size() < answers) {
            assertThat(System.nanoTime())
                    .as("nanoseconds until %s; %d answers", what, codes.size())
                    .isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    private static String code(HttpClientResponse answer, String body) {
        return answer.statusCode() < 300
                ? String.valueOf(answer.statusCode())
                : answer.statusCode() + (body.contains("\"code\":\"overloaded\"") ? " overloaded" : body)
                        + ", Retry-After: " + answer.getHeader("Retry-After");
    }
}
