package org.retinue.database;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.retinue.coalesce.Verdict;

/** What a failure of the database means for a caller, by SQLSTATE (PostgreSQL manual, appendix A). */
public final class SqlFailure {

    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK_DETECTED = "40P01";
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String READ_ONLY = "25006";
    private static final String QUERY_CANCELED = "57014";

    /** How the statement that changes the graph says that a user in it was erased meanwhile. */
    private static final String DIVISION_BY_ZERO = "22012";

    /** Connection exceptions, no resources left, operator intervention (a shutdown), system errors. */
    private static final Set<String> UNAVAILABLE_CLASSES = Set.of("08", "53", "57", "58");

    /**
     * What the client says of a statement that it did not send: for a moment, the pool still gives out a connection that
     * has just been lost.
     */
    private static final List<String> UNSENT =
            List.of("Connection is not active now", "Pending requests failed to be sent");

    private SqlFailure() {}

    /** Whether the same statement may well succeed when sent again at once: nothing of it was applied. */
    public static boolean isTransient(Throwable failure) {
        String state = state(failure);
        return SERIALIZATION_FAILURE.equals(state) || DEADLOCK_DETECTED.equals(state) || DIVISION_BY_ZERO.equals(state);
    }

    /** Whether a value is there already that must be there once. */
    public static boolean isDuplicate(Throwable failure) {
        return UNIQUE_VIOLATION.equals(state(failure));
    }

    /** Whether it was stopped while it ran, as for the time it took. */
    static boolean isCanceled(Throwable failure) {
        return QUERY_CANCELED.equals(state(failure));
    }

    /** Whether the database is away, ending, starting, or out of connections: the caller should come back later. */
    public static boolean isUnavailable(Throwable failure) {
        String state = state(failure);
        if (state != null) {
            return UNAVAILABLE_CLASSES.contains(state.substring(0, 2))
                    || READ_ONLY.equals(state)
                    || isTransient(failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException
                    || cause instanceof TimeoutException
                    // the client's own words for a lost connection and for a wait in vain for one of the pool
                    || cause instanceof VertxException
                    || cause.getClass().getSimpleName().equals("NoStackTraceThrowable")) {
                return true;
            }
        }
        return false;
    }

    /** What a {@link org.retinue.coalesce.Coalescer} is to do about a batch that failed so. */
    public static Verdict verdict(Throwable failure) {
        if (isTransient(failure) || isUnsent(failure)) {
            return Verdict.RETRY;
        }
        return isUnavailable(failure) ? Verdict.FAIL : Verdict.SPLIT;
    }

    private static boolean isUnsent(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (UNSENT.stream().anyMatch(message::startsWith)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is the database, or the way to it, that failed. */
    public static boolean isOfDatabase(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PgException || cause instanceof SQLException) {
                return true;
            }
        }
        return false;
    }

    private static String state(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PgException pg) {
                return pg.getSqlState();
            }
            // what Hibernate Reactive makes of it
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return null;
    }
}
