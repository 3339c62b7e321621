package org.retinue.database;

import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Reads instants from rows: the client gives them with an offset, and null as null. */
public final class Instants {

    private Instants() {}

    /** The instant in a column, to the microsecond; null if there is none. */
    public static Instant instant(Row row, String column) {
        OffsetDateTime value = row.getOffsetDateTime(column);
        return value == null ? null : value.toInstant();
    }
}
