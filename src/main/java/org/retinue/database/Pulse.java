package org.retinue.database;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.spi.ConnectionFactory;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.ConnectException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Asks the database every second, over a connection of its own, whether it is there and takes writes. By that it is known
 * at once what would otherwise be known of each connection only when its time is over: whether one on which nothing comes
 * back waits for a statement that runs, or for one that the network lost, or is lost itself.
 */
@Singleton
public final class Pulse {

    private static final Logger LOG = Logger.getLogger(Pulse.class);

    private static final long MILLIS_WHILE_WELL = 1_000;
    private static final long MILLIS_WHILE_NOT = 250;

    /** How long the answer to a beat may take. */
    private static final long LONGEST_BEAT_MILLIS = 3_000;

    /** After so much silence the database is asked whether it works on the statement. */
    private static final Duration CONSPICUOUS = Duration.ofSeconds(2);

    /** After so much silence on a connection, when the database can't even be reached, it is given up. */
    private static final Duration HOPELESS = Duration.ofSeconds(5);

    /** After so much silence it is given up though the database says that it works on the statement. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

    /** Behind a pooler it can't be asked which process works for us; a little more than a statement may take. */
    private static final Duration LONGEST_SILENCE_BEHIND_POOLER = Duration.ofSeconds(15);

    /** The code of an SSLRequest (PostgreSQL manual, "Message Formats"). The server responds with one byte. */
    private static final int SSL_REQUEST = 80_877_103;

    private static final int SSL_REQUEST_BYTES = 8;

    private final Lines lines;
    private final PoolSettings settings;
    private Vertx vertx;
    private PgConnectOptions server;
    private NetClient net;
    private ConnectionFactory factory;
    private SqlConnection connection;
    private long connectedAt;

    /** When the server that answered last was started, by which it is told from others. */
    private OffsetDateTime started;

    /** Whether the last connection of the pulse fell silent, and so may all others have, of that time. */
    private boolean interrupted;

    private boolean behindPooler;
    private volatile boolean stopped;
    private volatile boolean well;

    Pulse(Lines lines, PoolSettings settings) {
        this.lines = lines;
        this.settings = settings;
    }

    /** Whether the database answered the last time, and takes writes. */
    boolean isWell() {
        return well;
    }

    void start(@Observes StartupEvent started, Pool pool) {
        // At its first use, it is made, and it is known of what.
        pool.size();
        vertx = settings.vertx();
        server = settings.server();
        behindPooler = settings.pooler() == Pooler.TRANSACTION;
        net = vertx.createNetClient(new NetClientOptions().setConnectTimeout((int) LONGEST_BEAT_MILLIS));
        factory = PgDriver.INSTANCE.createConnectionFactory(vertx, server);
        // All beats on one context, which is what keeps them from meeting.
        vertx.getOrCreateContext().runOnContext(first -> beat());
    }

    void stop(@Observes ShutdownEvent stopping) {
        stopped = true;
        if (connection != null) {
            connection.close();
        }
    }

    private void beat() {
        if (stopped) {
            return;
        }
        ask().onComplete(beaten -> {
            if (well != beaten.succeeded()) {
                well = beaten.succeeded();
                LOG.infof("database ready=%s%s", well, well ? "" : " reason=\"" + reason(beaten.cause()) + '"');
            }
            vertx.setTimer(well ? MILLIS_WHILE_WELL : MILLIS_WHILE_NOT, next -> beat());
        });
    }

    private Future<Void> ask() {
        Future<Void> connected = connection == null ? reach().compose(reached -> connect()) : Future.succeededFuture();
        return connected.compose(ready -> examine()).onFailure(failure -> hangUp());
    }

    /** Whether anybody answers at all. By a socket of our own, which can be closed when nobody does. */
    private Future<Void> reach() {
        return net.connect(server.getPort(), server.getHost())
                .compose(socket -> {
                    Promise<Void> answered = Promise.promise();
                    socket.handler(answer -> answered.tryComplete());
                    socket.closeHandler(closed -> answered.tryFail(new ConnectException("the connection was closed")));
                    socket.write(Buffer.buffer(SSL_REQUEST_BYTES)
                            .appendInt(SSL_REQUEST_BYTES)
                            .appendInt(SSL_REQUEST));
                    return answered.future()
                            .timeout(LONGEST_BEAT_MILLIS, TimeUnit.MILLISECONDS)
                            .onComplete(done -> socket.close());
                })
                .onComplete(reached -> lines.setReachable(reached.succeeded()))
                .onFailure(unreachable -> lines.silentFor(HOPELESS).forEach(line -> line.closeIfSilentFor(HOPELESS)));
    }

    private Future<Void> connect() {
        return lines.connect(factory, vertx.getOrCreateContext()).map(connected -> {
            connection = connected;
            connectedAt = System.nanoTime();
            connected.closeHandler(closed -> {
                if (connection == connected) {
                    connection = null;
                    well = false;
                }
            });
            return null;
        });
    }

    private Future<Void> examine() {
        List<Line> doubtful = doubtful();
        Integer[] processes = doubtful.stream().map(Line::process).toArray(Integer[]::new);
        return connection
                .preparedQuery(PulseSql.ASK)
                .execute(Tuple.of(processes))
                .timeout(LONGEST_BEAT_MILLIS, TimeUnit.MILLISECONDS)
                .onFailure(failure -> interrupted |= failure instanceof TimeoutException)
                .map(rows -> {
                    Row row = rows.iterator().next();
                    if (row.getBoolean("read_only")) {
                        // It was replaced: behind the same address, new connections lead to the one that takes writes.
                        lines.replacedSince(System.nanoTime(), connection);
                        throw new IllegalStateException("the database takes no writes");
                    }
                    OffsetDateTime startedNow = row.getOffsetDateTime("started");
                    if (started != null && !startedNow.equals(started)) {
                        // Who began to connect before this one was there may still be with the one that it replaced.
                        lines.replacedSince(connectedAt, connection);
                    }
                    started = startedNow;
                    closeForgotten(doubtful, Set.of(row.getArrayOfIntegers("working")));
                    return null;
                });
    }

    /** The connections of which it is not known whether they are still there. */
    private List<Line> doubtful() {
        if (interrupted) {
            return lines.all().stream()
                    .filter(line -> !line.isHeardSince(connectedAt))
                    .toList();
        }
        return behindPooler ? List.of() : lines.silentFor(CONSPICUOUS);
    }

    private void closeForgotten(List<Line> doubtful, Set<Integer> working) {
        for (Line line : doubtful) {
            if (working.contains(line.process())) {
                continue;
            }
            if (!interrupted) {
                line.closeIfSilentFor(CONSPICUOUS);
            } else if (!line.isHeardSince(connectedAt)) {
                line.close();
            }
        }
        interrupted = false;
        Duration longest = behindPooler ? LONGEST_SILENCE_BEHIND_POOLER : LONGEST_SILENCE;
        lines.silentFor(longest).forEach(line -> line.closeIfSilentFor(longest));
    }

    /** Whatever it was, the next beat is on a new connection. */
    private void hangUp() {
        SqlConnection given = connection;
        connection = null;
        if (given != null) {
            given.close();
            lines.setReachable(false);
        }
    }

    private static String reason(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
