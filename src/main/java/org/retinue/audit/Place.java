package org.retinue.audit;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.retinue.page.Cursor;

/**
 * A place in the walk of an audit: after the last row looked at of a table.
 *
 * @param table which it is at
 * @param one the first id of that row's key
 * @param since the instant in it, if it has one
 * @param other the second id in it, if it has one
 */
record Place(Table table, long one, Instant since, long other) {

    /** What is walked, one after the other. */
    enum Table {
        FOLLOWS(1),
        FOLLOWERS(2),
        COUNTS(3);

        private final long number;

        Table(long number) {
            this.number = number;
        }

        private static Table of(long number) {
            for (Table table : values()) {
                if (table.number == number) {
                    return table;
                }
            }
            throw Cursor.bad();
        }
    }

    private static final String LIST = "audit";

    /** Before every row. */
    static final Place BEGINNING = beginningOf(Table.FOLLOWS);

    static Place beginningOf(Table table) {
        return new Place(table, Long.MIN_VALUE, Instant.EPOCH, Long.MIN_VALUE);
    }

    /**
     * The place that a cursor stands for; null is the beginning.
     *
     * @throws org.retinue.problem.Problem {@code bad-cursor}
     */
    static Place read(String cursor) {
        if (cursor == null) {
            return BEGINNING;
        }
        long[] key = Cursor.readNumbers(LIST, 4, cursor);
        return new Place(Table.of(key[0]), key[1], Cursor.instant(key[2]), key[3]);
    }

    /** The cursor that stands for it. */
    String cursor() {
        return Cursor.write(LIST, table.number, one, Cursor.micros(since), other);
    }

    /**
     * How much of the graph is before it, from 0 to 1, if users' ids are spread evenly and each table is a third of it.
     *
     * @param lastUser the highest id of a user
     */
    double share(long lastUser) {
        double ofTable = lastUser <= 0 ? 0 : Math.min(1, Math.max(0, (double) one / lastUser));
        return (table.number - 1 + ofTable) / Table.values().length;
    }

    OffsetDateTime sinceUtc() {
        return since.atOffset(ZoneOffset.UTC);
    }
}
