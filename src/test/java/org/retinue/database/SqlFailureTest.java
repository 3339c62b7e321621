package org.retinue.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.TestDatabase;
import org.retinue.Wire;
import org.retinue.coalesce.Verdict;

/** What the real client says of a lost connection: what was never sent is sent again, and what may be done is not. */
class SqlFailureTest {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final String SLOW = "select pg_sleep(5)";

    private final Vertx vertx = Vertx.vertx();
    private Wire wire;
    private PgConnection connection;

    @BeforeEach
    void connect() throws Exception {
        PgConnectOptions options = TestDatabase.connection();
        wire = new Wire(options.getPort());
        connection = PgConnection.connect(
                        vertx, options.setHost("127.0.0.1").setPort(wire.port()).setPipeliningLimit(1))
                .await()
                .atMost(SOON);
    }

    @AfterEach
    void close() throws Exception {
        wire.close();
        vertx.close().await().atMost(SOON);
    }

    @Test
    void aStatementThatIsUnderWayOnAConnectionThatIsLostMayBeDone() throws Exception {
        CompletableFuture<Throwable> underWay = failure(connection.query(SLOW).execute());
        CompletableFuture<Throwable> queued = failure(connection.query(SLOW).execute());
        awaitSlow();

        wire.close();

        assertThat(SqlFailure.verdict(underWay.join()))
                .as("%s", underWay.join())
                .isEqualTo(Verdict.FAIL);
        assertThat(SqlFailure.isUnavailable(underWay.join())).isTrue();
        // It was handed to a connection that was gone by then, which the client tells no different.
        assertThat(SqlFailure.verdict(queued.join())).as("%s", queued.join()).isEqualTo(Verdict.FAIL);
        assertThat(SqlFailure.isUnavailable(queued.join())).isTrue();
    }

    @Test
    void aStatementOnAConnectionThatIsClosedIsNotDone() {
        connection.close().await().atMost(SOON);

        Throwable failure = failure(connection.query(SLOW).execute()).join();

        assertThat(SqlFailure.verdict(failure)).as("%s", failure).isEqualTo(Verdict.RESEND);
    }

    @Test
    void aServerThatTakesNoWritesIsReplacedByOneThatDoes() {
        connection
                .query("set default_transaction_read_only = on")
                .execute()
                .await()
                .atMost(SOON);

        Throwable failure =
                failure(connection.query("delete from users").execute()).join();

        assertThat(SqlFailure.verdict(failure)).as("%s", failure).isEqualTo(Verdict.RESEND);
        assertThat(SqlFailure.isTransient(failure)).isTrue();
        assertThat(SqlFailure.isUnavailable(failure)).isTrue();
    }

    @Test
    void lostNodeOfAClusterIsUnavailable() {
        Throwable failure = raised("XX000", "failure on connection marked as essential: worker-1:5432");

        assertThat(SqlFailure.isUnavailable(failure)).isTrue();
        assertThat(SqlFailure.verdict(failure)).isEqualTo(Verdict.FAIL);
        assertThat(SqlFailure.isUnavailable(raised("XX000", "something else"))).isFalse();
        assertThat(SqlFailure.isUnavailable(raised("P0001", "failure on connection marked as essential")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"57P01", "57P05", "25P03", "25P04"})
    void endOfSessionIsUnavailable(String code) {
        Throwable failure = raised(code, "terminating connection");

        assertThat(SqlFailure.isUnavailable(failure)).isTrue();
        assertThat(SqlFailure.verdict(failure)).isEqualTo(Verdict.FAIL);
    }

    /** As the client reports it, and wrapped, as Hibernate does. */
    private static Throwable raised(String code, String message) {
        return new IllegalStateException(new PgException(message, "ERROR", code, null));
    }

    private static CompletableFuture<Throwable> failure(Uni<RowSet<Row>> statement) {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        statement
                .subscribe()
                .with(done -> failure.completeExceptionally(new AssertionError("it succeeded")), failure::complete);
        return failure;
    }

    private static void awaitSlow() throws InterruptedException {
        while (TestDatabase.sql("select 1 from pg_stat_activity where query = '" + SLOW + "' and state = 'active'")
                        .size()
                == 0) {
            Thread.sleep(5);
        }
    }
}
