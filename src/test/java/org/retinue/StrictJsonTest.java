package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.retinue.rest.InstantSerializer;

/** What the mapper of the application is that tests of its parts can't know. */
@QuarkusTest
class StrictJsonTest {

    @Inject
    ObjectMapper mapper;

    @Test
    void instantsAreWrittenWithoutAFormatter() throws JsonProcessingException {
        assertThat(mapper.getSerializerProviderInstance().findValueSerializer(Instant.class))
                .isInstanceOf(InstantSerializer.class);
    }
}
