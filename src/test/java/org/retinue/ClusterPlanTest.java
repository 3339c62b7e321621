package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * No statement makes a cluster send a table from node to node. Where a row of a spread table is wanted beside one that has
 * none, and the two are joined from outside ({@code left join}), Citus fetches the whole table to look.
 */
class ClusterPlanTest {

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

    @BeforeAll
    static void severalNodes() {
        TestDatabase.assumeSeveralNodes("one node sends nothing");
    }

    @Test
    void noStatementFetchesATable() {
        Map<String, String> fetching = new TreeMap<>();
        SqlConnection connection = TestDatabase.pool().getConnection().await().indefinitely();
        statements().forEach((name, statement) -> {
            String plan = plan(connection, statement);
            if (fetchesATable(plan)) {
                fetching.put(name, plan);
            }
        });
        connection.close().await().indefinitely();

        assertThat(fetching).isEmpty();
    }

    @Test
    void fetchingATableIsSeen() {
        SqlConnection connection = TestDatabase.pool().getConnection().await().indefinitely();
        String fetching = plan(
                connection,
                "select f.since from unnest($1::bigint[]) as asked (id) left join follows f on f.follower_id = asked.id");
        String bounded = plan(
                connection,
                "with asked as materialized (select id from unnest($1::bigint[]) as given (id))"
                        + " select f.since from asked join follows f on f.follower_id = asked.id");
        connection.close().await().indefinitely();

        assertThat(fetchesATable(fetching)).as("%s", fetching).isTrue();
        assertThat(fetchesATable(bounded)).as("%s", bounded).isFalse();
    }

    /** All, by their names. */
    private static Map<String, String> statements() {
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

    private static String plan(SqlConnection connection, String statement) {
        run(connection, "prepare explained as " + statement);
        String types = "select parameter_types::text[] from pg_prepared_statements where name = 'explained'";
        String parameters = Arrays.stream(run(connection, types).get(0).getArrayOfStrings(0))
                .map(type -> Objects.requireNonNull(EXAMPLES.get(type), type))
                .collect(Collectors.joining(", "));
        String plan = run(
                        connection,
                        "explain (costs off) execute explained" + (parameters.isEmpty() ? "" : "(" + parameters + ")"))
                .stream()
                .map(line -> line.getString(0))
                .collect(Collectors.joining("\n"));
        run(connection, "deallocate explained");
        return plan;
    }

    /** Whether all that a node does in a task is to scan a table, under no condition, that of a partial index included. */
    private static boolean fetchesATable(String plan) {
        return Pattern.compile("Node: .*\n.*(Seq Scan|_pkey_\\d+) on (follows|followers|follow_counts)_\\d+.*\n"
                        + "(?!.*(Filter|Cond):)")
                .matcher(plan + "\n")
                .find();
    }

    private static List<Row> run(SqlConnection connection, String statement) {
        List<Row> rows = new ArrayList<>();
        connection.query(statement).execute().await().indefinitely().forEach(rows::add);
        return rows;
    }
}
