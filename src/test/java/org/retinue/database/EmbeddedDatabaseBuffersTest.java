package org.retinue.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddedDatabaseBuffersTest {

    @ParameterizedTest(name = "of {0} MiB: {1} MiB")
    @CsvSource({"256, 128", "512, 128", "2048, 512", "16384, 4096", "131072, 8192"})
    void aQuarterOfTheMemoryGoesToTheBuffersWithinWhatIsOfUse(long memory, long buffers) {
        assertThat(EmbeddedDatabase.sharedBuffers(memory << 20)).isEqualTo(buffers);
    }
}
