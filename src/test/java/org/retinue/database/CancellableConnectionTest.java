package org.retinue.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgBuilder;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.retinue.TestDatabase;
import org.retinue.coalesce.Limits;

/** Work on a connection of a pool that has one. */
class CancellableConnectionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private Pool pool;

    @BeforeEach
    void connect() {
        pool = PgBuilder.pool()
                .connectingTo(TestDatabase.connection())
                .with(new PoolOptions().setMaxSize(1))
                .using(vertx)
                .build();
    }

    @AfterEach
    void close() {
        pool.close().await().atMost(PATIENCE);
        vertx.close().await().atMost(PATIENCE);
    }

    @Test
    void successAndFailureReturnTheConnection() throws Exception {
        int first = process();

        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        CancellableConnection.with(
                        pool, connection -> connection.query("select 1/0").execute())
                .subscribe()
                .with(rows -> failed.complete(null), failed::complete);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        CancellableConnection.<Void>with(pool, connection -> {
                    throw new IllegalStateException("broken");
                })
                .subscribe()
                .with(nothing -> thrown.complete(null), thrown::complete);

        assertThat(failed.get(10, TimeUnit.SECONDS)).hasMessageContaining("division by zero");
        assertThat(thrown.get(10, TimeUnit.SECONDS)).hasMessage("broken");
        assertThat(process()).isEqualTo(first);
    }

    @Test
    void cancelClosesTheConnectionAndItsTransaction() throws Exception {
        CompletableFuture<Integer> begun = new CompletableFuture<>();
        Cancellable work = CancellableConnection.with(pool, connection -> connection
                        .query("begin")
                        .execute()
                        .chain(() -> process(connection))
                        .invoke(begun::complete)
                        .chain(() -> Uni.createFrom().nothing()))
                .subscribe()
                .with(nothing -> {});
        int process = begun.get(10, TimeUnit.SECONDS);

        work.cancel();

        await(() -> TestDatabase.sql("select 1 from pg_stat_activity where pid = " + process)
                        .size()
                == 0);
        assertThat(process()).isNotEqualTo(process);
        assertThat(pool.size()).isEqualTo(1);
    }

    @Test
    void cancelDuringStatementFreesThePoolAtOnce() throws Exception {
        CompletableFuture<Integer> begun = new CompletableFuture<>();
        Cancellable work = CancellableConnection.with(pool, connection -> process(connection)
                        .invoke(begun::complete)
                        .chain(() -> connection.query("select pg_sleep(30)").execute()))
                .subscribe()
                .with(nothing -> {});
        int process = begun.get(10, TimeUnit.SECONDS);
        await(() -> TestDatabase.sql("select 1 from pg_stat_activity where wait_event = 'PgSleep' and pid = " + process)
                        .size()
                == 1);

        work.cancel();

        assertThat(process()).isNotEqualTo(process);
        TestDatabase.sql("select pg_terminate_backend(" + process + ")");
    }

    @Test
    void cancelWhileWaitingForAConnectionSendsNothing() {
        SqlConnection held = pool.getConnection().await().atMost(PATIENCE);
        AtomicBoolean begun = new AtomicBoolean();
        Cancellable waiting = CancellableConnection.with(pool, connection -> {
                    begun.set(true);
                    return process(connection);
                })
                .subscribe()
                .with(nothing -> {});

        waiting.cancel();
        held.close().await().atMost(PATIENCE);

        process();
        assertThat(begun).isFalse();
    }

    @Test
    void statementTimeoutComesBeforeTheDeadlineOfABatch() {
        PgConnectOptions options = PoolSettings.apply(new PgConnectOptions(), Pooler.NONE, false);

        String timeout = options.getProperties().get("statement_timeout");

        assertThat(Duration.parse("PT" + timeout))
                .isGreaterThan(Limits.USUAL.deadline())
                .isLessThan(Limits.USUAL.batchDeadline());
    }

    private int process() {
        return CancellableConnection.with(pool, CancellableConnectionTest::process)
                .await()
                .atMost(PATIENCE);
    }

    private static Uni<Integer> process(SqlConnection connection) {
        return connection.query("select pg_backend_pid()").execute().map(rows -> rows.iterator()
                .next()
                .getInteger(0));
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(1);
        }
    }
}
