package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.QuarkusBindException;
import java.io.IOException;
import java.net.BindException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.retinue.database.DatabaseAddress;

/** What an operator is told is a sentence, whatever the failure has to say for itself. */
class StartFailureTest {

    private static final DatabaseAddress DATABASE = DatabaseAddress.parse("postgresql://me:opensesame@db/retinue");

    @Test
    void aDatabaseThatDoesNotAnswerInTimeIsSaidNotTo() {
        SQLException failure = new SQLException("no connection to be had", new TimeoutException());

        assertThat(StartFailure.explain(failure, DATABASE, "127.0.0.1:8080"))
                .isEqualTo("the database " + DATABASE + " can't be used: it did not answer in time");
    }

    @ParameterizedTest
    @MethodSource("takenPorts")
    void aPortThatIsTakenIsNamed(Throwable failure) {
        assertThat(StartFailure.explain(failure, DATABASE, "127.0.0.1:8080"))
                .startsWith("127.0.0.1:8080 is taken")
                .contains("RETINUE_PORT");
    }

    static List<Throwable> takenPorts() {
        return List.of(
                new QuarkusBindException("127.0.0.1", 8080, new BindException("Address already in use")),
                new RuntimeException(new IOException("bind(..) failed with error(-98): Address already in use")));
    }

    @Test
    void aFailureThatSaysNothingIsNamed() {
        SQLException failure = new SQLException("no connection to be had", new IllegalStateException());

        assertThat(StartFailure.explain(failure, DATABASE, "127.0.0.1:8080"))
                .endsWith("can't be used: IllegalStateException");
    }
}
