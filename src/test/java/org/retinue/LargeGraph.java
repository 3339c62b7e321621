package org.retinue;

import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.flywaydb.core.Flyway;

/**
 * A graph in a schema of its own, whose statistics nobody refreshes: many users, who all follow {@code celebrity}, and
 * whom {@code fan} follows. Everyone else follows two.
 */
public final class LargeGraph implements AutoCloseable {

    /** How many users there are besides the two. */
    public static final int SIZE = 50_000;

    /** How many there are in one to be changed, which is made for each test anew. */
    public static final int SIZE_TO_CHANGE = 20_000;

    private static final Map<Statistics, LargeGraph> SHARED = new EnumMap<>(Statistics.class);

    private final String schema;
    private final SqlConnection connection;

    /** When the statistics were made. */
    public enum Statistics {
        NEVER,
        WHILE_EMPTY,
        WHEN_FULL
    }

    private LargeGraph(String schema, SqlConnection connection) {
        this.schema = schema;
        this.connection = connection;
    }

    /** Makes one to be changed at will, which takes some seconds. */
    public static LargeGraph make(Statistics statistics) {
        return make("retinue_plans", statistics, SIZE_TO_CHANGE);
    }

    /** The one for all tests that only look at it, or roll back the little that they change. */
    public static synchronized LargeGraph shared(Statistics statistics) {
        return SHARED.computeIfAbsent(statistics, each -> make("retinue_shared_plans", each, SIZE));
    }

    /** Drops what was shared. */
    static void dropShared() {
        for (Statistics statistics : Statistics.values()) {
            TestDatabase.sql("drop schema if exists " + schema("retinue_shared_plans", statistics) + " cascade");
        }
    }

    private static String schema(String prefix, Statistics statistics) {
        return prefix + "_" + statistics.name().toLowerCase(Locale.ROOT);
    }

    private static LargeGraph make(String prefix, Statistics statistics, int size) {
        String schema = schema(prefix, statistics);
        TestDatabase.sql("drop schema if exists " + schema + " cascade");
        Flyway.configure()
                .dataSource(
                        System.getProperty("quarkus.datasource.jdbc.url"),
                        System.getProperty("quarkus.datasource.username"),
                        System.getProperty("quarkus.datasource.password"))
                .schemas(schema)
                // on a cluster too: what is tested with it are the plans of one node
                .placeholders(Map.of("distributed", "none"))
                .load()
                .migrate();
        LargeGraph graph = new LargeGraph(
                schema, TestDatabase.pool().getConnection().await().indefinitely());
        graph.sql("set client_min_messages = warning");
        // A server may compile statements, for seconds, and be slow.
        graph.sql("set jit = off; set statement_timeout = 0");
        graph.sql("set search_path = " + schema);
        for (String table : new String[] {"users", "follows", "followers", "follow_counts"}) {
            graph.sql("alter table " + table + " set (autovacuum_enabled = false)");
        }
        if (statistics == Statistics.WHILE_EMPTY) {
            graph.analyze();
        }
        graph.fill(size);
        if (statistics == Statistics.WHEN_FULL) {
            graph.analyze();
        }
        return graph;
    }

    /** The connection that sees it. */
    public SqlConnection connection() {
        return connection;
    }

    /** Runs a statement on it. */
    public void sql(String statement) {
        connection.query(statement).execute().await().indefinitely();
    }

    /** The id of a user, as SQL. */
    public String id(String username) {
        return connection
                .query("select id from users where username = '" + username + "'")
                .execute()
                .await()
                .indefinitely()
                .iterator()
                .next()
                .getLong(0)
                .toString();
    }

    private void analyze() {
        sql("analyze users, follows, followers, follow_counts");
    }

    private void fill(int size) {
        sql("insert into users (username) select 'user' || n from generate_series(1, " + size + ") as n");
        sql("insert into users (username) values ('celebrity'), ('fan')");
        sql("""
                insert into follows (follower_id, followed_id, since, state)
                select u.id, c.id, timestamptz '2026-01-01Z' + u.id * interval '1 second', 'following'::follow_state
                from users u, users c where c.username = 'celebrity' and u.username like 'user%'
                union all
                select f.id, u.id, timestamptz '2026-01-01Z' + u.id * interval '1 second', 'following'
                from users u, users f where f.username = 'fan' and u.username like 'user%'
                union all
                select u.id, v.id, timestamptz '2026-01-01Z', 'following'
                from users u join users v on v.id = u.id + 7 where u.username like 'user%' and v.username like 'user%'
                """);
        sql("insert into followers select followed_id, since, follower_id from follows");
        sql("""
                insert into follow_counts
                select id, (select count(*) from follows where follower_id = id),
                    (select count(*) from followers where followed_id = id)
                from users
                """);
    }

    @Override
    public void close() {
        // of a test that failed in a transaction
        sql("rollback");
        if (SHARED.containsValue(this)) {
            sql("reset plan_cache_mode");
            return;
        }
        sql("drop schema " + schema + " cascade");
        sql("reset all");
        connection.close().await().indefinitely();
    }
}
