package org.retinue.security;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.People;
import org.retinue.TestDatabase;

/** Without authentication, web pages of other origins and foreign host names are refused. */
@QuarkusTest
class BrowserGuardTest {

    @TestHTTPResource("/")
    URI service;

    @BeforeEach
    void users() {
        TestDatabase.empty();
        People.registered("alice", "bob");
    }

    /** What a browser sends for {@code fetch(url, {method: 'POST', mode: 'no-cors', body: 'x y\n'})}. */
    @Test
    void simpleRequestOfForeignPageImportsNothing() throws IOException {
        String response = send(String.join(
                "\r\n",
                "POST /v1/imports?id=foreign HTTP/1.1",
                "Host: localhost:8080",
                "Origin: http://evil.example",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Mode: no-cors",
                "Content-Type: text/plain;charset=UTF-8",
                "Content-Length: 10",
                "",
                "alice bob\n"));

        assertThat(response)
                .startsWith("HTTP/1.1 403")
                .contains("application/problem+json", "RETINUE_CORS_ORIGINS", "http://evil.example");
        given().get("/v1/imports/foreign").then().statusCode(404);
        given().get("/v1/users/alice/following/bob").then().statusCode(404);
    }

    @ParameterizedTest
    @CsvSource({
        // host,                  origin,                  sec-fetch-site, status
        "localhost,               -,                       -,              200",
        "LOCALHOST:8080,          -,                       -,              200",
        "localhost.,              -,                       -,              200",
        "127.0.0.1:8080,          -,                       -,              200",
        "10.1.2.3:8080,           -,                       -,              200",
        "[::1]:8080,              -,                       -,              200",
        "[2001:db8::7],           -,                       -,              200",
        "evil.example,            -,                       -,              403",
        "evil.example:8080,       -,                       -,              403",
        "localhost.evil.example,  -,                       -,              403",
        "127.0.0.1.evil.example,  -,                       -,              403",
        "retinue,                 -,                       -,              403",
        "[evil],                  -,                       -,              403",
        "evil.example,            http://evil.example,     same-origin,    403",
        "localhost:8080,          http://localhost:8080,   -,              200",
        "localhost:8080,          https://localhost:8080,  -,              200",
        "localhost:8080,          http://localhost:8080,   same-origin,    200",
        "localhost:8080,          -,                       none,           200",
        "localhost:8080,          http://localhost:3000,   -,              403",
        "localhost:8080,          http://localhost:3000,   same-site,      403",
        "localhost:8080,          http://localhost,        -,              403",
        "localhost:8080,          http://evil.example,     -,              403",
        "localhost:8080,          http://evil.example,     cross-site,     403",
        "localhost:8080,          null,                    -,              403",
        "localhost:8080,          null,                    cross-site,     403",
        "localhost:8080,          -,                       cross-site,     403",
        "localhost:8080,          -,                       same-site,      403",
        "localhost:8080,          -,                       surprise,       403"
    })
    void onlyOwnHostAndOwnOriginAreServed(String host, String origin, String site, int status) throws IOException {
        String headers = "Host: " + host + "\r\n" + (origin.equals("-") ? "" : "Origin: " + origin + "\r\n")
                + (site.equals("-") ? "" : "Sec-Fetch-Site: " + site + "\r\n");

        for (String method : new String[] {"GET", "HEAD", "DELETE"}) {
            String path = method.equals("DELETE") ? "/v1/users/alice/following/bob" : "/v1/users/alice";
            int expected = status == 200 && method.equals("DELETE") ? 204 : status;
            assertThat(send(method + " " + path + " HTTP/1.1\r\n" + headers + "\r\n"))
                    .as("%s %s", method, headers)
                    .startsWith("HTTP/1.1 " + expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost\r\nHost: evil.example", "localhost@evil.example", "localhost evil.example", ""})
    void malformedHostIsNotServed(String host) throws IOException {
        assertThat(send("GET /v1/users/alice HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                .matches("(?s)HTTP/1.1 40[03] .*");
    }

    @Test
    void http10WithoutHostIsServed() throws IOException {
        assertThat(send("GET /v1/users/alice HTTP/1.0\r\n\r\n")).matches("(?s)HTTP/1.[01] 200 .*");
    }

    @Test
    void foreignHostIsNamedWithItsSetting() {
        given().header("Host", "retinue:8080")
                .get("/v1/users/alice")
                .then()
                .statusCode(403)
                .body("code", equalTo("forbidden"))
                .body("detail", containsString("Host 'retinue:8080'"))
                .body("detail", containsString("RETINUE_ALLOWED_HOSTS"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/health/live", "/q/health/ready", "/q/metrics", "/q/openapi"})
    void probesMayUseAnyHost(String path) {
        given().header("Host", "retinue.example:8080")
                .header("Sec-Fetch-Site", "cross-site")
                .get(path)
                .then()
                .statusCode(200);
    }

    private String send(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.getPort())) {
            socket.setSoTimeout(30_000);
            String closing = request.replaceFirst("\r\n", "\r\nConnection: close\r\n");
            socket.getOutputStream().write(closing.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
