package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;

/** A transaction that stays open, so that another one meets it half done. */
public final class Locks implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** On each node of a cluster, whoever waits waits there. */
    private static final String WAITING = "select count(*) from pg_locks where not granted";

    private static final String WAITING_ANYWHERE =
            "select sum(result::bigint)::bigint from run_command_on_all_nodes('" + WAITING + "')";

    private final SqlConnection connection;
    private final String end;

    private Locks(SqlConnection connection, String end) {
        this.connection = connection;
        this.end = end;
    }

    /** Begins a transaction, and leaves it open. */
    public static Locks begin() {
        return begin("commit");
    }

    private static Locks begin(String end) {
        SqlConnection connection = TestDatabase.pool().getConnection().await().indefinitely();
        connection.query("begin").execute().await().indefinitely();
        return new Locks(connection, end);
    }

    /** Holds the counts of a user: whoever writes them waits. */
    public static Locks onCounts(String username) {
        return begin().sql("select 1 from follow_counts where user_id = " + id(username) + " for update");
    }

    /** Holds the place where a row between two users would be: whoever puts one there waits, and then finds it free. */
    public static Locks onEdge(String follower, String followed) {
        return begin("rollback")
                .sql("insert into follows (follower_id, followed_id, mutes_since) values (" + id(follower) + ", "
                        + id(followed) + ", now())");
    }

    private static long id(String username) {
        return TestDatabase.sql("select id from users where username = '" + username + "'")
                .iterator()
                .next()
                .getLong(0);
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
        while (waiters() < many) {
            assertThat(Instant.now()).as("%s transactions wait", many).isBefore(end);
            Thread.onSpinWait();
        }
    }

    /** How many transactions wait for locks. */
    public long waiters() {
        String waiting = TestDatabase.isDistributed() ? WAITING_ANYWHERE : WAITING;
        return TestDatabase.sql(waiting).iterator().next().getLong(0);
    }

    /** Ends it. */
    @Override
    public void close() {
        connection.query(end).execute().chain(connection::close).await().indefinitely();
    }
}
