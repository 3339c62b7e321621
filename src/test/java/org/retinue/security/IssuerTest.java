package org.retinue.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Where an issuer's keys are is believed only as far as its metadata can be. */
class IssuerTest {

    private static final String ISSUER = "https://id.example.com/realm";
    private static final String KEYS = "https://keys.example.com/jwks";

    @Test
    void theKeysAreWhereTheMetadataSay() throws IOException {
        assertThat(Issuer.keysUri(ISSUER, metadata(ISSUER, KEYS))).isEqualTo(KEYS);
    }

    @Test
    void theKeysOfAnIssuerThatIsAskedByHttpsAreToo() {
        assertThatThrownBy(() -> Issuer.keysUri(ISSUER, metadata(ISSUER, "http://keys.example.com/jwks")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("https");
    }

    @Test
    void anIssuerOfATestMayDoWithoutHttps() throws IOException {
        assertThat(Issuer.keysUri(
                        "http://localhost:8180", metadata("http://localhost:8180", "http://localhost:8180/k")))
                .isEqualTo("http://localhost:8180/k");
    }

    @Test
    void metadataOfAnotherIssuerAreNotBelieved() {
        assertThatThrownBy(() -> Issuer.keysUri(ISSUER, metadata(ISSUER + "/", KEYS)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(ISSUER + "/");
    }

    @Test
    void metadataWithoutKeysAreOfNoUse() {
        assertThatThrownBy(() -> Issuer.keysUri(ISSUER, new JsonObject().put("issuer", ISSUER)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("jwks_uri");
    }

    private static JsonObject metadata(String issuer, String keys) {
        return new JsonObject().put("issuer", issuer).put("jwks_uri", keys);
    }
}
