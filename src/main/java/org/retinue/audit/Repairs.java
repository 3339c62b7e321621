package org.retinue.audit;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.jboss.logging.Logger;
import org.retinue.database.Retry;

/**
 * Mends broken truths, with {@code follows} as what is true. Each transaction takes some suspects, holds the rows that they
 * are about, in the order in which all that writes does, and then looks at them again: so what was right all along, or
 * has become right, stays, and no writer sees a truth broken that was not. Counts are held for a moment alone, and not while
 * the edges of a celebrity are counted. Two services never repair at once.
 */
final class Repairs {

    private static final Logger LOG = Logger.getLogger(Repairs.class);

    private static final int SUSPECTS_IN_TRANSACTION = 100;

    private final Pool pool;

    Repairs(Pool pool) {
        this.pool = pool;
    }

    /** Mends what is wrong of these; returns those that were. What fails is logged, and is found again. */
    Uni<List<Suspect>> mend(List<Suspect> suspects) {
        return Multi.createFrom()
                .iterable(suspects)
                .group()
                .intoLists()
                .of(SUSPECTS_IN_TRANSACTION)
                .onItem()
                .transformToUniAndConcatenate(
                        some -> Retry.transients(() -> pool.withTransaction(connection -> mend(connection, some)))
                                .invoke(mended -> mended.forEach(Repairs::log))
                                .onFailure()
                                .invoke(failure -> LOG.warnf(failure, "not repaired suspects=%d", some.size()))
                                .onFailure()
                                .recoverWithItem(List.of()))
                .collect()
                .in(ArrayList::new, List::addAll);
    }

    private static void log(Suspect mended) {
        LOG.warnf(
                "repaired kind=%s user_id=%d other_id=%s",
                mended.kind().code(), mended.one(), mended.other() == null ? "none" : mended.other());
    }

    /** Two users between whom something is changed, whichever way; or one, with itself. */
    private record Pair(long low, long high) {

        static Pair of(long one, Long other) {
            return other == null ? new Pair(one, one) : new Pair(Math.min(one, other), Math.max(one, other));
        }
    }

    private static Uni<List<Suspect>> mend(SqlConnection connection, List<Suspect> suspects) {
        List<Suspect> edges =
                suspects.stream().filter(suspect -> suspect.other() != null).toList();
        List<Suspect> ofSuspended =
                suspects.stream().filter(Repairs::isOfSuspension).toList();
        Long[] users = users(suspects);
        Set<Pair> changed = new HashSet<>();
        return connection
                .query(AuditSql.BY_KEYS)
                .execute()
                .chain(() -> connection.query(AuditSql.ALONE).execute())
                .chain(() -> send(connection, AuditSql.HOLD_EDGES, ends(edges), changed))
                .chain(() -> send(connection, AuditSql.MEND_EDGES, ends(edges), changed))
                .chain(() -> send(connection, AuditSql.MEND_FOLLOWERS, endsAndSince(edges), changed))
                .chain(() -> connection.preparedQuery(AuditSql.WEIGH_COUNTS).execute(Tuple.of((Object) users)))
                .call(() -> send(connection, AuditSql.HOLD_COUNTS, Tuple.of((Object) users), changed))
                .call(() -> send(connection, AuditSql.MEND_ROWS_OF_COUNTS, Tuple.of((Object) users), changed))
                .call(() -> send(connection, AuditSql.MEND_SUSPENSIONS, ends(ofSuspended), changed))
                .chain(wrong -> send(connection, AuditSql.MEND_COUNTS, shortOf(wrong), changed))
                .map(done -> suspects.stream()
                        .filter(suspect -> isMended(suspect, changed))
                        .toList());
    }

    private static Tuple ends(List<Suspect> edges) {
        return Tuple.of(
                edges.stream().map(Suspect::one).toArray(Long[]::new),
                edges.stream().map(Suspect::other).toArray(Long[]::new));
    }

    private static Tuple endsAndSince(List<Suspect> edges) {
        return ends(edges).addValue(edges.stream().map(Suspect::since).toArray(OffsetDateTime[]::new));
    }

    private static Long[] users(List<Suspect> suspects) {
        return suspects.stream()
                .flatMapToLong(suspect -> suspect.other() == null
                        ? LongStream.of(suspect.one())
                        : LongStream.of(suspect.one(), suspect.other()))
                .boxed()
                .distinct()
                .sorted()
                .toArray(Long[]::new);
    }

    private static Tuple shortOf(RowSet<Row> wrong) {
        List<Long> users = new ArrayList<>();
        List<Long> following = new ArrayList<>();
        List<Long> followers = new ArrayList<>();
        for (Row row : wrong) {
            users.add(row.getLong("one_id"));
            following.add(row.getLong("following"));
            followers.add(row.getLong("followers"));
        }
        return Tuple.of(users.toArray(Long[]::new), following.toArray(Long[]::new), followers.toArray(Long[]::new));
    }

    private static boolean isOfSuspension(Suspect suspect) {
        return suspect.kind() == DriftKind.FOLLOWS_OF_SUSPENDED || suspect.kind() == DriftKind.FOLLOWS_NOT_RESTORED;
    }

    private static boolean isMended(Suspect suspect, Set<Pair> changed) {
        return isOfSuspension(suspect)
                ? changed.contains(Pair.of(suspect.one(), null)) || changed.contains(Pair.of(suspect.other(), null))
                : changed.contains(Pair.of(suspect.one(), suspect.other()));
    }

    private static Uni<Void> send(SqlConnection connection, String statement, Tuple given, Set<Pair> changed) {
        return connection
                .preparedQuery(statement)
                .execute(given)
                .invoke(rows -> {
                    for (Row row : rows) {
                        changed.add(Pair.of(row.getLong("one_id"), row.getLong("other_id")));
                    }
                })
                .replaceWithVoid();
    }
}
