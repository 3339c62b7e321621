package org.retinue.security;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import org.retinue.trace.KnownMethods;

/**
 * Tags the metrics of HTTP requests by route template and by a known method. For a request that is refused before its
 * resource, or that matches no route, Quarkus would use the path as sent: it names users, and made-up paths would use up
 * the tags that real routes need ({@code quarkus.micrometer.binder.http-server.max-uri-tags}).
 */
@Singleton
public final class RouteTags implements MeterFilter {

    /** The value for a path of no route, and for a method that HTTP does not define. */
    static final String UNKNOWN = "UNKNOWN";

    private static final String HTTP_SERVER_METRICS = "http.server.";
    private static final String URI = "uri";
    private static final String METHOD = "method";

    /** The values that Quarkus itself gives to requests without a route. */
    private static final Set<String> CONSTANTS = Set.of("root", "NOT_FOUND", "REDIRECTION", "/cors-preflight", UNKNOWN);

    @Override
    public Meter.Id map(Meter.Id id) {
        if (!id.getName().startsWith(HTTP_SERVER_METRICS) || id.getTag(URI) == null) {
            return id;
        }
        List<Tag> tags = id.getTags().stream().map(RouteTags::bounded).toList();
        return tags.equals(id.getTags()) ? id : id.replaceTags(tags);
    }

    private static Tag bounded(Tag tag) {
        return switch (tag.getKey()) {
            case URI -> Tag.of(URI, route(tag.getValue()));
            case METHOD -> Tag.of(METHOD, KnownMethods.orElse(tag.getValue(), UNKNOWN));
            default -> tag;
        };
    }

    private static String route(String uri) {
        return CONSTANTS.contains(uri) ? uri : Rules.template(uri).orElse(UNKNOWN);
    }
}
