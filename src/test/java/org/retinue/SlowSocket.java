package org.retinue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A client that takes its time over what it sends, and listens to what it is told meanwhile. */
final class SlowSocket implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket;
    private final long begin = System.nanoTime();
    private final CompletableFuture<Ending> ending;

    /**
     * How it ended.
     *
     * @param said all that came back
     * @param after when the service closed the connection, since it was opened
     */
    record Ending(String said, Duration after) {}

    /** Listens to a connection that is open. */
    SlowSocket(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        ending = CompletableFuture.supplyAsync(this::listen, task -> {
            Thread thread = new Thread(task, "listen");
            thread.setDaemon(true);
            thread.start();
        });
    }

    static SlowSocket to(RunningRetinue retinue) throws IOException {
        return new SlowSocket(new Socket(InetAddress.getLoopbackAddress(), retinue.port()));
    }

    SlowSocket send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Sends a text again and again, until nobody listens any more. */
    SlowSocket trickle(String text, Duration pause) throws Exception {
        try {
            while (!ending.isDone()) {
                send(text);
                Thread.sleep(pause.toMillis());
            }
        } catch (IOException closed) {
            // as it should be, sooner or later
        }
        return this;
    }

    Ending awaitEnding() {
        return ending.join();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private Ending listen() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            InputStream in = socket.getInputStream();
            in.transferTo(said);
        } catch (IOException reset) {
            // closed by the service, with something of ours unread
        }
        return new Ending(said.toString(StandardCharsets.UTF_8), Duration.ofNanos(System.nanoTime() - begin));
    }
}
