package org.retinue.problem;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Lets web pages of the origins in {@code RETINUE_CORS_ORIGINS} call the service (the CORS protocol of the Fetch
 * standard). Every response has the headers, also one that another filter, the framework or the connection's own handler
 * sends: a page can't read the status of a response without them.
 *
 * <p>Quarkus' own filter runs after the others, answers a foreign origin with a 403 without a body, and always allows
 * cookies. The service has none, so {@code Access-Control-Allow-Credentials} is never sent.
 */
@Singleton
public final class Cors {

    /** Stands for every origin. */
    public static final String ANY = "*";

    /** Before every other filter. */
    private static final int FIRST = 30_000;

    private static final String ORIGIN = "Origin";
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
    private static final String METHODS = "GET, HEAD, PUT, PATCH, POST, DELETE";
    private static final String REQUEST_HEADERS =
            "Accept, Authorization, Content-Encoding, Content-Type, If-Match, If-None-Match, X-Request-Id, traceparent, tracestate";
    private static final String RESPONSE_HEADERS =
            "Accept-Encoding, Allow, ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id";

    /** As long as Chromium keeps the answer to a preflight at most. */
    private static final String MAX_AGE_SECONDS = "7200";

    private final Set<String> origins;

    @Inject
    Cors(@ConfigProperty(name = "retinue.cors-origins") Optional<String> origins) {
        this.origins = origins.map(Cors::parse).orElse(Set.of());
    }

    /** The policy of a setting, which is absent to allow no origin. */
    public static Cors of(Optional<String> origins) {
        return new Cors(origins);
    }

    /**
     * Reads the setting: origins as browsers send them, with commas between, or {@value #ANY}.
     *
     * @throws IllegalArgumentException with the first part that is no origin
     */
    public static Set<String> parse(String setting) {
        return Stream.of(setting.split(",", -1))
                .map(String::strip)
                .filter(origin -> !origin.isEmpty())
                .map(origin -> origin.equals(ANY) ? ANY : canonical(origin))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String canonical(String origin) {
        String lower = origin.toLowerCase(Locale.ROOT);
        URI uri = URI.create(lower);
        if (uri.getScheme() == null
                || uri.getHost() == null
                || !lower.equals(uri.getScheme() + "://" + uri.getRawAuthority())
                || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(origin);
        }
        int defaultPort = uri.getScheme().equals("https") ? 443 : 80;
        return uri.getPort() == defaultPort ? uri.getScheme() + "://" + uri.getHost() : lower;
    }

    void register(@Observes Filters filters) {
        if (!origins.isEmpty()) {
            filters.register(this::handle, FIRST);
        }
    }

    /** Whether pages of an origin may call the service. */
    public boolean allows(String origin) {
        return origins.contains(origin) || origins.contains(ANY);
    }

    private void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        String origin = request.getHeader(ORIGIN);
        addTo(origin, context.response()::putHeader);
        boolean isPreflight = request.method().equals(HttpMethod.OPTIONS)
                && request.headers().contains("Access-Control-Request-Method");
        if (!isPreflight || origin == null || !allows(origin)) {
            context.next();
            return;
        }
        if (request.headers().contains("Access-Control-Request-Private-Network")) {
            context.response().putHeader("Access-Control-Allow-Private-Network", "true");
        }
        context.response()
                .setStatusCode(204)
                .putHeader("Access-Control-Allow-Methods", METHODS)
                .putHeader("Access-Control-Allow-Headers", REQUEST_HEADERS)
                .putHeader("Access-Control-Max-Age", MAX_AGE_SECONDS)
                .end()
                .onFailure(gone -> request.connection().close());
    }

    /** Adds the headers of a response to a request of this origin; null for a request without one. */
    public void addTo(String origin, BiConsumer<String, String> headers) {
        if (origins.isEmpty()) {
            return;
        }
        // also without an origin: a cache must not give the response to a page
        headers.accept("Vary", ORIGIN);
        if (origin != null && allows(origin)) {
            headers.accept(ALLOW_ORIGIN, origins.contains(ANY) ? ANY : origin);
            headers.accept("Access-Control-Expose-Headers", RESPONSE_HEADERS);
        }
    }
}
