package org.retinue.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctJwkGenerator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.config.SettingsException;
import org.retinue.security.AuthSettings.Mode;

/** What is set says how callers prove who they are; what is set wrong is said in one line. */
class AuthSettingsTest {

    @TempDir
    static Path folder;

    private static Path pem;
    private static Path jwks;

    @BeforeAll
    static void keys() throws IOException {
        pem = write("key.pem", pem(Signer.rsa(null)));
        try (TestIssuer issuer = new TestIssuer(Signer.rsa("one"), Signer.ec("two"))) {
            jwks = write("keys.json", issuer.jwks());
        }
    }

    @Test
    void nothingSetIsNoAuthentication() {
        assertThat(read().mode()).isEqualTo(Mode.UNSET);
        assertThat(read("RETINUE_AUTH_ISSUER", " ").mode()).isEqualTo(Mode.UNSET);
        assertThat(read().isOn()).isFalse();
    }

    @Test
    void theModeIsInferred() {
        AuthSettings oidc = read("RETINUE_AUTH_ISSUER", "https://id.example.com/", "RETINUE_AUTH_AUDIENCE", "a, b");
        AuthSettings key = read("RETINUE_AUTH_PUBLIC_KEY", pem.toString(), "RETINUE_AUTH_AUDIENCE", "a");
        AuthSettings none = read("RETINUE_AUTH", "none", "RETINUE_AUTH_ISSUER", "https://id.example.com/");

        assertThat(oidc.mode()).isEqualTo(Mode.OIDC);
        assertThat(oidc.audience()).containsExactly("a", "b");
        assertThat(oidc.userClaim()).isEqualTo("sub");
        assertThat(oidc.clockSkew()).isEqualTo(Duration.ofSeconds(30));
        assertThat(key.mode()).isEqualTo(Mode.KEY);
        assertThat(none.mode()).isEqualTo(Mode.NONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            RETINUE_AUTH=yes                                    | RETINUE_AUTH should be none, oidc or key, but it is yes
            RETINUE_AUTH=oidc,RETINUE_AUTH_AUDIENCE=a           | RETINUE_AUTH_ISSUER is missing
            RETINUE_AUTH=key,RETINUE_AUTH_AUDIENCE=a            | RETINUE_AUTH_PUBLIC_KEY is missing
            RETINUE_AUTH_ISSUER=https://id.example.com          | RETINUE_AUTH_AUDIENCE is missing
            RETINUE_AUTH_AUDIENCE=a                             | neither RETINUE_AUTH_ISSUER nor RETINUE_AUTH_PUBLIC_KEY
            RETINUE_AUTH_USER_CLAIM=email                       | neither RETINUE_AUTH_ISSUER nor RETINUE_AUTH_PUBLIC_KEY
            RETINUE_AUTH_ISSUER=id.example.com,RETINUE_AUTH_AUDIENCE=a | should be a URL such as
            RETINUE_AUTH_ISSUER=ftp://id.example.com,RETINUE_AUTH_AUDIENCE=a | should be a URL such as
            RETINUE_AUTH_ISSUER=https://id.example.com?a=b,RETINUE_AUTH_AUDIENCE=a | should be a URL such as
            RETINUE_AUTH=none,RETINUE_AUTH_CLOCK_SKEW=1h                        | RETINUE_AUTH_CLOCK_SKEW should be a number from 0 to 600
            RETINUE_AUTH=none,RETINUE_AUTH_CLOCK_SKEW=601                       | RETINUE_AUTH_CLOCK_SKEW should be a number from 0 to 600
            """)
    void whatIsSetWrongIsNamed(String set, String said) {
        Map<String, String> variables = new HashMap<>();
        for (String assignment : set.split(",", -1)) {
            int equals = assignment.indexOf('=');
            variables.put(assignment.substring(0, equals), assignment.substring(equals + 1));
        }

        assertThatThrownBy(() -> AuthSettings.read(variables::get))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(said)
                .message()
                .hasLineCount(1);
    }

    @Test
    void aKeyIsAPublicOneInPemOrASetOfThem() throws IOException {
        assertThat(KeyFile.read(pem)).hasSize(1);
        assertThat(KeyFile.read(write("ec.pem", pem(Signer.ec(null))))).hasSize(1);
        assertThat(KeyFile.read(jwks)).extracting(JsonWebKey::getKeyId).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void aKeyThatIsNoneIsNamed() throws IOException {
        String secret = new JsonWebKeySet(OctJwkGenerator.generateJwk(256))
                .toJson(JsonWebKey.OutputControlLevel.INCLUDE_SYMMETRIC);

        assertNoKey(folder.resolve("nowhere.pem"), "there is no such file");
        assertNoKey(folder, "it can't be read");
        assertNoKey(write("empty.pem", ""), "neither a public key in PEM nor a JWKS");
        assertNoKey(write("word.pem", "opensesame"), "neither a public key in PEM nor a JWKS");
        assertNoKey(write("empty.json", "{\"keys\": []}"), "neither a public key in PEM nor a JWKS");
        assertNoKey(write("broken.json", "{\"keys\": "), "neither a public key in PEM nor a JWKS");
        assertNoKey(write("secret.json", secret), "neither a public key in PEM nor a JWKS");
        assertNoKey(write("private.pem", privatePem(Signer.rsa(null))), "neither a public key in PEM nor a JWKS");
        assertNoKey(write("short.pem", pem(Signer.rsa(null, 1024))), "an RSA key needs 2048 bits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.9", "::1", "localhost"})
    void withoutAuthenticationItListensWhereNobodyElseCanReachIt(String host) {
        assertThat(read().requireFor(host).isOpenTo(host)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "host.invalid"})
    void elsewhereItHasToBeSaid(String host) {
        assertThatThrownBy(() -> read().requireFor(host))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(host)
                .hasMessageContaining("RETINUE_AUTH=none")
                .message()
                .hasLineCount(1);
        assertThat(read("RETINUE_AUTH", "none").requireFor(host).isOpenTo(host)).isTrue();
        assertThat(read("RETINUE_AUTH_PUBLIC_KEY", pem.toString(), "RETINUE_AUTH_AUDIENCE", "a")
                        .requireFor(host)
                        .isOpenTo(host))
                .isFalse();
    }

    private static AuthSettings read(String... set) {
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < set.length; i += 2) {
            variables.put(set[i], set[i + 1]);
        }
        return AuthSettings.read(variables::get);
    }

    private static void assertNoKey(Path file, String said) {
        assertThatThrownBy(() -> read("RETINUE_AUTH_PUBLIC_KEY", file.toString(), "RETINUE_AUTH_AUDIENCE", "a"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("RETINUE_AUTH_PUBLIC_KEY can't be used: " + file)
                .hasMessageContaining(said)
                .message()
                .hasLineCount(1);
    }

    private static Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    static String pem(Signer signer) {
        return pem("PUBLIC KEY", signer.jwk().getPublicKey().getEncoded());
    }

    private static String privatePem(Signer signer) {
        return pem("PRIVATE KEY", signer.jwk().getPrivateKey().getEncoded());
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + kind
                + "-----\n";
    }
}
