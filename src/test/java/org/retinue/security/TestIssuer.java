package org.retinue.security;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;

/** An issuer of tokens as OpenID Connect Discovery finds it: its metadata, and its keys, which change when a test says. */
final class TestIssuer implements AutoCloseable {

    /** A web page that calls the service in the parameter {@code service}, and shows what it can see of the responses. */
    private static final String PAGE = """
            <!doctype html><body><script>
            const parameters = new URLSearchParams(location.search);
            const token = {Authorization: 'Bearer ' + parameters.get('token')};
            async function call(name, path, options) {
              try {
                const response = await fetch(parameters.get('service') + path, options);
                const seen = ['ETag', 'X-Request-Id', 'RateLimit'].filter(header => response.headers.has(header));
                return name + ' ' + response.status + ' ' + seen.join(' ') + ';';
              } catch (failure) {
                return name + ' blocked;';
              }
            }
            (async () => {
              const seen = [
                await call('get', 'v1/users/alice', {headers: token}),
                await call('put', 'v1/users/alice/following/bob', {method: 'PUT', headers: token}),
                await call('anonymous', 'v1/users/alice', {}),
                await call('missing', 'v1/nothing', {headers: {...token, 'X-Request-Id': 'from-page'}})];
              document.body.textContent = seen.join(' ');
            })();
            </script></body>
            """;

    private final HttpServer server;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile List<Signer> signers = new ArrayList<>();
    private volatile String nameInMetadata;
    private volatile boolean down;

    TestIssuer(Signer... signers) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        nameInMetadata = name();
        signsWith(signers);
        server.createContext("/realm/.well-known/openid-configuration", exchange -> {
            asked.incrementAndGet();
            answer(exchange, "{\"issuer\": \"%s\", \"jwks_uri\": \"%s/keys\"}".formatted(nameInMetadata, name()));
        });
        server.createContext("/realm/keys", exchange -> answer(exchange, jwks()));
        server.createContext("/page.html", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            answer(exchange, PAGE);
        });
        server.start();
    }

    /** What is in {@code iss} of its tokens. */
    String name() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/realm";
    }

    /** From now on these are its keys. */
    void signsWith(Signer... all) {
        signers = List.of(all);
    }

    /** From now on its metadata are of another. */
    void callsItself(String name) {
        nameInMetadata = name;
    }

    /** From now on it answers, or it does not. */
    void isDown(boolean isDown) {
        down = isDown;
    }

    /** How often it was asked for its keys. */
    int asked() {
        return asked.get();
    }

    /** Its keys, as it publishes them. */
    String jwks() {
        return new JsonWebKeySet(signers.stream().map(Signer::jwk).toList()).toJson(OutputControlLevel.PUBLIC_ONLY);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(down ? 500 : 200, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
