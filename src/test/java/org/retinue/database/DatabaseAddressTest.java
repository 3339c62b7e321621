package org.retinue.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the address of a server is read; what is wrong in one is said without its password. */
class DatabaseAddressTest {

    @Test
    void aUrlIsReadAsOtherToolsReadIt() {
        DatabaseAddress address = DatabaseAddress.parse("postgres://al%40ce:p%2Bw+d@example.org/graph?sslmode=require");

        assertThat(address).isEqualTo(new DatabaseAddress("example.org:5432/graph?sslmode=require", "al@ce", "p+w+d"));
        assertThat(address.toString()).doesNotContain("p+w");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://postgres:opensesame@localhost/retinue",
                "postgresql://postgres:opensesame%@localhost/retinue",
                "postgresql://postgres:opensesame@localhost",
                "postgresql:///opensesame",
                "opensesame"
            })
    void aMalformedUrlIsRefused(String url) {
        assertThatThrownBy(() -> DatabaseAddress.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("RETINUE_DATABASE_URL should be")
                .hasMessageNotContaining("opensesame");
    }
}
