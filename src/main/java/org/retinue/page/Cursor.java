package org.retinue.page;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/**
 * A position in a list that stays where it is while the list changes: the key of the last item of a page. Callers receive
 * it encrypted, see {@link CursorCodec}.
 */
public final class Cursor {

    private Cursor() {}

    /**
     * The key of an item in a list ordered by time.
     *
     * @param since to the microsecond
     * @param id of the user in the item, which orders items of the same instant
     */
    public record Position(Instant since, long id) {}

    /** An instant as a number of a key. Of any year: ChronoUnit.between counts in nanoseconds, which end in 2262. */
    public static long micros(Instant since) {
        return TimeUnit.SECONDS.toMicros(since.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(since.getNano());
    }

    /**
     * The instant that a number of a key stands for.
     *
     * @throws Problem {@code bad-cursor} if no list has it
     */
    public static Instant instant(long micros) {
        Instant since = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        if (!PageRequest.isListed(since)) {
            throw bad();
        }
        return since;
    }

    /** The problem with a cursor that the list did not return. */
    public static Problem bad() {
        return Problem.of(
                        ProblemCode.BAD_CURSOR,
                        "cursor is not from this list in this order. Send `next` of the previous page unchanged, or omit"
                                + " cursor to start from the first page")
                .with("field", "cursor");
    }
}
