package org.retinue.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One URL tells both drivers the same: where the server is, who logs in, and how far it is trusted. */
class DatabaseAddressTest {

    private static final String REACTIVE = "quarkus.datasource.reactive.";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://alice:open%2Fsesame%2B@db/graph",
                "postgresql://alice:open%2Fsesame+@db/graph",
                "postgres://db:5432/graph?user=alice&password=open%2Fsesame%2B",
                "postgresql://alice@db/graph?password=open%2Fsesame%2B"
            })
    void theLoginIsReadAndThePasswordNeverShown(String url) {
        DatabaseAddress address = DatabaseAddress.parse(url);

        assertThat(address.user()).isEqualTo("alice");
        assertThat(address.password()).isEqualTo("open/sesame+");
        assertThat(address).hasToString("alice@db:5432/graph");
        assertThat(address.jdbcUrl() + address.reactiveUrl()).doesNotContain("sesame");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://alice:opensesame@db",
                "postgresql://alice:open sesame@db/graph",
                "postgresql://alice:opensesame@db/graph?sslmode=sometimes",
                "postgresql://alice:opensesame@db/graph?sslrootcert=/nowhere",
                "postgresql://alice@db/graph?password=opensesame&ssl",
                "postgresql://alice:opensesame%@db/graph",
                "postgresql:///opensesame",
                "mysql://alice:opensesame@db/graph",
                "opensesame"
            })
    void aMalformedUrlIsRefusedWithoutItsPassword(String url) {
        assertThatThrownBy(() -> DatabaseAddress.parse(url))
                .hasMessageStartingWith("RETINUE_DATABASE_URL should be")
                .hasMessageNotContaining("sesame")
                .hasNoCause();
    }

    @ParameterizedTest
    @CsvSource({
        "'',                              disable,     true,  ",
        "?sslmode=disable,                disable,     true,  ",
        "?sslmode=prefer,                 prefer,      true,  ",
        "?sslmode=require,                require,     true,  ",
        "?sslmode=require&sslrootcert=CA, verify-ca,   ,      ",
        "?sslmode=verify-ca&sslrootcert=CA, verify-ca, ,      ",
        "?sslmode=verify-full&sslrootcert=CA, verify-full, , HTTPS",
        "?sslmode=verify-full,            verify-full, ,      HTTPS"
    })
    void theModeMeansTheSameToBothDrivers(
            String options, String mode, String trustAll, String hostnames, @TempDir Path folder) throws Exception {
        Path authority = Files.writeString(folder.resolve("root, of all.crt"), "");
        String given = options.replace("CA", authority.toString().replace(" ", "%20"));

        DatabaseAddress address = DatabaseAddress.parse("postgresql://db/graph" + given);

        assertThat(address.reactiveUrl()).isEqualTo("postgresql://db:5432/graph?sslmode=" + mode);
        assertThat(address.jdbcUrl()).startsWith("jdbc:postgresql://db:5432/graph?sslmode=" + mode);
        assertThat(address.settings().get(REACTIVE + "trust-all")).isEqualTo(trustAll);
        assertThat(address.settings().get(REACTIVE + "hostname-verification-algorithm"))
                .isEqualTo(hostnames);
        if (options.contains("CA")) {
            assertThat(address.jdbcUrl()).contains("&sslrootcert=").contains("root%2C%20of%20all.crt");
            assertThat(address.settings().get(REACTIVE + "trust-certificate-pem.certs"))
                    .isEqualTo(authority.toString().replace(",", "\\,"));
        } else if (mode.startsWith("verify")) {
            assertThat(address.jdbcUrl()).endsWith("&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory");
        }
    }

    @Test
    void otherOptionsAreLeftToTheDrivers() {
        DatabaseAddress address = DatabaseAddress.parse("postgresql://db:6432/graph?sslmode=require&search_path=a%20b");

        assertThat(address.reactiveUrl()).isEqualTo("postgresql://db:6432/graph?search_path=a%20b&sslmode=require");
        assertThat(address.jdbcUrl()).isEqualTo("jdbc:postgresql://db:6432/graph?search_path=a%20b&sslmode=require");
    }
}
