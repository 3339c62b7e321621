package org.retinue.problem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which methods a path answers to, read from the API's own document. The framework knows it too, but tells no Allow with
 * a 405, which RFC 9110 (section 15.5.6) asks for, and answers 404 where two classes of resources share a path.
 */
@Singleton
final class Routes {

    private static final String DOCUMENT = "META-INF/quarkus-generated-openapi-doc.JSON";

    private final List<Route> routes = new ArrayList<>();

    private record Route(Pattern path, Set<String> methods) {}

    Routes(ObjectMapper mapper) {
        try (InputStream document =
                Thread.currentThread().getContextClassLoader().getResourceAsStream(DOCUMENT)) {
            mapper.readTree(document).path("paths").properties().forEach(path -> add(path.getKey(), path.getValue()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The methods of a path, as Allow has them; empty when there is no such path. */
    Set<String> methods(String path) {
        Set<String> methods = new TreeSet<>();
        for (Route route : routes) {
            if (route.path.matcher(path).matches()) {
                methods.addAll(route.methods);
            }
        }
        return methods;
    }

    private void add(String template, JsonNode operations) {
        Set<String> methods = new TreeSet<>(Set.of("OPTIONS"));
        operations.fieldNames().forEachRemaining(method -> methods.add(method.toUpperCase(Locale.ROOT)));
        methods.remove("PARAMETERS");
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        routes.add(new Route(Pattern.compile(template.replaceAll("\\{\\w+}", "[^/]+") + "/?"), methods));
    }
}
