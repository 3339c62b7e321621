package org.retinue.transfer;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.retinue.Caller;

/** Sends graphs to the service under test, and takes them from it. */
final class Transfers {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Transfers() {}

    /** Sends a text, and returns the answer once there is one. */
    static HttpResponse<String> post(String id, String contentType, String text, String... headers) {
        return post(id, contentType, text.getBytes(StandardCharsets.UTF_8), headers);
    }

    static HttpResponse<String> post(String id, String contentType, byte[] body, String... headers) {
        return start(id, contentType, HttpRequest.BodyPublishers.ofByteArray(body), headers)
                .join();
    }

    /** Begins to send a body, which may take its time. */
    static CompletableFuture<HttpResponse<String>> start(
            String id, String contentType, HttpRequest.BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(Caller.uri("/v1/imports?id=" + id))
                .header("Content-Type", contentType)
                .POST(body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Imports a text that nothing is wrong with, and returns the report. */
    static JsonObject report(String id, String contentType, String text) {
        HttpResponse<String> answer = post(id, contentType, text);
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return new JsonObject(answer.body());
    }

    /** How far an import has come. */
    static JsonObject find(String id) {
        return new JsonObject(get("/v1/imports/" + id));
    }

    /** The graph, as text. */
    static String export(String format) {
        return get("/v1/export?format=" + format);
    }

    /** The body of a path. */
    static String get(String path) {
        return CLIENT.sendAsync(HttpRequest.newBuilder(Caller.uri(path)).build(), HttpResponse.BodyHandlers.ofString())
                .join()
                .body();
    }

    /** A bare connection, which can be broken at will. */
    static Socket connect(String head) {
        try {
            URI uri = Caller.uri("/");
            Socket socket = new Socket(uri.getHost(), uri.getPort());
            write(socket, head + "\r\nHost: " + uri.getHost() + "\r\n");
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Socket socket, String text) {
        try {
            OutputStream output = socket.getOutputStream();
            output.write(text.getBytes(StandardCharsets.US_ASCII));
            output.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
