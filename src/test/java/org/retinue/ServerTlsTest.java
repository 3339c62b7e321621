package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS needs both files, and which one is missing is said before anything is started. */
class ServerTlsTest {

    @Test
    void aCertificateHasItsKeyAndBothAreThere(@TempDir Path folder) throws Exception {
        String file = Files.writeString(folder.resolve("server.pem"), "").toString();

        assertThat(ServerTls.settings(Map.of())).isEmpty();
        assertThat(ServerTls.settings(Map.of("RETINUE_TLS_CERTIFICATE", file, "RETINUE_TLS_KEY", file)))
                .containsEntry("quarkus.http.ssl-port", "8080")
                .containsEntry("quarkus.http.insecure-requests", "disabled");
        assertThatThrownBy(() -> ServerTls.settings(Map.of("RETINUE_TLS_CERTIFICATE", file)))
                .hasMessageContaining("RETINUE_TLS_KEY is not set");
        assertThatThrownBy(() -> ServerTls.settings(Map.of("RETINUE_TLS_KEY", file)))
                .hasMessageContaining("RETINUE_TLS_CERTIFICATE is not set");
        assertThatThrownBy(() ->
                        ServerTls.settings(Map.of("RETINUE_TLS_CERTIFICATE", file, "RETINUE_TLS_KEY", "/nowhere.pem")))
                .hasMessageContainingAll("RETINUE_TLS_KEY", "/nowhere.pem");
    }
}
