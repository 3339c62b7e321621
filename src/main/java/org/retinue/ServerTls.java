package org.retinue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** HTTPS in place of HTTP, when {@code RETINUE_TLS_CERTIFICATE} and {@code RETINUE_TLS_KEY} name two PEM files. */
final class ServerTls {

    private static final String CERTIFICATE = "RETINUE_TLS_CERTIFICATE";
    private static final String KEY = "RETINUE_TLS_KEY";

    private ServerTls() {}

    /**
     * The Quarkus settings for it; none without a certificate.
     *
     * @throws IllegalArgumentException when there is one without the other, or a file can't be read
     */
    static Map<String, String> settings(Map<String, String> environment) {
        String certificate = environment.getOrDefault(CERTIFICATE, "").strip();
        String key = environment.getOrDefault(KEY, "").strip();
        if (certificate.isEmpty() && key.isEmpty()) {
            return Map.of();
        }
        requireReadable(CERTIFICATE, certificate);
        requireReadable(KEY, key);
        String port = environment.getOrDefault("RETINUE_PORT", "").strip();
        return Map.of(
                "quarkus.tls.key-store.pem.retinue.cert",
                certificate,
                "quarkus.tls.key-store.pem.retinue.key",
                key,
                "quarkus.http.insecure-requests",
                "disabled",
                "quarkus.http.ssl-port",
                port.isEmpty() ? "8080" : port);
    }

    private static void requireReadable(String variable, String file) {
        if (file.isEmpty()) {
            throw new IllegalArgumentException(
                    CERTIFICATE + " and " + KEY + " go together, but " + variable + " is not set");
        }
        if (!Files.isReadable(Path.of(file))) {
            throw new IllegalArgumentException(variable + " should name a PEM file, but " + file + " can't be read");
        }
    }
}
