package org.retinue.follow;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.retinue.page.Cursor;
import org.retinue.page.Cursor.Position;
import org.retinue.page.Order;
import org.retinue.page.PageRequest;
import org.retinue.problem.Problem;

/** Pages of either side of a user, in the order in which the follows began. */
public enum FollowPages {
    /** Whom a user follows. */
    FOLLOWING(FollowSql.FOLLOWING_NEWEST, FollowSql.FOLLOWING_OLDEST),
    /** Who follows a user. */
    FOLLOWERS(FollowSql.FOLLOWERS_NEWEST, FollowSql.FOLLOWERS_OLDEST);

    /** Lower than every id. */
    private static final long NO_ID = 0;

    private static final Comparator<Entry> BY_TIME =
            Comparator.comparing((Entry entry) -> entry.position.since()).thenComparing(entry -> entry.position.id());

    private final String newest;
    private final String oldest;

    FollowPages(String newest, String oldest) {
        this.newest = newest;
        this.oldest = oldest;
    }

    /**
     * A user on one side of another.
     *
     * @param username the key that callers know it by
     * @param displayName what people call it; null when it has none
     * @param since when the follow began
     */
    @Schema(name = "FollowListItem")
    public record Item(String username, String displayName, Instant since) {}

    private record Entry(Position position, Item item) {}

    /** A statement of this class with what it takes. */
    record Query(String sql, Tuple parameters) {}

    /**
     * Sends queries one behind the other, without waiting between them: the database need not be woken for each, nor this
     * process for each answer. They stay statements of their own, since a statement for many pages would need a join that
     * a cluster refuses (docs/decisions.md).
     */
    static Uni<List<RowSet<Row>>> send(Pool pool, List<Query> queries) {
        return pool.withConnection(connection -> Uni.join()
                .all(queries.stream()
                        .map(query -> connection.preparedQuery(query.sql).execute(query.parameters))
                        .toList())
                .andFailFast());
    }

    Uni<FollowPage> fetch(Function<Query, Uni<RowSet<Row>>> database, String username, PageRequest request) {
        String list = name().toLowerCase(Locale.ROOT) + '/' + request.order();
        Position after = request.cursor() == null ? null : Cursor.readPosition(list, request.cursor());
        return switch (request.order()) {
            case NEWEST -> {
                Position begin = earlier(after, new Position(request.to(), NO_ID));
                yield fetch(database, newest, username, begin, request.from(), request, list);
            }
            case OLDEST -> {
                Position begin = later(after, new Position(request.from(), NO_ID));
                yield fetch(database, oldest, username, begin, request.to(), request, list);
            }
        };
    }

    private static Uni<FollowPage> fetch(
            Function<Query, Uni<RowSet<Row>>> database,
            String sql,
            String username,
            Position begin,
            Instant end,
            PageRequest request,
            String list) {
        // One more than asked for tells whether there is a next page.
        Tuple bounds = Tuple.of(username, utc(begin.since()), begin.id(), utc(end), request.limit() + 1);
        return database.apply(new Query(sql, bounds)).map(rows -> page(username, rows, request, list));
    }

    private static FollowPage page(String username, RowSet<Row> rows, PageRequest request, String list) {
        if (rows.size() == 0) {
            throw Problem.unknownUser(username);
        }
        long total = 0;
        List<Entry> entries = new ArrayList<>(rows.size());
        for (Row row : rows) {
            total = row.getLong(0);
            if (row.getLong(2) != null) {
                entries.add(entry(row));
            }
        }
        entries.sort(request.order() == Order.OLDEST ? BY_TIME : BY_TIME.reversed());
        boolean more = entries.size() > request.limit();
        List<Entry> shown = more ? entries.subList(0, request.limit()) : entries;
        String next = more ? Cursor.write(list, shown.get(shown.size() - 1).position) : null;
        return new FollowPage(shown.stream().map(Entry::item).toList(), next, total);
    }

    private static Entry entry(Row row) {
        Instant since = row.getOffsetDateTime(1).toInstant();
        return new Entry(new Position(since, row.getLong(2)), new Item(row.getString(3), row.getString(4), since));
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
