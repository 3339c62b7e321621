package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;

/** A transaction that stays open, so that another one meets it half done. */
public final class Locks implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final SqlConnection connection;

    private Locks(SqlConnection connection) {
        this.connection = connection;
    }

    /** Begins a transaction, and leaves it open. */
    public static Locks begin() {
        SqlConnection connection = TestDatabase.pool().getConnection().await().indefinitely();
        connection.query("begin").execute().await().indefinitely();
        return new Locks(connection);
    }

    /** The connection in the transaction. */
    public SqlConnection connection() {
        return connection;
    }

    /** Runs a statement in the transaction. */
    public Locks sql(String statement) {
        connection.query(statement).execute().await().indefinitely();
        return this;
    }

    /** Returns when another transaction waits for a lock. */
    public void awaitWaiter() {
        awaitWaiters(1);
    }

    /** Returns when that many other transactions wait for locks. */
    public void awaitWaiters(int many) {
        Instant end = Instant.now().plus(PATIENCE);
        String waiting = "select count(*) from pg_locks where not granted";
        while (TestDatabase.sql(waiting).iterator().next().getLong(0) < many) {
            assertThat(Instant.now()).as("%s transactions wait", many).isBefore(end);
            Thread.onSpinWait();
        }
    }

    /** Commits. */
    @Override
    public void close() {
        connection.query("commit").execute().chain(connection::close).await().indefinitely();
    }
}
