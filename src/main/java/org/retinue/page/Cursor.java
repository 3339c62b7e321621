package org.retinue.page;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/**
 * A place in a list that stays where it is while the list changes: the key of the last item of a page, in URL-safe
 * characters. It is opaque to callers, and a checksum tells a mangled one, or one of another list or order, from a true
 * one.
 */
public final class Cursor {

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private Cursor() {}

    /**
     * The key of an item in a list ordered by time.
     *
     * @param since to the microsecond
     * @param id of the user in the item, which orders items of the same instant
     */
    public record Position(Instant since, long id) {}

    /** Writes the place after an item of a list; {@code list} names the list and its order. */
    public static String write(String list, Position last) {
        return write(list, micros(last.since()), last.id());
    }

    /** Writes the place after an item of a list whose key is some numbers. */
    public static String write(String list, long... key) {
        ByteBuffer bytes = ByteBuffer.allocate(key.length * Long.BYTES);
        bytes.asLongBuffer().put(key);
        return write(list, bytes.array());
    }

    /** Writes the place after a name in a list ordered by name. */
    public static String write(String list, String lastName) {
        return write(list, lastName.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a place in a list ordered by time.
     *
     * @throws Problem {@code bad-cursor}
     */
    public static Position readPosition(String list, String cursor) {
        long[] key = readNumbers(list, 2, cursor);
        return new Position(instant(key[0]), key[1]);
    }

    /**
     * Reads a place in a list whose key is that many numbers.
     *
     * @throws Problem {@code bad-cursor}
     */
    public static long[] readNumbers(String list, int count, String cursor) {
        ByteBuffer bytes = ByteBuffer.wrap(read(list, cursor));
        if (bytes.remaining() != count * Long.BYTES) {
            throw bad();
        }
        long[] key = new long[count];
        bytes.asLongBuffer().get(key);
        return key;
    }

    /**
     * Reads a place in a list ordered by name.
     *
     * @throws Problem {@code bad-cursor}
     */
    public static String readName(String list, String cursor) {
        return new String(read(list, cursor), StandardCharsets.UTF_8);
    }

    /** An instant as a number of a key. Of any year: ChronoUnit.between counts in nanoseconds, which end in 2262. */
    public static long micros(Instant since) {
        return TimeUnit.SECONDS.toMicros(since.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(since.getNano());
    }

    /**
     * The instant that a number of a key stands for.
     *
     * @throws Problem {@code bad-cursor} when no list has it
     */
    public static Instant instant(long micros) {
        Instant since = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        if (!PageRequest.isListed(since)) {
            throw bad();
        }
        return since;
    }

    private static String write(String list, byte[] key) {
        return ENCODER.encodeToString(ByteBuffer.allocate(key.length + Integer.BYTES)
                .put(key)
                .putInt(checksum(list, key))
                .array());
    }

    private static byte[] read(String list, String cursor) {
        byte[] bytes;
        try {
            bytes = DECODER.decode(cursor);
        } catch (IllegalArgumentException e) {
            throw bad();
        }
        // Bits of the last character that no byte takes would let several texts be one cursor.
        if (bytes.length < Integer.BYTES || !ENCODER.encodeToString(bytes).equals(cursor)) {
            throw bad();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        byte[] key = new byte[bytes.length - Integer.BYTES];
        buffer.get(key);
        if (buffer.getInt() != checksum(list, key)) {
            throw bad();
        }
        return key;
    }

    private static int checksum(String list, byte[] key) {
        CRC32 checksum = new CRC32();
        checksum.update(list.getBytes(StandardCharsets.UTF_8));
        checksum.update(key);
        return (int) checksum.getValue();
    }

    /** What is thrown for a cursor that no list gave out. */
    public static Problem bad() {
        return Problem.of(ProblemCode.BAD_CURSOR, "Give the cursor back as 'next' had it, to the same list and order")
                .with("field", "cursor");
    }
}
