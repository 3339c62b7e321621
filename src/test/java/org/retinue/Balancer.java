package org.retinue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A balancer as clusters have them: each connection goes to the next service of those that say they are ready, and stays
 * there. Readiness is asked for now and then, so that it learns late of one that stops.
 */
final class Balancer implements AutoCloseable {

    private static final int PERIOD_MILLIS = 200;

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Map<RunningRetinue, Boolean> services = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();

    Balancer() throws IOException {
        thread(this::accept).start();
        thread(this::watch).start();
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Sends connections there from now on, while it is ready. */
    void add(RunningRetinue service) {
        services.put(service, true);
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                thread(() -> serve(client)).start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        List<RunningRetinue> ready = services.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .toList();
        try (client) {
            if (ready.isEmpty()) {
                return;
            }
            RunningRetinue service = ready.get(Math.floorMod(turn.getAndIncrement(), ready.size()));
            try (Socket server = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                thread(() -> copy(client, server)).start();
                copy(server, client);
            }
        } catch (IOException gone) {
            // the client sees its connection end, and goes on with another
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            in.transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException gone) {
            // so is the other side, soon
        }
    }

    private void watch() {
        while (!listening.isClosed()) {
            services.replaceAll((service, was) -> isReady(service));
            try {
                Thread.sleep(PERIOD_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static boolean isReady(RunningRetinue service) {
        try {
            return service.health("ready") == 200;
        } catch (Exception e) {
            return false;
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "balancer");
        thread.setDaemon(true);
        return thread;
    }
}
