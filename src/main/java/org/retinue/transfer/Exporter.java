package org.retinue.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.retinue.database.Slow;
import org.retinue.database.WorkShare;
import org.retinue.database.WorkShares;

/**
 * Streams the whole graph out: users first, then follows and requests, all as they were at one instant. A few thousand
 * rows are held at a time. A reader that stands still or reads too slowly ends its export, which would keep its connection and
 * its snapshot; see {@link ReaderPace}.
 */
@ApplicationScoped
public class Exporter {

    private static final int ROWS_AT_ONCE = 2_000;
    private static final int LINES_AT_ONCE = 500;

    /** Slower than any network that is used for such transfers. */
    private static final ReaderPace.Limits READER_LIMITS = new ReaderPace.Limits(Duration.ofSeconds(10), 64 * 1024);

    private final Pool pool;
    private final WorkShare share;
    private final ReaderPace.Limits readerLimits;
    private final ObjectWriter json;

    @Inject
    public Exporter(@Slow Pool pool, WorkShares shares, ObjectMapper mapper) {
        this(pool, shares.of(WorkShares.Kind.EXPORTS), READER_LIMITS, mapper);
    }

    /** With limits of its own. */
    Exporter(Pool pool, WorkShare share, ReaderPace.Limits readerLimits, ObjectMapper mapper) {
        this.pool = pool;
        this.share = share;
        this.readerLimits = readerLimits;
        this.json = mapper.writerFor(GraphLine.class);
    }

    /** As NDJSON: {@code {"username": ...}} and {@code {"follower": ..., "followed": ..., "since": ...}}. */
    Multi<Buffer> ndjson() {
        return ReaderPace.limit(export(this::userObject, this::followObject), readerLimits);
    }

    /** As CSV, with {@link GraphColumns#HEADER}; a user is a row without {@code followed}. */
    Multi<Buffer> csv() {
        Multi<Buffer> header = Multi.createFrom().item(Buffer.buffer(GraphColumns.HEADER + "\n"));
        return ReaderPace.limit(
                Multi.createBy().concatenating().streams(header, export(Exporter::userRow, Exporter::followRow)),
                readerLimits);
    }

    private Multi<Buffer> export(Function<Row, String> user, Function<Row, String> follow) {
        return Multi.createFrom()
                .resourceFromUni(this::snapshot, connection -> Multi.createBy()
                        .concatenating()
                        .streams(
                                rows(connection, TransferSql.ALL_USERS).map(user),
                                rows(connection, TransferSql.ALL_FOLLOWS).map(follow)))
                .withFinalizer(this::end)
                .group()
                .intoLists()
                .of(LINES_AT_ONCE)
                .map(lines -> Buffer.buffer(String.join("", lines)));
    }

    /** Who asked may have gone by the time there is a connection; then nobody else would give it back. */
    private Uni<SqlConnection> snapshot() {
        return Uni.createFrom().emitter(emitter -> {
            AtomicBoolean gone = new AtomicBoolean();
            WorkShare.Turn turn = share.enter(() -> connect(emitter, gone), emitter::fail);
            emitter.onTermination(() -> {
                gone.set(true);
                turn.cancel();
            });
        });
    }

    private void connect(UniEmitter<? super SqlConnection> emitter, AtomicBoolean gone) {
        pool.getConnection()
                .call(connection -> connection
                        .query(TransferSql.BEGIN_SNAPSHOT)
                        .execute()
                        .onFailure()
                        .call(connection::close))
                .subscribe()
                .with(
                        connection -> {
                            if (gone.get()) {
                                end(connection).subscribe().with(ended -> {}, emitter::fail);
                            } else {
                                emitter.complete(connection);
                            }
                        },
                        failure -> {
                            share.leave();
                            emitter.fail(failure);
                        });
    }

    private static Multi<Row> rows(SqlConnection connection, String sql) {
        return connection.prepare(sql).onItem().transformToMulti(statement -> statement
                .createStream(ROWS_AT_ONCE)
                .toMulti()
                // It is named, and would be there still for who has the session next.
                .onTermination()
                .call(() -> statement.close().onFailure().recoverWithNull()));
    }

    /** Also when the caller has gone in the middle. */
    private Uni<Void> end(SqlConnection connection) {
        return connection
                .query("rollback")
                .execute()
                .onFailure()
                .recoverWithNull()
                .chain(connection::close)
                .onTermination()
                .invoke(share::leave);
    }

    private String userObject(Row row) {
        return object(
                GraphLine.user(row.getString("username"), row.getString("display_name"), row.getBoolean("private")));
    }

    private String followObject(Row row) {
        return object(GraphLine.follow(
                row.getString("follower"),
                row.getString("followed"),
                row.getOffsetDateTime("since").toInstant(),
                row.getString("state")));
    }

    private String object(GraphLine line) {
        try {
            return json.writeValueAsString(line) + '\n';
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String userRow(Row row) {
        String displayName = row.getString("display_name");
        return row.getString("username") + ",,,," + (displayName == null ? "" : Csv.quote(displayName)) + ','
                + row.getBoolean("private") + '\n';
    }

    private static String followRow(Row row) {
        return row.getString("follower") + ',' + row.getString("followed") + ','
                + row.getOffsetDateTime("since").toInstant() + ',' + row.getString("state") + ",,\n";
    }
}
