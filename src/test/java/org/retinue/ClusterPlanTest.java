package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * No statement makes a cluster send a table from node to node. Where a row of a spread table is wanted beside one that has
 * none, and the two are joined from outside ({@code left join}), Citus fetches the whole table to look.
 */
class ClusterPlanTest {

    @BeforeAll
    static void severalNodes() {
        TestDatabase.assumeSeveralNodes("one node sends nothing");
    }

    @Test
    void noStatementFetchesATable() {
        Map<String, String> fetching = new TreeMap<>();
        SqlConnection connection = TestDatabase.pool().getConnection().await().indefinitely();
        Statements.all().forEach((name, statement) -> {
            String plan = Statements.plan(connection, statement);
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
        String fetching = Statements.plan(
                connection,
                "select f.since from unnest($1::bigint[]) as asked (id) left join follows f on f.follower_id = asked.id");
        String bounded = Statements.plan(
                connection,
                "with asked as materialized (select id from unnest($1::bigint[]) as given (id))"
                        + " select f.since from asked join follows f on f.follower_id = asked.id");
        connection.close().await().indefinitely();

        assertThat(fetchesATable(fetching)).as("%s", fetching).isTrue();
        assertThat(fetchesATable(bounded)).as("%s", bounded).isFalse();
    }

    /** Whether all that a node does in a task is to scan a table, under no condition, that of a partial index included. */
    private static boolean fetchesATable(String plan) {
        return Pattern.compile("Node: .*\n.*(Seq Scan|_pkey_\\d+) on (follows|followers|follow_counts)_\\d+.*\n"
                        + "(?!.*(Filter|Cond):)")
                .matcher(plan + "\n")
                .find();
    }
}
