package org.retinue.security;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.retinue.limit.RateLimit;
import org.retinue.problem.ProblemBody;
import org.retinue.problem.ProblemCode;
import org.retinue.problem.ProblemMapper;
import org.retinue.problem.Routes;
import org.retinue.security.Rules.Match;

/**
 * Lets a request in when its caller is known and a rule lets that caller do what it asks: by the table in {@link Rules},
 * and nothing that is not in it; and only as often as the {@link RateLimit} lets it. After it, the caller is the user of
 * the request, a {@link QuarkusHttpUser}. Without authentication and limit it is not there at all.
 */
@Singleton
public class Gate {

    /** After what is refused for its form, before everything else. */
    private static final int AFTER_THE_EDGE = 5_000;

    /** How soon a key is noticed that the issuer has withdrawn. A new one is noticed by the first token that has it. */
    private static final Duration REFRESH = Duration.ofMinutes(5);

    private static final Logger LOG = Logger.getLogger(Gate.class);

    private final Access access;
    private final Vertx vertx;
    private final Authenticator authenticator;
    private final String host;
    private final RateLimit limit;
    private final Routes routes;

    Gate(
            Access access,
            Vertx vertx,
            @ConfigProperty(name = "quarkus.http.host") String host,
            RateLimit limit,
            Routes routes) {
        this.routes = routes;
        this.limit = limit;
        this.access = access;
        this.vertx = vertx;
        this.host = host;
        this.authenticator = access.settings().isOn()
                ? new Authenticator(access.settings(), source(access.settings(), vertx))
                : null;
    }

    void register(@Observes Filters filters) {
        if (authenticator != null) {
            filters.register(this::handle, AFTER_THE_EDGE);
        } else if (limit.isOn()) {
            filters.register(this::limit, AFTER_THE_EDGE);
        }
    }

    /** The issuer may be down: the service starts, and asks again when somebody comes with a token. */
    void start(@Observes StartupEvent started) {
        if (access.settings().isOpenTo(host)) {
            LOG.warnf("authentication=none host=%s: everybody who can reach it may do everything", host);
        }
        if (authenticator != null) {
            authenticator.keys().refresh().subscribe().with(changed -> {});
            vertx.setPeriodic(
                    REFRESH.toMillis(),
                    due -> authenticator.keys().refresh().subscribe().with(changed -> {}));
        }
    }

    private static KeySource source(AuthSettings settings, Vertx vertx) {
        return settings.mode() == AuthSettings.Mode.KEY
                ? new KeyFile(settings.publicKey())
                : new Issuer(vertx, settings.issuer());
    }

    private void handle(RoutingContext request) {
        if (Rules.isOpen(request.normalizedPath())) {
            request.next();
            return;
        }
        Context context = Vertx.currentContext();
        authenticator.authenticate(
                request.request().headers().getAll(HttpHeaders.AUTHORIZATION),
                later -> context.runOnContext(now -> later.run()),
                new Authenticator.Outcome() {
                    @Override
                    @SuppressWarnings("deprecation") // as Quarkus' own authentication does it
                    public void of(Caller caller, QuarkusHttpUser user) {
                        request.setUser(user);
                        if (limit.admits(request)) {
                            authorize(caller, request);
                        }
                    }

                    @Override
                    public void refused(Refusal refusal) {
                        // Nobody is known to have sent it: it is its address that may not send so many.
                        if (limit.admits(request)) {
                            refuse(request, refusal);
                        }
                    }
                });
    }

    private void limit(RoutingContext request) {
        if (Rules.isOpen(request.normalizedPath()) || limit.admits(request)) {
            request.next();
        }
    }

    private void authorize(Caller caller, RoutingContext request) {
        Match match = Rules.find(request.request().method().name(), request.normalizedPath());
        Rule rule = match.rule();
        if (rule == null) {
            refuseUnmatched(request);
        } else if (caller.isAdmin()) {
            request.next();
        } else if (!caller.has(rule.scope())) {
            refuse(request, Refusal.insufficientScope(rule.scope()));
        } else {
            access.decide(caller, match, request)
                    .subscribe()
                    .with(
                            granted -> request.next(),
                            refused -> refuse(request, Refusal.of(ProblemMapper.toProblem(refused))));
        }
    }

    /** What no rule names is not there, whatever the framework may know of it. */
    private void refuseUnmatched(RoutingContext request) {
        Set<String> methods = routes.methods(request.normalizedPath());
        if (!methods.isEmpty()) {
            request.response().putHeader("Allow", String.join(", ", methods));
        }
        refuse(request, Refusal.of(routes.unmatched(request.request().method().name(), request.normalizedPath())));
    }

    /** What has come of it by now says nothing: nobody has begun to read. */
    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }

    private static void refuse(RoutingContext request, Refusal refusal) {
        ProblemCode code = refusal.problem().code();
        HttpServerResponse response = request.response();
        if (hasBody(request.request())) {
            // What is left of the request is not read, so the connection can't be used again.
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        if (refusal.challenge() != null) {
            response.putHeader("WWW-Authenticate", refusal.challenge());
        }
        if (code.isTemporary()) {
            response.putHeader(HttpHeaders.RETRY_AFTER, String.valueOf(ProblemMapper.RETRY_AFTER_SECONDS));
        }
        response.setStatusCode(code.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, ProblemBody.MEDIA_TYPE)
                .end(Json.encode(ProblemBody.of(refusal.problem(), request)))
                .onFailure(gone -> request.request().connection().close());
    }
}
