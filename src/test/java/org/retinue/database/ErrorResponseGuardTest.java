package org.retinue.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.spi.ConnectionFactory;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.retinue.ErrorRewriter;
import org.retinue.TestDatabase;
import org.retinue.coalesce.Verdict;

/** No error response passes for a success, with any severity and code, at any point of the protocol. */
class ErrorResponseGuardTest {

    private static final List<String> SEVERITIES = List.of("ERROR", "FATAL", "PANIC", "ОШИБКА");

    /** Those that the client treats apart come first. */
    private static final List<String> CODES = List.of(
            "57P01", "57P05", "25P03", "57P02", "57P03", "57014", "25P02", "25P04", "08006", "40001", "53300", "XX000",
            "23505", "P0001", "01000", "00000");

    /** The key is checked at the end of the transaction. */
    private static final String TABLE =
            "create temporary table numbers (n int constraint unique_n primary key deferrable initially deferred)";

    private static final String INSERT = "insert into numbers values ($1)";

    private static final Set<String> RESULT_BEFORE_ERROR = Set.of(
            "a simple query of two statements",
            "a prepared statement at its commit",
            "a batch",
            "a batch at its commit");

    private final Vertx vertx = Vertx.vertx();
    private ErrorRewriter server;
    private ConnectionFactory factory;
    private SqlConnection connection;

    /**
     * A way to fail.
     *
     * @param fails completes when the failed command has its response
     */
    record Situation(String name, Function<SqlConnection, Future<?>> fails) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Situation> situations() {
        return Stream.of(
                new Situation(
                        "a simple query",
                        connection -> connection.query("select 1/0").execute()),
                new Situation(
                        "a simple query of two statements",
                        connection -> connection.query("select 1; select 1/0").execute()),
                new Situation("a simple query at its commit", connection -> connection
                        .query("insert into numbers values (1)")
                        .execute()),
                new Situation(
                        "a prepared statement when it is parsed",
                        connection -> connection.preparedQuery("select nothing").execute()),
                new Situation(
                        "a prepared statement when it is executed",
                        connection -> connection.preparedQuery("select 1/$1").execute(Tuple.of(0))),
                new Situation("a prepared statement after its first rows", connection -> connection
                        .preparedQuery("select 1/(3 - n) from generate_series(1, $1) n")
                        .execute(Tuple.of(3))),
                new Situation(
                        "a prepared statement at its commit",
                        connection -> connection.preparedQuery(INSERT).execute(Tuple.of(1))),
                new Situation("a batch", connection -> connection
                        .preparedQuery("select 1/$1")
                        .executeBatch(List.of(Tuple.of(1), Tuple.of(0), Tuple.of(1)))),
                new Situation(
                        "a batch at its commit",
                        connection -> connection.preparedQuery(INSERT).executeBatch(List.of(Tuple.of(2), Tuple.of(1)))),
                new Situation(
                        "a statement in a transaction",
                        connection -> connection.begin().compose(transaction -> connection
                                .query("select 1/0")
                                .execute()
                                .recover(
                                        error -> transaction.rollback().compose(ended -> Future.failedFuture(error))))),
                new Situation("a commit", connection -> connection.begin().compose(transaction -> connection
                        .preparedQuery(INSERT)
                        .execute(Tuple.of(1))
                        .compose(inserted -> transaction.commit()))),
                new Situation("a cursor", connection -> connection
                        .prepare("select 1/(3 - n) from generate_series(1, 9) n")
                        .compose(statement -> statement.cursor().read(5))),
                new Situation("a statement to prepare", connection -> connection.prepare("select nothing")));
    }

    /** Those in which no statement is completed before the error. */
    static Stream<Situation> situationsWithoutResult() {
        return situations().filter(situation -> !RESULT_BEFORE_ERROR.contains(situation.name));
    }

    @BeforeEach
    void connect() throws Exception {
        PgConnectOptions options = TestDatabase.connection();
        server = new ErrorRewriter(options.getPort());
        options.setHost("127.0.0.1").setPort(server.port());
        factory = PgDriver.INSTANCE.createConnectionFactory(vertx, options);
        connection = await(new Lines().connect(factory, vertx.getOrCreateContext()));
        await(connection.query(TABLE).execute());
        await(connection.query("insert into numbers values (1)").execute());
    }

    @AfterEach
    void close() throws Exception {
        await(connection.close());
        Promise<Void> closed = Promise.promise();
        factory.close(closed);
        await(closed.future());
        await(vertx.close());
        server.close();
    }

    @ParameterizedTest
    @MethodSource("situations")
    void everyErrorFailsItsCommandAlone(Situation situation) throws Exception {
        for (String severity : SEVERITIES) {
            for (String code : CODES) {
                server.rewriteTo(severity, code);

                Throwable failure = failure(situation.fails.apply(connection));

                assertThat(failure).as("%s %s", severity, code).isInstanceOf(PgException.class);
                assertThat(((PgException) failure).getSqlState()).isEqualTo(code);
                assertThat(((PgException) failure).getSeverity()).isEqualTo(severity);
                assertThat(await(connection.query("select n from numbers").execute())
                                .size())
                        .as("rows after %s %s", severity, code)
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void pipelinedStatementsFailEachWithItsOwnError() throws Exception {
        for (String code : CODES) {
            server.rewriteTo("ERROR", code);

            Future<Integer> first = one("select 1");
            Future<Integer> failed = one("select 1/0");
            Future<Integer> third = one("select 3");
            Future<Integer> atCommit =
                    connection.preparedQuery(INSERT).execute(Tuple.of(1)).map(0);
            Future<Integer> fifth = one("select 5");

            assertThat(await(first)).isEqualTo(1);
            assertThat(((PgException) failure(failed)).getSqlState()).isEqualTo(code);
            assertThat(await(third)).isEqualTo(3);
            assertThat(((PgException) failure(atCommit)).getSqlState()).isEqualTo(code);
            assertThat(await(fifth)).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @MethodSource("situationsWithoutResult")
    void commandWithoutResultFailsAsUnavailable(Situation situation) throws Exception {
        server.dropErrors();

        Throwable failure = failure(situation.fails.apply(connection));

        assertThat(SqlFailure.isUnavailable(failure)).as("%s", failure).isTrue();
        assertThat(SqlFailure.verdict(failure)).as("%s", failure).isEqualTo(Verdict.FAIL);
    }

    private Future<Integer> one(String query) {
        return connection.preparedQuery(query).execute().map(rows -> rows.iterator()
                .next()
                .getInteger(0));
    }

    private static Throwable failure(Future<?> command) throws Exception {
        try {
            await(command);
        } catch (ExecutionException e) {
            return e.getCause();
        }
        return fail("a failed command succeeded");
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
