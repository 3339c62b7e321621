package org.retinue;

import io.restassured.RestAssured;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A client of the service under test that sends many requests at once. */
public final class Caller {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Caller() {}

    /** A request yet to be sent. */
    public record Call(String method, String path, String json) {

        /** One without a body. */
        public static Call of(String method, String path) {
            return new Call(method, path, null);
        }
    }

    /** Where the service under test has a path. */
    public static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + RestAssured.port + path);
    }

    /** Sends a request, and does not wait for its answer. */
    public static CompletableFuture<HttpResponse<String>> send(Call call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(call.path()));
        if (call.json() == null) {
            request.method(call.method(), HttpRequest.BodyPublishers.noBody());
        } else {
            request.method(call.method(), HttpRequest.BodyPublishers.ofString(call.json()))
                    .header("Content-Type", "application/json");
        }
        return CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Sends all at once; returns the statuses, in the order of the calls. */
    public static List<Integer> atOnce(List<Call> calls) {
        List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
        calls.forEach(call -> sent.add(send(call)));
        return sent.stream().map(answer -> answer.join().statusCode()).toList();
    }
}
