package org.retinue.select;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.retinue.page.Cursor.Position;
import org.retinue.user.NamePage;
import org.retinue.user.Names;

/**
 * A walk through a selection: reads its sources piece by piece, looks everybody up in the other sets, and keeps those who
 * belong to it. What it costs is what it looks at, whatever the size of the sets: it ends when it has found enough, has
 * seen all, or has looked at as many entries as it may.
 *
 * <p>Who is in several sources is found in the first of them; unless it came there only after the first page was asked
 * for, when the walk may have gone past.
 */
final class Walk {

    private static final int SMALLEST_PIECE = 100;
    private static final int LARGEST_PIECE = 1_000;

    private final SqlClient database;
    private final Selection selection;
    private final int wanted;
    private final List<Found> found = new ArrayList<>();
    private long budget;
    private int piece;
    private Place place;

    /** Somebody who belongs to the selection, and the place after it. */
    record Found(Place place, NamePage.Item user) {}

    /**
     * A walk yet to begin.
     *
     * @param wanted how many are enough
     * @param budget how many entries it may look at: a piece more at most
     */
    Walk(SqlClient database, Selection selection, Place begin, int wanted, long budget) {
        this.database = database;
        this.selection = selection;
        this.place = begin;
        this.wanted = wanted;
        this.budget = budget;
        this.piece = Math.max(SMALLEST_PIECE, Math.min(2 * wanted, LARGEST_PIECE));
    }

    /** Goes on until it ends. */
    Uni<Walk> run() {
        if (found.size() >= wanted || isThrough() || budget <= 0) {
            return Uni.createFrom().item(this);
        }
        return readPiece().chain(this::run);
    }

    /** Who was found, in order; more than wanted, perhaps. */
    List<Found> found() {
        return found;
    }

    /** Whether it has seen all. */
    boolean isThrough() {
        return place.isEnd();
    }

    /** The place after everybody it has looked at. */
    Place place() {
        return place;
    }

    private Uni<Void> readPiece() {
        UserSet source = place.sources().get(place.source());
        Position last = place.last();
        int size = piece;
        piece = Math.min(2 * piece, LARGEST_PIECE);
        return database.preparedQuery(source.kind().newest())
                .execute(Tuple.of(selection.owner(source), last.since().atOffset(ZoneOffset.UTC), last.id(), size))
                .chain(rows -> keep(source, rows).invoke(() -> {
                    if (rows.size() < size) {
                        place = place.nextSource();
                    }
                }));
    }

    private Uni<Void> keep(UserSet source, RowSet<Row> rows) {
        Members members = new Members(selection);
        Map<Long, Place> places = new LinkedHashMap<>();
        for (Row row : rows) {
            long id = row.getLong("id");
            Instant since = row.get(OffsetDateTime.class, "since").toInstant();
            place = place.after(new Position(since, id));
            if (row.getBoolean("holds")) {
                members.add(source, id, since);
                places.put(id, place);
            }
        }
        budget -= (long) rows.size() * selection.sets().size();
        return members.lookUp(database, source, places.keySet())
                .invoke(() -> places.keySet().removeIf(id -> !members.belongs(id) || isFoundBefore(id, members)))
                .chain(() -> Names.of(database, places.keySet()))
                .invoke(names -> places.forEach((id, after) -> {
                    if (names.containsKey(id)) {
                        found.add(new Found(after, names.get(id)));
                    }
                }))
                .replaceWithVoid();
    }

    /** Whether somebody was found in a source before the one that is being read. */
    private boolean isFoundBefore(long id, Members members) {
        return place.sources().subList(0, place.source()).stream()
                .map(earlier -> members.since(earlier, id))
                .anyMatch(since -> since != null && !since.isAfter(place.begun()));
    }
}
