package org.retinue.relationship;

import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.retinue.problem.Problem;

/** Reads what the statements of this package answer. */
final class Answers {

    private Answers() {}

    static Instant instant(Row row, String column) {
        OffsetDateTime value = row.getOffsetDateTime(column);
        return value == null ? null : value.toInstant();
    }

    /**
     * The answer about two users.
     *
     * @throws Problem {@code unknown-user}, if one of them does not exist
     */
    static Row requireKnown(Row row, String one, String other) {
        if (!row.getBoolean("known")) {
            throw Problem.unknownUser(one);
        }
        if (!row.getBoolean("other_known")) {
            throw Problem.unknownUser(other);
        }
        return row;
    }
}
