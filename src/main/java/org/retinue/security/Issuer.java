package org.retinue.security;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.unchecked.Unchecked;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;

/**
 * The keys of an OpenID Connect issuer: its metadata (Discovery 1.0, section 4) say where they are. Both are asked for
 * each time, since either may move.
 */
final class Issuer implements KeySource {

    /** Callers whose key is not known yet wait for it. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(3);

    private final Vertx vertx;
    private final HttpClient client;
    private final String issuer;

    Issuer(Vertx vertx, String issuer) {
        this.vertx = vertx;
        this.issuer = issuer;
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout((int) LONGEST_CONNECT.toMillis())
                // Its requests are minutes apart.
                .setKeepAlive(false));
    }

    @Override
    public Uni<List<JsonWebKey>> load() {
        String root = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return get(root + "/.well-known/openid-configuration")
                .map(Unchecked.function(text -> keysUri(issuer, new JsonObject(text))))
                .chain(this::get)
                .map(Unchecked.function(KeyFile::publicKeys));
    }

    /** Whose metadata name another issuer is not to be believed (section 4.3). */
    static String keysUri(String issuer, JsonObject metadata) throws IOException {
        if (!issuer.equals(metadata.getValue("issuer"))) {
            throw new IOException("its metadata are of the issuer " + metadata.getValue("issuer"));
        }
        if (!(metadata.getValue("jwks_uri") instanceof String uri)) {
            throw new IOException("its metadata have no jwks_uri");
        }
        if (issuer.startsWith("https:") && !uri.startsWith("https:")) {
            throw new IOException("its keys are not to be had by https");
        }
        return uri;
    }

    private Uni<String> get(String uri) {
        return Uni.createFrom()
                .<String>emitter(emitter -> vertx.getOrCreateContext()
                        .runOnContext(
                                now -> send(uri).onSuccess(emitter::complete).onFailure(emitter::fail)))
                .ifNoItem()
                .after(LONGEST)
                .fail();
    }

    /** On an event loop alone: to another thread, an answer could come before it is listened for. */
    private Future<String> send(String uri) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(uri)
                .setTimeout(LONGEST.toMillis());
        return client.request(options)
                .compose(request -> request.send())
                .compose(response -> response.statusCode() == 200
                        ? response.body().map(Buffer::toString)
                        : Future.failedFuture(uri + " answered " + response.statusCode()));
    }
}
