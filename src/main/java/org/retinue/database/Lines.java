package org.retinue.database;

import io.netty.channel.Channel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;
import io.vertx.sqlclient.spi.ConnectionFactory;
import jakarta.inject.Singleton;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** All connections to the database, of whatever pool, so that those that fell silent can be told from the others. */
@Singleton
public final class Lines {

    /** How long it may take to connect, with all that is said before the first statement. */
    static final Duration LONGEST_CONNECT = Duration.ofSeconds(3);

    private final Set<Line> lines = ConcurrentHashMap.newKeySet();
    private volatile boolean reachable = true;

    /** Connections begun before this instant of {@link System#nanoTime} lead to a server that is no longer the one. */
    private volatile long begunEarliest = System.nanoTime();

    /**
     * Connects, for a pool. A database that does not answer costs no more than {@link #LONGEST_CONNECT}, and while it is
     * known not to, nothing: a connection that is given up can't be closed before the other end speaks again.
     */
    Function<Context, Future<SqlConnection>> connector(Vertx vertx, PgConnectOptions server) {
        ConnectionFactory factory = PgDriver.INSTANCE.createConnectionFactory(vertx, server);
        return context -> reachable
                ? connect(factory, context)
                : Future.failedFuture(new ConnectException("the database does not answer"));
    }

    /** Connects, whether or not the database is known to answer. */
    Future<SqlConnection> connect(ConnectionFactory factory, Context context) {
        long begun = System.nanoTime();
        Future<SqlConnection> attempt = factory.connect(context);
        Future<SqlConnection> inTime = attempt.timeout(LONGEST_CONNECT.toMillis(), TimeUnit.MILLISECONDS);
        attempt.onSuccess(connection -> {
            if (inTime.failed()) {
                connection.close();
            }
        });
        return inTime.onSuccess(connection -> listenTo(connection, begun));
    }

    private void listenTo(SqlConnection connection, long begun) {
        SocketConnectionBase socket = socket(connection);
        if (socket.isValid()) {
            Line line = new Line(socket, begun, lines::remove);
            ErrorResponseGuard.addTo(socket.socket().channelHandlerContext().pipeline());
            lines.add(line);
            closeIfReplaced(line);
        }
    }

    /**
     * Closes every connection that was begun before this instant of {@link System#nanoTime}, also those that are still being
     * made: what they lead to was replaced.
     *
     * @param told the connection by which that is known, and which stays
     */
    void replacedSince(long nanoTime, SqlConnection told) {
        begunEarliest = nanoTime;
        SocketConnectionBase stays = socket(told);
        lines.stream().filter(line -> !line.isOf(stays)).forEach(this::closeIfReplaced);
    }

    private void closeIfReplaced(Line line) {
        if (line.begun() - begunEarliest < 0) {
            line.close();
        }
    }

    /**
     * Closes a connection that may belong to a pool, whatever is in flight on it, and returns it to the pool, which
     * replaces it.
     */
    static void abort(SqlConnection connection) {
        Channel channel = socket(connection).socket().channelHandlerContext().channel();
        channel.eventLoop().execute(() -> {
            Line.reset(channel);
            // Once the client has seen the end: until then, the pool would give the connection to others.
            channel.eventLoop().execute(connection::close);
        });
    }

    private static SocketConnectionBase socket(SqlConnection connection) {
        // The first is the pool's wrapper, if there is a pool.
        return (SocketConnectionBase)
                ((SqlConnectionInternal) connection).unwrap().unwrap();
    }

    /** Whether the database could be reached when it was last tried. */
    void setReachable(boolean answers) {
        reachable = answers;
    }

    /** The connections that have been silent for so long. */
    List<Line> silentFor(Duration atLeast) {
        return lines.stream()
                .filter(line -> line.silence().compareTo(atLeast) >= 0)
                .toList();
    }

    /** All connections. */
    Collection<Line> all() {
        return lines;
    }
}
