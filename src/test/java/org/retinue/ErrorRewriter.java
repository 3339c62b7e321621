package org.retinue;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A proxy before a real PostgreSQL that changes severity and code of each error response, or drops it (PostgreSQL manual,
 * "Error and Notice Message Fields"). A test thereby gets every error at every point of the protocol.
 */
public final class ErrorRewriter implements AutoCloseable {

    private static final int ERROR_RESPONSE = 'E';
    private static final int SEVERITY = 'S';
    private static final int UNTRANSLATED_SEVERITY = 'V';
    private static final int CODE = 'C';

    private final ServerSocket listener;
    private final int target;
    private volatile String severity = "ERROR";
    private volatile String code;
    private volatile boolean dropsErrors;

    /** Leads to a port of this machine. */
    public ErrorRewriter(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    /** The port to connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Gives every error response from now on this severity and this code. */
    public void rewriteTo(String newSeverity, String newCode) {
        severity = newSeverity;
        code = newCode;
    }

    /** Drops every error response from now on. */
    public void dropErrors() {
        dropsErrors = true;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            start(() -> {
                client.getInputStream().transferTo(server.getOutputStream());
                server.close();
            });
            start(() -> rewrite(server, client));
        }
    }

    private void rewrite(Socket server, Socket client) throws IOException {
        try (client;
                server) {
            DataInputStream from = new DataInputStream(new BufferedInputStream(server.getInputStream()));
            while (true) {
                int type = from.readUnsignedByte();
                byte[] body = from.readNBytes(from.readInt() - Integer.BYTES);
                if (type == ERROR_RESPONSE && dropsErrors) {
                    continue;
                }
                client.getOutputStream().write(message(type, type == ERROR_RESPONSE ? rewritten(body) : body));
            }
        }
    }

    private static byte[] message(int type, byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream message = new DataOutputStream(bytes);
        message.writeByte(type);
        message.writeInt(body.length + Integer.BYTES);
        message.write(body);
        return bytes.toByteArray();
    }

    private byte[] rewritten(byte[] body) {
        if (code == null) {
            return body;
        }
        ByteArrayOutputStream rewritten = new ByteArrayOutputStream();
        for (int at = 0; body[at] != 0; ) {
            int end = at + 1;
            while (body[end] != 0) {
                end++;
            }
            rewritten.write(body[at]);
            rewritten.writeBytes(
                    switch (body[at]) {
                        case SEVERITY, UNTRANSLATED_SEVERITY -> severity.getBytes(StandardCharsets.UTF_8);
                        case CODE -> code.getBytes(StandardCharsets.UTF_8);
                        default -> Arrays.copyOfRange(body, at + 1, end);
                    });
            rewritten.write(0);
            at = end + 1;
        }
        rewritten.write(0);
        return rewritten.toByteArray();
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
