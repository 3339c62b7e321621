package org.retinue;

import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every statement of the service, and how PostgreSQL would run it. */
final class Statements {

    private static final Pattern EXPLAINED = Pattern.compile("(?s)\\s*(with|select|update|insert|delete)\\s.*");

    private static final Map<String, String> EXAMPLES = Map.ofEntries(
            Map.entry("bigint", "1"),
            Map.entry("bigint[]", "'{1,2}'"),
            Map.entry("integer", "1"),
            Map.entry("integer[]", "'{1,2}'"),
            Map.entry("jsonb", "'[]'"),
            Map.entry("text", "'a'"),
            Map.entry("text[]", "'{a,b}'"),
            Map.entry("boolean", "true"),
            Map.entry("boolean[]", "'{t,f}'"),
            Map.entry("bytea[]", "'{a,b}'"),
            Map.entry("uuid", "'00000000-0000-0000-0000-000000000001'"),
            Map.entry("double precision", "1"),
            Map.entry("timestamp with time zone", "'2026-01-01Z'"),
            Map.entry("timestamp with time zone[]", "'{2026-01-01Z,2026-01-02Z}'"));

    private Statements() {}

    /** All, by their names. */
    static Map<String, String> all() {
        Map<String, String> statements = new TreeMap<>();
        Path classes = Path.of("target", "classes");
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file :
                    (Iterable<Path>) files.filter(each -> each.toString().endsWith("Sql.class"))::iterator) {
                String name =
                        classes.relativize(file).toString().replace('/', '.').replace(".class", "");
                for (Field field : Class.forName(name).getDeclaredFields()) {
                    if (Modifier.isStatic(field.getModifiers()) && field.getType() == String.class) {
                        field.setAccessible(true);
                        // Hibernate's parameters too
                        String statement = ((String) field.get(null)).replaceAll("\\?(\\d)", "\\$$1");
                        if (EXPLAINED.matcher(statement).matches() && !statement.contains(";")) {
                            statements.put(name + "." + field.getName(), statement);
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        return statements;
    }

    /** The plan of a statement, as text, on a connection as it is set. */
    static String plan(SqlConnection connection, String statement) {
        return explained(connection, statement, "costs off").stream()
                .map(line -> line.getString(0))
                .collect(Collectors.joining("\n"));
    }

    /** The same as a tree. */
    static JsonObject planTree(SqlConnection connection, String statement) {
        return explained(connection, statement, "costs off, format json")
                .get(0)
                .getJsonArray(0)
                .getJsonObject(0)
                .getJsonObject("Plan");
    }

    private static List<Row> explained(SqlConnection connection, String statement, String how) {
        run(connection, "prepare explained as " + statement);
        String types = "select parameter_types::text[] from pg_prepared_statements where name = 'explained'";
        String parameters = Arrays.stream(run(connection, types).get(0).getArrayOfStrings(0))
                .map(type -> Objects.requireNonNull(EXAMPLES.get(type), type))
                .collect(Collectors.joining(", "));
        List<Row> plan = run(
                connection,
                "explain (" + how + ") execute explained" + (parameters.isEmpty() ? "" : "(" + parameters + ")"));
        run(connection, "deallocate explained");
        return plan;
    }

    private static List<Row> run(SqlConnection connection, String statement) {
        List<Row> rows = new ArrayList<>();
        connection.query(statement).execute().await().indefinitely().forEach(rows::add);
        return rows;
    }
}
