package org.retinue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How PostgreSQL runs a statement, as EXPLAIN ANALYZE tells it. */
public record Plan(List<Node> nodes) {

    /** A step of a plan, with what it really did. */
    public record Node(JsonObject json) {

        /** What kind of step it is. */
        public String type() {
            return json.getString("Node Type");
        }

        /** The table it reads or writes; empty if none. */
        public String table() {
            return json.getString("Relation Name", "");
        }

        /** The index it reads; empty if none. */
        public String index() {
            return json.getString("Index Name", "");
        }

        /** How many rows it looked at, all its loops together. */
        public double rows() {
            double each = json.getDouble("Actual Rows")
                    + json.getDouble("Rows Removed by Filter", 0.0)
                    + json.getDouble("Rows Removed by Join Filter", 0.0)
                    + json.getDouble("Rows Removed by Index Recheck", 0.0);
            return each * json.getDouble("Actual Loops");
        }

        @Override
        public String toString() {
            return "%s %s %s rows=%.0f".formatted(type(), table(), index(), rows());
        }
    }

    /**
     * Runs a statement as a prepared one gets planned once it has been used often, whatever its parameters.
     *
     * @param parameters as SQL
     */
    public static Plan of(SqlConnection connection, String statement, String... parameters) {
        run(connection, "set plan_cache_mode = force_generic_plan");
        return asSet(connection, statement, parameters);
    }

    /**
     * Runs a statement as it gets planned with the settings that the connection has.
     *
     * @param parameters as SQL
     */
    public static Plan asSet(SqlConnection connection, String statement, String... parameters) {
        run(connection, "prepare planned as " + statement);
        JsonArray explained = (JsonArray) connection
                .query("explain (analyze, buffers, timing off, format json) execute planned"
                        + (parameters.length == 0 ? "" : "(" + String.join(", ", parameters) + ")"))
                .execute()
                .await()
                .indefinitely()
                .iterator()
                .next()
                .getValue(0);
        run(connection, "deallocate planned");
        List<Node> nodes = new ArrayList<>();
        collect(explained.getJsonObject(0).getJsonObject("Plan"), nodes);
        return new Plan(List.copyOf(nodes));
    }

    /** How many pages of the database it looked at. */
    public int blocks() {
        JsonObject root = nodes.get(0).json();
        return root.getInteger("Shared Hit Blocks") + root.getInteger("Shared Read Blocks");
    }

    private static void run(SqlConnection connection, String statement) {
        connection.query(statement).execute().await().indefinitely();
    }

    private static void collect(JsonObject json, List<Node> nodes) {
        nodes.add(new Node(json));
        for (Object child : json.getJsonArray("Plans", new JsonArray())) {
            collect((JsonObject) child, nodes);
        }
    }

    @Override
    public String toString() {
        return nodes.stream().map(Node::toString).collect(Collectors.joining("\n"));
    }
}
