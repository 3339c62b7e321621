package org.retinue.database;

import io.vertx.core.VertxException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.sql.SQLException;
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
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String INTERNAL_ERROR = "XX000";

    /** The timeouts that end a connection in a transaction. The third such code, 57P05, is of an unavailable class. */
    private static final Set<String> TRANSACTION_TIMEOUTS = Set.of("25P03", "25P04");

    /** Citus lost the connection to a node, and aborted the transaction. It has no SQLSTATE for that. */
    private static final String NODE_LOST = "failure on connection marked as essential";

    /** How the statement that changes the graph says that a user in it was erased meanwhile. */
    private static final String DIVISION_BY_ZERO = "22012";

    /** Connection exceptions, no resources left, operator intervention (a shutdown), system errors. */
    private static final Set<String> UNAVAILABLE_CLASSES = Set.of("08", "53", "57", "58");

    private SqlFailure() {}

    /**
     * Whether the same statement may well succeed when sent again at once: nothing of it was applied. A server that takes
     * no writes was replaced by another one behind the same address, to which the next connection leads.
     */
    public static boolean isTransient(Throwable failure) {
        String state = state(failure);
        return SERIALIZATION_FAILURE.equals(state)
                || DEADLOCK_DETECTED.equals(state)
                || DIVISION_BY_ZERO.equals(state)
                || READ_ONLY.equals(state);
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
            return UNAVAILABLE_CLASSES.stream().anyMatch(state::startsWith)
                    || LOCK_NOT_AVAILABLE.equals(state)
                    || TRANSACTION_TIMEOUTS.contains(state)
                    || isNodeLost(state, failure)
                    || isTransient(failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException
                    || cause instanceof TimeoutException
                    // the client's own, for a lost connection and for a wait in vain for one of the pool
                    || cause instanceof VertxException
                    || cause instanceof NoStackTraceThrowable) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNodeLost(String state, Throwable failure) {
        for (Throwable cause = failure; cause != null && INTERNAL_ERROR.equals(state); cause = cause.getCause()) {
            if (cause.getMessage() != null && cause.getMessage().contains(NODE_LOST)) {
                return true;
            }
        }
        return false;
    }

    /** Whether as many statements wait for a connection as may. */
    public static boolean isOverload(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectionPoolTooBusyException) {
                return true;
            }
        }
        return false;
    }

    /** What a {@link org.retinue.coalesce.Coalescer} is to do about a batch that failed so. */
    public static Verdict verdict(Throwable failure) {
        if (isOverload(failure)) {
            return Verdict.FAIL;
        }
        if (isUnsent(failure) || READ_ONLY.equals(state(failure))) {
            return Verdict.RESEND;
        }
        if (isTransient(failure)) {
            return Verdict.RETRY;
        }
        return isUnavailable(failure) ? Verdict.FAIL : Verdict.SPLIT;
    }

    /**
     * Whether the statement was never sent: for a moment, the pool still gives out a connection that has just been lost. The
     * client has a type of its own for what was under way on a lost connection, and it alone; or hands on what the
     * network said.
     */
    private static boolean isUnsent(Throwable failure) {
        return failure instanceof NoStackTraceThrowable
                || (failure instanceof VertxException && !(failure instanceof ClosedConnectionException));
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
