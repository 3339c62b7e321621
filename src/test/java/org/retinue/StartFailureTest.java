package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.retinue.database.DatabaseAddress;

/** What an operator is told is a sentence, whatever the failure has to say for itself. */
class StartFailureTest {

    private static final DatabaseAddress DATABASE = DatabaseAddress.parse("postgresql://me:opensesame@db/retinue");

    @Test
    void aDatabaseThatDoesNotAnswerInTimeIsSaidNotTo() {
        SQLException failure = new SQLException("no connection to be had", new TimeoutException());

        assertThat(StartFailure.explain(failure, DATABASE))
                .isEqualTo("the database " + DATABASE + " can't be used: it did not answer in time");
    }

    @Test
    void aFailureThatSaysNothingIsNamed() {
        SQLException failure = new SQLException("no connection to be had", new IllegalStateException());

        assertThat(StartFailure.explain(failure, DATABASE)).endsWith("can't be used: IllegalStateException");
    }
}
