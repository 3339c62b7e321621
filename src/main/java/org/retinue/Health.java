package org.retinue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Asks the service of this machine whether it is ready: the health check of an image that has no other program to ask
 * with. Needs nothing but the JDK, so that it starts in a moment from the class path too.
 */
public final class Health {

    private static final int LIMIT_MILLIS = 2_000;

    private Health() {}

    /** Exits with 0 when the service is ready, and with 1 when it is not. */
    public static void main(String... args) {
        System.exit(isReady(System.getenv()) ? 0 : 1);
    }

    /** Whether the service that this environment configures answers that it is ready. */
    static boolean isReady(Map<String, String> environment) {
        try (Socket socket = new Socket()) {
            int port = Integer.parseInt(given(environment, "RETINUE_PORT", "8080"));
            InetAddress host = InetAddress.getByName(given(environment, "RETINUE_HOST", "127.0.0.1"));
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.connect(
                    new InetSocketAddress(host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host, port),
                    LIMIT_MILLIS);
            return ServerTls.settings(environment).isEmpty() ? asksReady(socket) : asksReady(secured(socket));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    /** As the service takes it: one that is blank is not given. */
    private static String given(Map<String, String> environment, String variable, String otherwise) {
        String value = environment.getOrDefault(variable, "").strip();
        return value.isEmpty() ? otherwise : value;
    }

    private static boolean asksReady(Socket socket) throws IOException {
        socket.getOutputStream()
                .write("GET /q/health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        String status = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                .readLine();
        return status != null && status.contains(" 200 ");
    }

    private static Socket secured(Socket socket) throws IOException, GeneralSecurityException {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {new Anybody()}, null);
        return tls.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
    }

    /** The certificate is for those who come from elsewhere, by another name; and here is nothing to tell anybody. */
    private static final class Anybody implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String algorithm) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String algorithm) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
