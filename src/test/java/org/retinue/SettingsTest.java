package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A setting that is wrong is named in one line, before anything is started. */
class SettingsTest {

    @ParameterizedTest
    @CsvSource({
        "RETINUE_PORT,           0,     65535",
        "RETINUE_RATE_LIMIT,     1,     1000000",
        "RETINUE_LARGEST_BODY_BYTES,       1024,  1073741824",
        "RETINUE_HEADER_TIMEOUT, 1,     3600"
    })
    void aNumberIsWithinItsBounds(String variable, long least, long most) {
        for (Object good : new Object[] {"", " ", least, most, " " + most + " "}) {
            assertThatCode(() -> NumberSetting.requireAll(Map.of(variable, good.toString())))
                    .doesNotThrowAnyException();
        }
        for (Object bad : new Object[] {"many", "1.5", least - 1, most + 1, "99999999999999999999"}) {
            assertThatThrownBy(() -> NumberSetting.requireAll(Map.of(variable, bad.toString())))
                    .hasMessageContainingAll(variable, String.valueOf(least), String.valueOf(most), bad.toString());
        }
    }

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
