package org.retinue.page;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.retinue.database.CancellableConnection;
import org.retinue.page.Cursor.Position;
import org.retinue.problem.Problem;

/**
 * A list that users have, of other users, ordered by time: how to read a page of it.
 *
 * <p>Its two statements take the name of the owner, the bounds of the page (since and id exclusive at its beginning, since
 * at its end) and how many rows at most. They return a row per item with its {@code since} and {@code id}, in any order;
 * one row without an {@code id} when the page is empty; none when there is no such owner. A row without a {@code username}
 * is of a user who has just been erased: it has a place in the list as long as it is there, and is not shown.
 *
 * @param <T> an item
 */
public final class TimeList<T> {

    /** Lower than every id. */
    private static final long NO_ID = 0;

    private final String name;
    private final String newest;
    private final String oldest;
    private final Items<T> items;

    /**
     * A list.
     *
     * @param name by which its cursors know it
     * @param newest the statement for the newest first
     * @param oldest the statement for the oldest first
     * @param items what rows say
     */
    public TimeList(String name, String newest, String oldest, Items<T> items) {
        this.name = name;
        this.newest = newest;
        this.oldest = oldest;
        this.items = items;
    }

    /**
     * What rows say.
     *
     * @param <T> an item
     */
    public interface Items<T> {

        /** Reads a row, of which some is read already. */
        T item(String username, Instant since, Row row);
    }

    /**
     * A part of a list.
     *
     * @param items in the order asked for
     * @param next the cursor of the part after this one; null on the last
     * @param row one of the rows, for what they all say
     */
    public record Part<T>(List<T> items, String next, Row row) {}

    /** A statement for a page, with what it takes. */
    public record Query(String sql, Tuple parameters) {

        /** Sends it. */
        public Uni<RowSet<Row>> send(SqlClient database) {
            return database.preparedQuery(sql).execute(parameters);
        }
    }

    /** Whoever answers queries. */
    public interface Queries extends Function<Query, Uni<RowSet<Row>>> {}

    /**
     * Sends queries one behind the other, without waiting between them: the database need not be woken for each, nor this
     * process for each answer. They stay statements of their own, since a statement for many pages would need a join that
     * a cluster refuses (docs/benchmarks.md).
     */
    public static Uni<List<RowSet<Row>>> send(Pool pool, List<Query> queries) {
        return CancellableConnection.with(pool, connection -> Uni.join()
                .all(queries.stream().map(query -> query.send(connection)).toList())
                .andFailFast());
    }

    /** Reads and writes the cursors of one list of one user, in one order. */
    private record PageCursor(CursorCodec codec, String list) {

        /** The position that a cursor stands for; null for null, the beginning. */
        Position read(String cursor) {
            return cursor == null ? null : codec.readPosition(list, cursor);
        }

        String write(Position last) {
            return codec.write(list, last);
        }
    }

    /** Where it is; the item is null when it is not shown. */
    private record Entry<T>(Position position, T item) {}

    /**
     * Reads a page.
     *
     * <p>Fails with {@code bad-cursor} or {@code unknown-user}.
     */
    public Uni<Part<T>> fetch(SqlClient database, CursorKey key, String owner, PageRequest request) {
        return fetch(query -> query.send(database), key, owner, request);
    }

    /** The same, of who answers the query another way. */
    public Uni<Part<T>> fetch(Queries database, CursorKey key, String owner, PageRequest request) {
        return key.codec().chain(codec -> fetch(database, codec, owner, request));
    }

    private Uni<Part<T>> fetch(Queries database, CursorCodec codec, String owner, PageRequest request) {
        PageCursor cursor = new PageCursor(codec, name + '/' + request.order() + '/' + owner);
        Position after = cursor.read(request.cursor());
        return switch (request.order()) {
            case NEWEST -> {
                Position begin = earlier(after, new Position(request.to(), NO_ID));
                yield fetch(database, newest, owner, begin, request.from(), request, cursor);
            }
            case OLDEST -> {
                Position begin = later(after, new Position(request.from(), NO_ID));
                yield fetch(database, oldest, owner, begin, request.to(), request, cursor);
            }
        };
    }

    private Uni<Part<T>> fetch(
            Queries database,
            String sql,
            String owner,
            Position begin,
            Instant end,
            PageRequest request,
            PageCursor cursor) {
        // One more than asked for tells whether there is a next page.
        Tuple bounds = Tuple.of(owner, utc(begin.since()), begin.id(), utc(end), request.limit() + 1);
        return database.apply(new Query(sql, bounds)).map(rows -> part(owner, rows, request, cursor));
    }

    private Part<T> part(String owner, RowSet<Row> rows, PageRequest request, PageCursor cursor) {
        if (rows.size() == 0) {
            throw Problem.unknownUser(owner);
        }
        // The client looks for a name among those of all columns, for each value.
        List<String> columns = rows.columnsNames();
        int idColumn = columns.indexOf("id");
        int sinceColumn = columns.indexOf("since");
        int usernameColumn = columns.indexOf("username");
        Row any = null;
        List<Entry<T>> entries = new ArrayList<>(rows.size());
        for (Row row : rows) {
            any = row;
            Long id = row.getLong(idColumn);
            if (id != null) {
                Instant since = row.getOffsetDateTime(sinceColumn).toInstant();
                String username = row.getString(usernameColumn);
                T item = username == null ? null : items.item(username, since, row);
                entries.add(new Entry<>(new Position(since, id), item));
            }
        }
        Comparator<Entry<T>> byTime = Comparator.comparing((Entry<T> entry) -> entry.position.since())
                .thenComparing(entry -> entry.position.id());
        entries.sort(request.order() == Order.OLDEST ? byTime : byTime.reversed());
        boolean more = entries.size() > request.limit();
        List<Entry<T>> shown = more ? entries.subList(0, request.limit()) : entries;
        String next = more ? cursor.write(shown.get(shown.size() - 1).position) : null;
        return new Part<>(
                shown.stream().map(Entry::item).filter(Objects::nonNull).toList(), next, any);
    }

    private static Position earlier(Position cursor, Position bound) {
        return cursor == null || bound.since().isBefore(cursor.since()) ? bound : cursor;
    }

    private static Position later(Position cursor, Position bound) {
        return cursor == null || bound.since().isAfter(cursor.since()) ? bound : cursor;
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
