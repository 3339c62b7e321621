package org.retinue.audit;

import static org.retinue.database.Instants.instant;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.retinue.audit.Place.Table;

/**
 * Looks for broken truths, a bounded number of rows at a time: the rows of {@code follows}, those of {@code followers},
 * and the counts. Of the counts, a piece has users with so many edges together, or one user who has more: its edges are
 * counted by one scan of an index, which holds nobody up.
 */
final class AuditWalk {

    private final Pool pool;
    private final int rowsInPiece;

    AuditWalk(Pool pool, int rowsInPiece) {
        this.pool = pool;
        this.rowsInPiece = rowsInPiece;
    }

    /**
     * A piece of the graph, as seen in one snapshot.
     *
     * @param next where to go on; null at the end of the graph
     * @param suspects where a truth is broken
     * @param rows how many rows were looked at
     * @param users how many users were
     * @param follows how many follows were
     */
    record Piece(Place next, List<Suspect> suspects, long rows, long users, long follows) {

        Piece confirming(List<Suspect> seen) {
            Set<Suspect> before = Set.copyOf(seen);
            return new Piece(next, suspects.stream().filter(before::contains).toList(), rows, users, follows);
        }
    }

    /**
     * Looks at the piece after a place; where something seems wrong, twice. A cluster has no snapshot across its nodes: one
     * look can meet an edge that is committed on one side and not yet on the other. Two looks do not meet the same.
     */
    Uni<Piece> after(Place place) {
        return look(place)
                .chain(first -> first.suspects().isEmpty()
                        ? Uni.createFrom().item(first)
                        : look(place).map(second -> second.confirming(first.suspects())));
    }

    private Uni<Piece> look(Place place) {
        return switch (place.table()) {
            case FOLLOWS ->
                find(AuditSql.FOLLOWS, Tuple.of(place.one(), place.other(), rowsInPiece))
                        .map(rows -> edges(rows, Table.FOLLOWS, Table.FOLLOWERS));
            case FOLLOWERS ->
                find(AuditSql.FOLLOWERS, Tuple.of(place.one(), place.sinceUtc(), place.other(), rowsInPiece))
                        .map(rows -> edges(rows, Table.FOLLOWERS, Table.COUNTS));
            case COUNTS -> counts(place);
        };
    }

    private Uni<RowSet<Row>> find(String statement, Tuple given) {
        return pool.withTransaction(
                connection -> connection.query(AuditSql.BY_KEYS).execute().chain(() -> connection
                        .preparedQuery(statement)
                        .execute(given)));
    }

    private Piece edges(RowSet<Row> rows, Table table, Table nextTable) {
        Row end = end(rows);
        long lookedAt = end.getLong("looked_at");
        long follows = end.getLong("counted");
        Place next = Place.beginningOf(nextTable);
        if (lookedAt == rowsInPiece) {
            Instant since = instant(end, "since");
            next = new Place(
                    table, end.getLong("one_id"), since == null ? Instant.EPOCH : since, end.getLong("other_id"));
        }
        return new Piece(next, suspects(rows), lookedAt, 0, follows);
    }

    private Uni<Piece> counts(Place place) {
        return pool.withConnection(connection ->
                        connection.preparedQuery(AuditSql.COUNTS_END).execute(Tuple.of(place.one(), rowsInPiece)))
                .map(rows -> rows.iterator().next().getLong("last_id"))
                .chain(last -> find(AuditSql.COUNTS, Tuple.of(place.one(), last == null ? (Long) Long.MAX_VALUE : last))
                        .map(rows -> {
                            Row end = end(rows);
                            Place next = last == null ? null : new Place(Table.COUNTS, last, Instant.EPOCH, 0);
                            return new Piece(next, suspects(rows), end.getLong("looked_at"), end.getLong("counted"), 0);
                        }));
    }

    private static Row end(RowSet<Row> rows) {
        for (Row row : rows) {
            if (row.getString("kind") == null) {
                return row;
            }
        }
        throw new IllegalStateException("every piece has an end");
    }

    private static List<Suspect> suspects(RowSet<Row> rows) {
        List<Suspect> suspects = new ArrayList<>();
        for (Row row : rows) {
            String kind = row.getString("kind");
            if (kind != null) {
                suspects.add(new Suspect(
                        DriftKind.of(kind),
                        row.getLong("one_id"),
                        row.getLong("other_id"),
                        row.getOffsetDateTime("since")));
            }
        }
        return suspects;
    }
}
