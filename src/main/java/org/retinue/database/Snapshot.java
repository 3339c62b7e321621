package org.retinue.database;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.function.Function;

/** Several statements that see the graph as it is at one instant, none of which runs for long. */
public final class Snapshot {

    /**
     * Whatever is read, is read by an index, and in its order: the statistics may still tell of empty tables, and the
     * planner may hope to find soon what it looks for in a whole table, or that there is little to sort.
     */
    public static final String BY_INDEX =
            "set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off";

    private static final String SETTINGS =
            "set transaction isolation level repeatable read, read only; set local statement_timeout = %d; " + BY_INDEX;

    private Snapshot() {}

    /**
     * Reads in a transaction of its own.
     *
     * <p>Fails with {@link TookTooLongException} when a statement does not end in time.
     *
     * @param atMost how long a statement may take, to the millisecond
     * @param work only reads
     */
    public static <T> Uni<T> read(Pool pool, Duration atMost, Function<SqlConnection, Uni<T>> work) {
        return pool.withTransaction(connection -> connection
                        .query(SETTINGS.formatted(atMost.toMillis()))
                        .execute()
                        .chain(() -> work.apply(connection)))
                .onFailure(SqlFailure::isCanceled)
                .transform(TookTooLongException::new);
    }
}
