package org.retinue.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.spi.ConnectionFactory;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.retinue.TestDatabase;

/** A connection that the server ends. */
class LineTest {

    private final Lines lines = new Lines();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream stderr = System.err;
    private Vertx vertx;

    @BeforeEach
    void listenToStderr() {
        vertx = Vertx.vertx();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setErr(stderr);
        vertx.close();
    }

    @Test
    void whatTheServerSaysAsItEndsOneThatSomebodyHoldsIsNotPrinted() throws Exception {
        ConnectionFactory factory = PgDriver.INSTANCE.createConnectionFactory(vertx, TestDatabase.connection());
        Context context = vertx.getOrCreateContext();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        SqlConnection held = await(lines.connect(factory, context));
        held.closeHandler(end -> closed.complete(null));
        int process = await(held.query("select pg_backend_pid()").execute())
                .iterator()
                .next()
                .getInteger(0);
        assertThat(lines.all()).hasSize(1);

        TestDatabase.sql("select pg_terminate_backend(" + process + ")");
        closed.get(10, TimeUnit.SECONDS);

        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(lines.all()).isEmpty();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
