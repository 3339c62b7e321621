package org.retinue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A network between a service and its database: an address that leads to a server, or to another one, or falls silent. */
public final class Wire implements AutoCloseable {

    private final ServerSocket listener;
    private final Set<Link> links = new HashSet<>();
    private int target;
    private boolean silent;

    /** Leads to a port of this machine. */
    public Wire(int target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    /** Where to connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** From now on nothing passes, either way, and nothing is closed; new connections hear nothing either. */
    public synchronized void silence() {
        silent = true;
    }

    /**
     * Lets pass again what comes from now on.
     *
     * @param remembers whether it goes on with the connections there are, with all that was said meanwhile; or else they are
     *     forgotten, as by a firewall: nothing passes on them ever again, and nobody tells
     */
    public synchronized void speak(boolean remembers) {
        if (!remembers) {
            links.forEach(link -> link.forgotten = true);
        }
        silent = false;
        notifyAll();
    }

    /** Where new connections lead from now on. Those there are stay where they are. */
    public synchronized void leadTo(int port) {
        target = port;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        synchronized (this) {
            for (Link link : List.copyOf(links)) {
                link.close();
            }
        }
        speak(false);
    }

    private void accept() throws IOException {
        while (true) {
            Link link = new Link(listener.accept());
            synchronized (this) {
                links.add(link);
            }
            start(link::connect);
        }
    }

    private synchronized int target(Link link) throws InterruptedException {
        while (silent) {
            wait();
        }
        return link.forgotten ? 0 : target;
    }

    private final class Link {

        private final Socket client;
        private Socket server;
        private boolean forgotten;

        Link(Socket client) {
            this.client = client;
        }

        void connect() throws IOException, InterruptedException {
            int port = target(this);
            if (port == 0) {
                return;
            }
            try {
                server = new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (IOException refused) {
                close();
                return;
            }
            start(() -> pass(client, server));
            start(() -> pass(server, client));
        }

        private void pass(Socket source, Socket sink) throws IOException, InterruptedException {
            InputStream in = source.getInputStream();
            OutputStream out = sink.getOutputStream();
            byte[] bytes = new byte[8192];
            while (true) {
                int read;
                try {
                    read = in.read(bytes);
                } catch (SocketException reset) {
                    read = -1;
                }
                if (target(this) == 0) {
                    return;
                }
                if (read < 0) {
                    close();
                    return;
                }
                out.write(bytes, 0, read);
            }
        }

        void close() throws IOException {
            client.close();
            if (server != null) {
                server.close();
            }
            synchronized (Wire.this) {
                links.remove(this);
            }
        }
    }

    private static void start(Passing passing) {
        Thread thread = new Thread(() -> {
            try {
                passing.run();
            } catch (SocketException closed) {
                // either end closed its connection, or the test is over
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private interface Passing {
        void run() throws IOException, InterruptedException;
    }
}
