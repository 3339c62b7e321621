package org.retinue.select;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.retinue.page.Cursor;
import org.retinue.page.Cursor.Position;
import org.retinue.page.CursorCodec;

/**
 * How far somebody has come in a selection.
 *
 * @param sources the sets that are read, one after the other
 * @param begun when the first page was asked for
 * @param source which of the sources is being read, from 0; their number when all have been
 * @param last its member that was read last
 */
record Place(List<UserSet> sources, Instant begun, int source, Position last) {

    /** Before everybody: after the last instant that a list knows. */
    private static final Position START = new Position(Instant.parse("9999-12-31T23:59:59.999999Z"), Long.MAX_VALUE);

    private static final int NUMBERS = 5;

    static Place first(Selection selection) {
        return new Place(selection.sources(), selection.begun(), 0, START);
    }

    /** The place after a member of the source that is being read. */
    Place after(Position member) {
        return new Place(sources, begun, source, member);
    }

    /** The beginning of the next source. */
    Place nextSource() {
        return new Place(sources, begun, source + 1, START);
    }

    boolean isEnd() {
        return source == sources.size();
    }

    /** Which sources there are, as bits, since they are chosen by sizes, and these change; and the place in them. */
    String write(CursorCodec codec, Selection selection) {
        List<UserSet> sets = new ArrayList<>(selection.sets());
        long chosen = 0;
        for (UserSet each : sources) {
            chosen |= 1L << sets.indexOf(each);
        }
        return codec.write(
                selection.list(), chosen, source, Cursor.micros(begun), Cursor.micros(last.since()), last.id());
    }

    /**
     * Reads what was written for the same expression.
     *
     * @throws org.retinue.problem.Problem {@code bad-cursor}
     */
    static Place read(CursorCodec codec, Selection selection, String cursor) {
        long[] key = codec.readNumbers(selection.list(), NUMBERS, cursor);
        List<UserSet> sources = new ArrayList<>();
        int bit = 0;
        for (UserSet set : selection.sets()) {
            if ((key[0] >> bit++ & 1) == 1) {
                sources.add(set);
            }
        }
        if (key[1] < 0 || key[1] > sources.size()) {
            throw Cursor.bad();
        }
        return new Place(sources, Cursor.instant(key[2]), (int) key[1], new Position(Cursor.instant(key[3]), key[4]));
    }
}
