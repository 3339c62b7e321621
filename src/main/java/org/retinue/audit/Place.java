package org.retinue.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.zip.CRC32;
import org.retinue.page.Cursor;
import org.retinue.page.CursorCodec;

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

    private static final int NUMBERS = 4;

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
    static Place read(CursorCodec codec, String cursor) {
        if (cursor == null) {
            return BEGINNING;
        }
        return of(codec.readNumbers(LIST, NUMBERS, cursor));
    }

    /** The cursor that stands for it. */
    String cursor(CursorCodec codec) {
        return codec.write(LIST, table.number, one, Cursor.micros(since), other);
    }

    /** The text that the database keeps of it, which callers never see. Earlier versions read and write the same. */
    String stored() {
        ByteBuffer bytes = ByteBuffer.allocate(NUMBERS * Long.BYTES + Integer.BYTES);
        bytes.asLongBuffer().put(new long[] {table.number, one, Cursor.micros(since), other});
        bytes.putInt(NUMBERS * Long.BYTES, checksum(bytes.array()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /** Reads what was stored; null is the beginning. */
    static Place restored(String stored) {
        if (stored == null) {
            return BEGINNING;
        }
        long[] key = new long[NUMBERS];
        ByteBuffer.wrap(Base64.getUrlDecoder().decode(stored)).asLongBuffer().get(key);
        return of(key);
    }

    private static Place of(long[] key) {
        return new Place(Table.of(key[0]), key[1], Cursor.instant(key[2]), key[3]);
    }

    private static int checksum(byte[] stored) {
        CRC32 checksum = new CRC32();
        checksum.update(LIST.getBytes(StandardCharsets.UTF_8));
        checksum.update(stored, 0, NUMBERS * Long.BYTES);
        return (int) checksum.getValue();
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
