package org.retinue.problem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.retinue.config.Nearest;

/**
 * The operations of the API, read from its OpenAPI document. The framework has them too, but sends no Allow with a 405,
 * which RFC 9110 (section 15.5.6) requires, and answers 404 where two resource classes share a path.
 */
@Singleton
public final class Routes {

    private static final String DOCUMENT = "META-INF/quarkus-generated-openapi-doc.JSON";

    /** The cost of an edit, in characters, up to which a path is taken for a misspelled one. */
    private static final int MAX_EDITS = 3;

    /** No path of the API is longer; a longer one is no misspelled one. */
    private static final int MAX_SEGMENTS = 8;

    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

    private final Node root = new Node();
    private final Set<String> templates = new TreeSet<>();

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
    public Set<String> methods(String path) {
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

    /** The problem of a request that no operation matches: 405 if the path has other methods, else 404. */
    public Problem unmatched(String method, String path) {
        Set<String> methods = methods(path);
        if (!methods.isEmpty()) {
            return Problem.of(
                    ProblemCode.METHOD_NOT_ALLOWED,
                    "Method " + Quoted.bounded(method) + " is not allowed for " + Quoted.bounded(path) + ". Allowed: "
                            + String.join(", ", methods));
        }
        return Problem.of(
                ProblemCode.NOT_FOUND,
                "No resource matches " + Quoted.bounded(method) + " " + Quoted.bounded(path)
                        + nearest(path)
                                .map(template -> ". Did you mean " + template + "?")
                                .orElse(""));
    }

    /** The problem of a request whose body has a media type that the operation does not accept. */
    Problem unsupported(String method, String path, String contentType) {
        Operation operation = operation(method, path);
        String accepted = operation == null || operation.mediaTypes().isEmpty()
                ? ""
                : ". Send " + String.join(" or ", operation.mediaTypes());
        return Problem.of(
                ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                "Content-Type " + Quoted.of(contentType == null ? "" : contentType) + " is not supported for "
                        + (operation == null ? method : method + " " + operation.path()) + accepted);
    }

    /** The template that a misspelled path probably means. */
    private Optional<String> nearest(String path) {
        List<String> given = segments(path);
        if (given.isEmpty() || given.size() > MAX_SEGMENTS) {
            return Optional.empty();
        }
        return templates.stream()
                .filter(template -> edits(given, segments(template)) <= MAX_EDITS)
                .min(Comparator.comparingInt(template -> edits(given, segments(template))));
    }

    private static List<String> segments(String path) {
        return Stream.of(path.split("/", -1))
                .filter(segment -> !segment.isEmpty())
                .toList();
    }

    /** The edit distance of two paths, segment by segment: a parameter equals any segment. */
    private static int edits(List<String> given, List<String> template) {
        int[][] cost = new int[given.size() + 1][template.size() + 1];
        for (int i = 0; i <= given.size(); i++) {
            for (int j = 0; j <= template.size(); j++) {
                int best = i == 0 && j == 0 ? 0 : Integer.MAX_VALUE;
                if (i > 0) {
                    best = Math.min(best, cost[i - 1][j] + given.get(i - 1).length());
                }
                if (j > 0) {
                    best = Math.min(best, cost[i][j - 1] + template.get(j - 1).length());
                }
                if (i > 0 && j > 0) {
                    best = Math.min(best, cost[i - 1][j - 1] + edits(given.get(i - 1), template.get(j - 1)));
                }
                cost[i][j] = best;
            }
        }
        return cost[given.size()][template.size()];
    }

    private static int edits(String given, String template) {
        return template.startsWith("{") ? 0 : Nearest.edits(given, template);
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
        templates.add(template);
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
