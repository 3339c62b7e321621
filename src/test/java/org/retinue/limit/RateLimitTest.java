package org.retinue.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each caller may send so many requests a second and, after a rest, so many at once. */
class RateLimitTest {

    private static final int RATE = 2;
    private static final int BURST = 5;

    private final AtomicLong now = new AtomicLong();
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;

    @BeforeEach
    void limited() throws Exception {
        RateLimit limit = new RateLimit(RATE, BURST, clock());
        Router router = Router.router(vertx);
        router.route().handler(RateLimitTest::authenticate).handler(request -> {
            if (limit.admits(request)) {
                request.end("done");
            }
        });
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void afterABurstACallerIsToldWhenToComeBack() throws Exception {
        for (int left = BURST - 1; left >= 0; left--) {
            HttpResponse<String> answer = get("/v1/users", "");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(header(answer, "RateLimit-Policy")).isEqualTo("\"caller\";q=5;w=3");
            assertThat(header(answer, "RateLimit")).startsWith("\"caller\";r=" + left + ";t=");
        }

        HttpResponse<String> refused = get("/v1/users", "");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(header(refused, "Content-Type")).isEqualTo("application/problem+json");
        assertThat(refused.body()).contains("\"code\":\"rate-limited\"");
        assertThat(header(refused, "Retry-After")).isEqualTo("1");
        assertThat(header(refused, "RateLimit")).isEqualTo("\"caller\";r=0;t=3");
    }

    @Test
    void aSecondLaterItMaySendAsManyAsTheRate() throws Exception {
        exhaust("");

        now.addAndGet(Duration.ofSeconds(1).toNanos());

        assertThat(get("/v1/users", "").statusCode()).isEqualTo(200);
        assertThat(get("/v1/users", "").statusCode()).isEqualTo(200);
        assertThat(get("/v1/users", "").statusCode()).isEqualTo(429);
    }

    @Test
    void callersDoNotShareABucketThoughTheyShareAnAddress() throws Exception {
        exhaust("alice");

        assertThat(get("/v1/users", "alice").statusCode()).isEqualTo(429);
        assertThat(get("/v1/users", "bob").statusCode()).isEqualTo(200);
        assertThat(get("/v1/users", "").statusCode()).isEqualTo(200);
        assertThat(get("/v1/users", "127.0.0.1").statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsRefusedIsReadSoThatTheConnectionCanBeUsedAgain() throws Exception {
        exhaust("");
        byte[] request = ("POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"
                        + " ".repeat(100_000)
                        + "GET /v1/users HTTP/1.1\r\nHost: localhost\r\nUser: alice\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);

        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
            socket.getOutputStream().write(request);
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 429")
                    .endsWith("done");
        }
    }

    @Test
    void whomARequestSaysItIsForwardedForIsNotBelieved() throws Exception {
        exhaust("");

        HttpRequest forwarded = HttpRequest.newBuilder(uri("/v1/users"))
                .header("X-Forwarded-For", "192.0.2.7")
                .header("Forwarded", "for=192.0.2.7")
                .build();
        assertThat(client.send(forwarded, BodyHandlers.ofString()).statusCode()).isEqualTo(429);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "::ffff:192.0.2.7, 0:0:0:0:0:ffff:c000:207",
        "2001:db8:1:2:3:4:5:6, 20010db800010002",
        "2001:db8:1:2::9, 20010db800010002",
        "2001:DB8:1:3::9, 20010db800010003",
        "::1, 0:0:0:0:0:0:0:1",
        "proxy:of-ours, proxy:of-ours"
    })
    void aNetworkOfIpv6IsOneCaller(String address, String caller) {
        assertThat(RateLimit.network(SocketAddress.inetSocketAddress(80, address)))
                .isEqualTo(caller);
    }

    private void exhaust(String user) throws Exception {
        for (int i = 0; i < BURST; i++) {
            assertThat(get("/v1/users", user).statusCode()).isEqualTo(200);
        }
    }

    private HttpResponse<String> get(String path, String user) throws Exception {
        return client.send(
                HttpRequest.newBuilder(uri(path)).header("User", user).build(), BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.actualPort() + path);
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse(null);
    }

    /** As Quarkus leaves it to those that come after its own. */
    @SuppressWarnings("deprecation")
    private static void authenticate(RoutingContext context) {
        String name = context.request().getHeader("User");
        if (name != null && !name.isEmpty()) {
            context.setUser(new QuarkusHttpUser(identity(name)));
        }
        context.next();
    }

    /** Of an identity, who it is and that it is somebody. */
    private static SecurityIdentity identity(String name) {
        Principal principal = () -> name;
        return (SecurityIdentity) Proxy.newProxyInstance(
                RateLimitTest.class.getClassLoader(),
                new Class<?>[] {SecurityIdentity.class},
                (identity, method, arguments) -> switch (method.getName()) {
                    case "getPrincipal" -> principal;
                    case "isAnonymous" -> false;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private TimeMeter clock() {
        return new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return now.get();
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        };
    }
}
