package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.retinue.config.Setting;
import org.retinue.config.Settings;

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

    @Test
    void databaseUrlIsReadFromFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("url"), "postgresql://user:password@host:5432/graph\n");

        assertThat(read(file).get(Setting.DATABASE_URL)).contains("postgresql://user:password@host:5432/graph");
    }

    @Test
    void databaseUrlFileMustHoldUrl(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("missing");
        Path empty = Files.writeString(folder.resolve("empty"), " \n");
        Path other = Files.writeString(folder.resolve("other"), "mysql://host/graph");

        assertThatThrownBy(() -> read(missing))
                .hasMessage("RETINUE_DATABASE_URL_FILE is '" + missing + "', which can't be read as a text file");
        assertThatThrownBy(() -> read(folder)).hasMessageContaining("can't be read as a text file");
        assertThatThrownBy(() -> read(empty))
                .hasMessage("RETINUE_DATABASE_URL_FILE is '" + empty
                        + "', which is empty: write the database's URL into it");
        assertThatThrownBy(() -> read(other)).hasMessageContaining("postgresql://user:password@host:port/database");
    }

    @Test
    void databaseUrlIsGivenOnce() {
        assertThatThrownBy(() -> StartSettings.read(Map.of(
                        "RETINUE_DATABASE_URL", "postgresql://a@b/c", "RETINUE_DATABASE_URL_FILE", "/etc/retinue/url")))
                .hasMessage("RETINUE_DATABASE_URL and RETINUE_DATABASE_URL_FILE are both set: set one of them");
    }

    private static Settings read(Path file) {
        return StartSettings.read(Map.of("RETINUE_DATABASE_URL_FILE", file.toString()));
    }
}
