package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An image's health check asks where the service's own settings say that it listens. */
class HealthTest {

    private HttpServer service;
    private volatile int status = 200;

    @BeforeEach
    void listen() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/q/health/ready", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        service.start();
    }

    @AfterEach
    void stop() {
        service.stop(0);
    }

    @ParameterizedTest(name = "RETINUE_HOST={0}")
    @ValueSource(strings = {"127.0.0.1", "localhost", "0.0.0.0", "", "  "})
    void aServiceIsAskedAtItsHost(String host) {
        assertThat(Health.isReady(Map.of("RETINUE_HOST", host, "RETINUE_PORT", port())))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"200, true", "503, false", "404, false"})
    void itIsReadyWhenItSaysSo(int answered, boolean ready) {
        status = answered;

        assertThat(Health.isReady(Map.of("RETINUE_PORT", port()))).isEqualTo(ready);
    }

    @Test
    void whoIsNotThereOrCannotBeAskedIsNotReady() throws IOException {
        String nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = String.valueOf(socket.getLocalPort());
        }

        assertThat(Health.isReady(Map.of("RETINUE_PORT", nobody))).isFalse();
        assertThat(Health.isReady(Map.of("RETINUE_PORT", "http"))).isFalse();
    }

    @Test
    void whoListensAndDoesNotAnswerIsNotReady() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(Health.isReady(Map.of("RETINUE_PORT", String.valueOf(silent.getLocalPort()))))
                    .isFalse();
        }
    }

    private String port() {
        return String.valueOf(service.getAddress().getPort());
    }
}
