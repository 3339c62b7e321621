package org.retinue.problem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The operations of the API, read from its OpenAPI document. The framework has them too, but sends no Allow with a 405,
 * which RFC 9110 (section 15.5.6) requires, and answers 404 where two resource classes share a path.
 */
@Singleton
final class Routes {

    private static final String DOCUMENT = "META-INF/quarkus-generated-openapi-doc.JSON";

    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

    private final Node root = new Node();

    /**
     * One method of one path.
     *
     * @param path the template, such as {@code /v1/users/{username}}
     * @param parameters the query parameters by name; true for one that can be repeated
     * @param mediaTypes the media types of its body; empty if it takes none
     */
    record Operation(String method, String path, Map<String, Boolean> parameters, List<String> mediaTypes) {}

    /** A segment of paths. */
    private static final class Node {

        private final Map<String, Node> literals = new HashMap<>();
        private final Map<String, Operation> operations = new TreeMap<>();
        private Node variable;
    }

    Routes(ObjectMapper mapper) {
        try (InputStream stream = Thread.currentThread().getContextClassLoader().getResourceAsStream(DOCUMENT)) {
            JsonNode document = mapper.readTree(stream);
            document.path("paths").properties().forEach(path -> add(document, path.getKey(), path.getValue()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The methods of a path, as Allow lists them; empty when no resource has the path. */
    Set<String> methods(String path) {
        Node node = find(path);
        if (node == null || node.operations.isEmpty()) {
            return Set.of();
        }
        Set<String> methods = new TreeSet<>(node.operations.keySet());
        methods.add("OPTIONS");
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        return methods;
    }

    /**
     * The operation of a method on a path, or null.
     *
     * @param path normalized, and not decoded
     */
    Operation operation(String method, String path) {
        Node node = find(path);
        return node == null ? null : node.operations.get(method);
    }

    /** All operations, in no particular order. */
    List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        collect(root, all);
        return all;
    }

    private static void collect(Node node, List<Operation> all) {
        all.addAll(node.operations.values());
        node.literals.values().forEach(child -> collect(child, all));
        if (node.variable != null) {
            collect(node.variable, all);
        }
    }

    /** A last empty segment is ignored, as the framework does. */
    private Node find(String path) {
        Node node = root;
        int begin = 1;
        while (node != null && begin < path.length()) {
            int slash = path.indexOf('/', begin);
            int end = slash < 0 ? path.length() : slash;
            Node literal = node.literals.get(path.substring(begin, end));
            node = literal == null && end > begin ? node.variable : literal;
            begin = end + 1;
        }
        return node;
    }

    private void add(JsonNode document, String template, JsonNode item) {
        Node node = root;
        for (String segment : template.substring(1).split("/", -1)) {
            if (segment.startsWith("{")) {
                node.variable = node.variable == null ? new Node() : node.variable;
                node = node.variable;
            } else {
                node = node.literals.computeIfAbsent(segment, literal -> new Node());
            }
        }
        for (Map.Entry<String, JsonNode> operation : item.properties()) {
            if (METHODS.contains(operation.getKey())) {
                String method = operation.getKey().toUpperCase(Locale.ROOT);
                Map<String, Boolean> parameters = new TreeMap<>();
                addParameters(document, item, parameters);
                addParameters(document, operation.getValue(), parameters);
                List<String> mediaTypes = new ArrayList<>();
                resolved(document, operation.getValue().path("requestBody"))
                        .path("content")
                        .fieldNames()
                        .forEachRemaining(mediaTypes::add);
                node.operations.put(method, new Operation(method, template, parameters, mediaTypes));
            }
        }
    }

    private static void addParameters(JsonNode document, JsonNode owner, Map<String, Boolean> parameters) {
        for (JsonNode given : owner.path("parameters")) {
            JsonNode parameter = resolved(document, given);
            if (parameter.path("in").asText().equals("query")) {
                JsonNode schema = resolved(document, parameter.path("schema"));
                parameters.put(
                        parameter.path("name").asText(),
                        schema.path("type").asText().equals("array"));
            }
        }
    }

    private static JsonNode resolved(JsonNode document, JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }
}
