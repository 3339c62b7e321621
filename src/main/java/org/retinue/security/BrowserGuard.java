package org.retinue.security;

import io.netty.util.NetUtil;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.retinue.problem.Cors;
import org.retinue.problem.HttpEdge;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;
import org.retinue.problem.Quoted;

/**
 * Protects a service without authentication from web pages. A browser sends the requests of any page it shows, also to an
 * address that only its own machine or network can reach. With authentication a page would need a token, so there is
 * nothing to refuse.
 *
 * <p>Refused are requests of other sites, by {@code Sec-Fetch-Site} and {@code Origin}, which a page can't forge; and
 * requests for a host name that is not the service's own, by which DNS rebinding turns a foreign page into one of the same
 * origin. An IP address can't be rebound. What {@link Rules#OPEN} lists is for any host, for probes and scrapers.
 */
@ApplicationScoped
public class BrowserGuard {

    /** After {@link HttpEdge}, before bodies are accounted for and requests are counted. */
    private static final int AFTER_THE_EDGE = 9_500;

    private static final String ANY = "*";
    private static final String ORIGIN = "Origin";
    private static final String HOST = "Host";
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

    private final boolean isOn;
    private final Set<String> ownHosts;
    private final Cors cors;

    BrowserGuard(
            Access access,
            Cors cors,
            @ConfigProperty(name = "quarkus.http.host") String host,
            @ConfigProperty(name = "retinue.allowed-hosts") Optional<String> allowedHosts) {
        this.isOn = !access.settings().isOn();
        this.cors = cors;
        this.ownHosts = new HashSet<>(Set.of("localhost", host.toLowerCase(Locale.ROOT)));
        allowedHosts.stream()
                .flatMap(setting -> Stream.of(setting.split(",", -1)))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> !name.isEmpty())
                .forEach(ownHosts::add);
    }

    void register(@Observes Filters filters) {
        if (isOn) {
            filters.register(this::check, AFTER_THE_EDGE);
        }
    }

    private void check(RoutingContext context) {
        String problem = problem(context.request());
        if (problem == null || Rules.isOpen(context.normalizedPath())) {
            context.next();
        } else {
            HttpEdge.refuse(context, Problem.of(ProblemCode.FORBIDDEN, problem));
        }
    }

    private String problem(HttpServerRequest request) {
        List<String> hosts = request.headers().getAll(HOST);
        if (hosts.isEmpty() && request.authority() != null) {
            // HTTP/2
            hosts = List.of(request.authority().toString());
        }
        for (String host : hosts) {
            if (!isOwn(host)) {
                return "Host " + Quoted.of(host) + " is not a name of this service. Add it to RETINUE_ALLOWED_HOSTS, "
                        + "or turn on authentication";
            }
        }
        return isForeign(request, hosts.isEmpty() ? "" : hosts.get(0))
                ? "Without authentication, a web page of another origin can't call this service. Origin: "
                        + Quoted.of(String.valueOf(request.getHeader(ORIGIN)))
                        + ". Add it to RETINUE_CORS_ORIGINS, or turn on authentication"
                : null;
    }

    private boolean isOwn(String host) {
        String name = name(host);
        return ownHosts.contains(name)
                || ownHosts.contains(ANY)
                || NetUtil.isValidIpV4Address(name)
                || (name.startsWith("[") && NetUtil.isValidIpV6Address(name));
    }

    /** The host without its port and without the dot of an absolute name, in lower case. */
    private static String name(String host) {
        int colon = host.lastIndexOf(':');
        String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
        String relative = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return relative.toLowerCase(Locale.ROOT);
    }

    /** Whether a page of another origin sent it. */
    private boolean isForeign(HttpServerRequest request, String host) {
        String origin = request.getHeader(ORIGIN);
        if (origin != null && cors.allows(origin)) {
            return false;
        }
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return !OWN_SITE.contains(site);
        }
        // An older browser, or no browser. The scheme is left aside: a proxy may have ended TLS.
        return origin != null && !origin.replaceFirst("^https?://", "").equalsIgnoreCase(host);
    }
}
