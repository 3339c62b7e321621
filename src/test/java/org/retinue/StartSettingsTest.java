package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.retinue.config.Setting;

/** Settings that are valid on their own, and not together. */
class StartSettingsTest {

    @Test
    void everyOriginNeedsAuthentication() {
        assertThatThrownBy(() -> StartSettings.read(Map.of("RETINUE_CORS_ORIGINS", "https://a.example, *")))
                .hasMessage("RETINUE_CORS_ORIGINS is * and there is no authentication, so that any web page could "
                        + "write: list the origins, or turn on authentication");
        assertThat(StartSettings.read(Map.of(
                                "RETINUE_CORS_ORIGINS",
                                "*",
                                "RETINUE_AUTH_ISSUER",
                                "https://id.example.com",
                                "RETINUE_AUTH_AUDIENCE",
                                "retinue"))
                        .get(Setting.CORS_ORIGINS))
                .contains("*");
    }

    @Test
    void listedOriginsNeedNoAuthentication() {
        assertThat(StartSettings.read(Map.of("RETINUE_CORS_ORIGINS", "https://a.example"))
                        .get(Setting.CORS_ORIGINS))
                .contains("https://a.example");
    }
}
