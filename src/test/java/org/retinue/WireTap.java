package org.retinue;

import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgBuilder;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A tap on the wire between a pool and the database, which tells what was asked and how many rows came back: the
 * messages of PostgreSQL's protocol pass through it unchanged (PostgreSQL manual, "Message Formats").
 */
public final class WireTap implements AutoCloseable {

    /** Stands for the execution of a prepared statement, whose text only its preparation has. */
    public static final String PREPARED = "prepared";

    private static final int QUERY = 'Q';
    private static final int EXECUTE = 'E';
    private static final int DATA_ROW = 'D';

    private final ServerSocket listener;
    private final Vertx vertx = Vertx.vertx();
    private final Pool pool;
    private final List<String> statements = new ArrayList<>();
    private AtomicBoolean silent = new AtomicBoolean();
    private int messages;
    private int rows;

    /** Puts one connection to the test database under the tap. */
    public WireTap() {
        this(TestDatabase.connection());
    }

    /** Puts one connection to this database under the tap. */
    public WireTap(PgConnectOptions database) {
        try {
            listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(() -> accept(database.getHost(), database.getPort()));
        pool = PgBuilder.pool()
                .connectingTo(new PgConnectOptions(database)
                        .setHost(listener.getInetAddress().getHostAddress())
                        .setPort(listener.getLocalPort()))
                .with(new PoolOptions().setMaxSize(1))
                .using(vertx)
                .build();
        pool.query("select 1").execute().await().indefinitely();
        forget();
    }

    /** The pool whose connection passes here. */
    public Pool pool() {
        return pool;
    }

    /** What was executed: the text of a simple query, or {@link #PREPARED}. */
    public synchronized List<String> statements() {
        return List.copyOf(statements);
    }

    /** How many messages of any kind went to the database. */
    public synchronized int messages() {
        return messages;
    }

    /** How many rows came back. */
    public synchronized int rows() {
        return rows;
    }

    /** Begins to count anew. */
    public synchronized void forget() {
        statements.clear();
        messages = 0;
        rows = 0;
    }

    /** Lets nothing pass any more on the connection that there is, and does not close it. The next one is well again. */
    public synchronized void silence() {
        silent.set(true);
        silent = new AtomicBoolean();
    }

    @Override
    public void close() throws IOException {
        pool.close().await().indefinitely();
        vertx.close().await().indefinitely();
        listener.close();
    }

    private void accept(String host, int port) throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(host, port);
            AtomicBoolean swallows = silent();
            start(() -> pass(client, server, true, swallows));
            start(() -> pass(server, client, false, swallows));
        }
    }

    private synchronized AtomicBoolean silent() {
        return silent;
    }

    private void pass(Socket source, Socket sink, boolean asks, AtomicBoolean swallows) throws IOException {
        try (InputStream in = source.getInputStream();
                OutputStream out = sink.getOutputStream()) {
            DataInputStream from = new DataInputStream(new BufferedInputStream(in));
            DataOutputStream to = new DataOutputStream(new BufferedOutputStream(out));
            if (asks) {
                // The first message of a client has a length, but no type before it.
                passBody(from, to);
                to.flush();
            }
            while (true) {
                int type = from.readUnsignedByte();
                to.writeByte(type);
                count(asks, type, passBody(from, to));
                if (from.available() == 0 && !swallows.get()) {
                    to.flush();
                }
            }
        }
    }

    private static byte[] passBody(DataInputStream from, DataOutputStream to) throws IOException {
        int length = from.readInt();
        byte[] body = from.readNBytes(length - Integer.BYTES);
        to.writeInt(length);
        to.write(body);
        return body;
    }

    private synchronized void count(boolean asked, int type, byte[] body) {
        if (!asked) {
            rows += type == DATA_ROW ? 1 : 0;
            return;
        }
        messages++;
        if (type == EXECUTE) {
            statements.add(PREPARED);
        } else if (type == QUERY) {
            statements.add(new String(body, 0, body.length - 1, StandardCharsets.UTF_8));
        }
    }

    private static void start(Passing passing) {
        Thread thread = new Thread(() -> {
            try {
                passing.run();
            } catch (EOFException | SocketException closed) {
                // either end closed its connection, or the test is over
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private interface Passing {
        void run() throws IOException;
    }
}
