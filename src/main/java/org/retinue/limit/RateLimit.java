package org.retinue.limit;

import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.netty.util.NetUtil;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.retinue.problem.HttpEdge;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/**
 * Lets each caller send so many requests a second, if {@code RETINUE_RATE_LIMIT} says how many, and tells it what is left
 * (draft-ietf-httpapi-ratelimit-headers-10). A caller is who it is authenticated as, or else the address that it comes
 * from.
 */
@Singleton
public final class RateLimit {

    private static final String NAME = "\"caller\"";

    private final boolean on;
    private final CallerBuckets buckets;
    private final String policy;

    @Inject
    RateLimit(
            @ConfigProperty(name = "retinue.rate-limit") Optional<Long> rate,
            @ConfigProperty(name = "retinue.rate-burst") Optional<Long> burst) {
        this(rate.orElse(0L), burst.or(() -> rate).orElse(0L), TimeMeter.SYSTEM_MILLISECONDS);
    }

    /** With a rate of 0 there is no limit. */
    RateLimit(long rate, long burst, TimeMeter clock) {
        on = rate > 0;
        buckets = on ? new CallerBuckets(rate, burst, clock) : null;
        // the quota of a token bucket: what it holds, and how long it takes to fill
        policy = on ? NAME + ";q=" + burst + ";w=" + Math.max(1, (burst + rate - 1) / rate) : null;
    }

    /** Whether there is a limit. */
    public boolean isOn() {
        return on;
    }

    /** Whether the caller of a request, who is its user by now if it has one, may send it; else it is answered. */
    public boolean admits(RoutingContext request) {
        if (!on) {
            return true;
        }
        ConsumptionProbe left = buckets.take(caller(request));
        HttpServerResponse response = request.response();
        response.putHeader("RateLimit-Policy", policy);
        response.putHeader(
                "RateLimit", NAME + ";r=" + left.getRemainingTokens() + ";t=" + seconds(left.getNanosToWaitForReset()));
        if (left.isConsumed()) {
            return true;
        }
        response.putHeader(HttpHeaders.RETRY_AFTER, String.valueOf(seconds(left.getNanosToWaitForRefill())));
        HttpEdge.answer(
                request,
                Problem.of(
                        ProblemCode.RATE_LIMITED,
                        "The caller exceeds the rate limit " + policy + ". Retry after the time in Retry-After"));
        // What is left of a body is read and dropped, so that the next request finds the connection as it should be.
        request.request().resume();
        return false;
    }

    private static String caller(RoutingContext request) {
        if (request.user() instanceof QuarkusHttpUser user
                && !user.getSecurityIdentity().isAnonymous()) {
            // a name could read like an address
            return "user " + user.getSecurityIdentity().getPrincipal().getName();
        }
        return network(request.request().remoteAddress());
    }

    /** Of IPv6 the first half: whoever has one address there has all that begin like it. */
    static String network(SocketAddress address) {
        // behind a proxy that is trusted, what that one says; and no socket, no address
        String host = address == null ? "" : address.hostAddress() == null ? address.host() : address.hostAddress();
        Inet6Address six = host.indexOf(':') < 0 ? null : NetUtil.getByName(host);
        long network = six == null ? 0 : ByteBuffer.wrap(six.getAddress()).getLong();
        // 0 begins this machine's own, and those of version 4 that are written as of version 6
        return network == 0 ? host : Long.toHexString(network);
    }

    private static long seconds(long nanos) {
        return (nanos + TimeUnit.SECONDS.toNanos(1) - 1) / TimeUnit.SECONDS.toNanos(1);
    }
}
