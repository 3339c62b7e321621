package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whoever writes several edges, or the counts of several users, does so in the order of their keys, so that no two wait
 * for each other in a circle: also where there are few, and the planner would rather read them all as they lie.
 */
class LockOrderTest {

    private static final Pattern WRITING = Pattern.compile("(update|delete from) (follows|follow_counts)\\b");

    /** The mirror rows are not among them: who removes one holds the edge. */
    private static final Set<String> LOCKED = Set.of("follows", "follow_counts");

    @BeforeEach
    void emptyGraph() {
        TestDatabase.assumeOneNode("on a cluster, whoever writes many shards waits for whoever did so before");
        TestDatabase.empty();
    }

    @AfterEach
    void keepNoStatistics() {
        TestDatabase.empty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 20, 40, 400, 4_000, 20_000})
    void everyStatementWritesThemInOrder(int users) {
        TestDatabase.sql("insert into users (username) select 'user' || n from generate_series(1, " + users + ") as n");
        TestDatabase.sql("insert into follow_counts (user_id) select id from users");
        TestDatabase.sql("insert into follows (follower_id, followed_id, since, state)"
                + " select id, id + n, now(), 'following' from users, generate_series(1, 8) as n");
        TestDatabase.sql("analyze");
        Map<String, String> writing = new TreeMap<>(Statements.all());
        writing.values().removeIf(statement -> !WRITING.matcher(statement).find());
        // A repair holds all that it may mend, and that in order: HOLD_EDGES and HOLD_COUNTS.
        writing.keySet().removeIf(name -> name.contains("AuditSql.MEND"));

        Map<String, String> unordered = new TreeMap<>();
        SqlConnection connection = TestDatabase.pool().getConnection().await().indefinitely();
        writing.forEach((name, statement) -> {
            JsonObject plan = Statements.planTree(connection, statement);
            if (nodes(plan).anyMatch(LockOrderTest::writesOutOfOrder)) {
                unordered.put(name, plan.encodePrettily());
            }
        });
        connection.close().await().indefinitely();

        assertThat(writing).hasSizeGreaterThan(10);
        assertThat(unordered).isEmpty();
    }

    private static boolean writesOutOfOrder(JsonObject node) {
        return node.getString("Node Type").equals("ModifyTable")
                && !node.getString("Operation").equals("Insert")
                && LOCKED.contains(node.getString("Relation Name"))
                && children(node)
                        .flatMap(LockOrderTest::nodes)
                        .anyMatch(below -> below.getString("Relation Name", "").equals(node.getString("Relation Name"))
                                && !isInOrder(below));
    }

    /** Looked up by key, row by row; or, where there are next to none, all read in the order of the primary key. */
    private static boolean isInOrder(JsonObject scan) {
        return scan.getString("Node Type").equals("Index Scan")
                && (scan.containsKey("Index Cond")
                        || scan.getString("Index Name").endsWith("_pkey"));
    }

    private static Stream<JsonObject> nodes(JsonObject plan) {
        return Stream.concat(Stream.of(plan), children(plan).flatMap(LockOrderTest::nodes));
    }

    private static Stream<JsonObject> children(JsonObject node) {
        return node.getJsonArray("Plans", new JsonArray()).stream().map(JsonObject.class::cast);
    }
}
