package org.retinue.audit;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
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
 * has become right, stays, and no writer sees a truth broken that was not.
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
        List<Suspect> pairs =
                suspects.stream().filter(suspect -> suspect.other() != null).toList();
        Long[] ones = pairs.stream().map(Suspect::one).toArray(Long[]::new);
        Long[] others = pairs.stream().map(Suspect::other).toArray(Long[]::new);
        OffsetDateTime[] since = pairs.stream().map(Suspect::since).toArray(OffsetDateTime[]::new);
        Long[] users = suspects.stream()
                .flatMapToLong(suspect -> suspect.other() == null
                        ? LongStream.of(suspect.one())
                        : LongStream.of(suspect.one(), suspect.other()))
                .boxed()
                .distinct()
                .sorted()
                .toArray(Long[]::new);
        Set<Pair> changed = new HashSet<>();
        return connection
                .query(AuditSql.BY_KEYS)
                .execute()
                .chain(() -> send(connection, AuditSql.HOLD_EDGES, Tuple.of(ones, others), changed))
                .chain(() -> send(connection, AuditSql.MEND_EDGES, Tuple.of(ones, others), changed))
                .chain(() -> send(connection, AuditSql.MEND_FOLLOWERS, Tuple.of(ones, others, since), changed))
                .chain(() -> send(connection, AuditSql.HOLD_COUNTS, Tuple.of((Object) users), changed))
                .chain(() -> send(connection, AuditSql.MEND_ROWS_OF_COUNTS, Tuple.of((Object) users), changed))
                .chain(() -> send(connection, AuditSql.MEND_SUSPENSIONS, Tuple.of(ones, others), changed))
                .chain(() -> send(connection, AuditSql.MEND_COUNTS, Tuple.of((Object) users), changed))
                .map(done -> suspects.stream()
                        .filter(suspect -> isMended(suspect, changed))
                        .toList());
    }

    private static boolean isMended(Suspect suspect, Set<Pair> changed) {
        return switch (suspect.kind()) {
            case FOLLOWS_OF_SUSPENDED, FOLLOWS_NOT_RESTORED ->
                changed.contains(Pair.of(suspect.one(), null)) || changed.contains(Pair.of(suspect.other(), null));
            default -> changed.contains(Pair.of(suspect.one(), suspect.other()));
        };
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
