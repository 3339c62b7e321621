package org.retinue.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which origins the setting allows. */
class CorsTest {

    @Test
    void settingIsReadAsBrowsersSendOrigins() {
        assertThat(Cors.parse(
                        " https://App.example.com , http://localhost:3000,,http://[::1]:8080,https://a.example:443,"
                                + "http://b.example:80,https://c.example:80"))
                .isEqualTo(Set.of(
                        "https://app.example.com",
                        "http://localhost:3000",
                        "http://[::1]:8080",
                        "https://a.example",
                        "http://b.example",
                        "https://c.example:80"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app.example.com",
                "https://app.example.com/",
                "https://app.example.com/path",
                "https://user@app.example.com",
                "https://*.example.com",
                "null",
                "https://",
                "https://a b"
            })
    void textThatIsNoOriginIsRefused(String origin) {
        assertThatThrownBy(() -> Cors.parse(origin)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "https://app.example.com,          true",
        "http://app.example.com,           false",
        "https://app.example.com:8443,     false",
        "https://app.example.com.evil.org, false",
        "https://evil-app.example.com,     false",
        "null,                             false"
    })
    void originsAreComparedExactly(String origin, boolean allowed) {
        Cors cors = Cors.of(Optional.of("https://app.example.com,http://localhost:3000"));

        assertThat(cors.allows(origin)).isEqualTo(allowed);
        assertThat(headers(cors, origin).containsKey("Access-Control-Allow-Origin"))
                .isEqualTo(allowed);
        assertThat(headers(cors, origin)).containsEntry("Vary", "Origin");
    }

    @Test
    void asteriskAllowsEveryOriginWithoutNamingIt() {
        Cors cors = Cors.of(Optional.of("*"));

        assertThat(headers(cors, "https://any.example")).containsEntry("Access-Control-Allow-Origin", "*");
        assertThat(headers(cors, "https://any.example")).doesNotContainKey("Access-Control-Allow-Credentials");
    }

    @Test
    void withoutSettingThereAreNoHeaders() {
        assertThat(headers(Cors.of(Optional.empty()), "https://app.example.com"))
                .isEmpty();
    }

    private static Map<String, String> headers(Cors cors, String origin) {
        Map<String, String> headers = new TreeMap<>();
        cors.addTo(origin, headers::put);
        return headers;
    }
}
