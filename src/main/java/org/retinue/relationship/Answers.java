package org.retinue.relationship;

import io.vertx.mutiny.sqlclient.Row;
import org.retinue.problem.Problem;

/** Reads what the statements of this package answer. */
final class Answers {

    private Answers() {}

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
