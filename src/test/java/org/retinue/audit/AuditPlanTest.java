package org.retinue.audit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.retinue.LargeGraph;
import org.retinue.Plan;

/** An audit reads the piece that it looks at and what belongs to it, whatever the statistics say. */
class AuditPlanTest {

    private static final int PIECE = 500;

    @ParameterizedTest
    @EnumSource
    void aPieceAndItsRepairAreReadByTheirKeys(LargeGraph.Statistics statistics) {
        try (LargeGraph graph = LargeGraph.shared(statistics)) {
            graph.sql("begin");
            graph.sql(AuditSql.BY_KEYS);
            pieces(graph, graph.id("celebrity"));
            repairs(graph, graph.id("celebrity"));
        }
    }

    private static void pieces(LargeGraph graph, String celebrity) {
        bounded(plan(graph, AuditSql.FOLLOWS, "0", "0", "500"), "follows_pkey", "followers_pkey");
        bounded(
                plan(graph, AuditSql.FOLLOWERS, celebrity, "'2026-01-01Z'", "0", "500"),
                "followers_pkey",
                "follows_pkey");
        bounded(plan(graph, AuditSql.COUNTS_END, "0", "500"), "follow_counts_pkey");
        bounded(plan(graph, AuditSql.COUNTS, "0", "150"), "follow_counts_pkey", "users_pkey");
        bounded(plan(graph, AuditSql.LAST_USER), "users_pkey");
    }

    private static void repairs(LargeGraph graph, String celebrity) {
        String ones = "array[1, 2, 3]::bigint[]";
        String others = "array[" + celebrity + ", " + celebrity + ", " + celebrity + "]::bigint[]";
        bounded(plan(graph, AuditSql.HOLD_EDGES, ones, others), "follows_pkey");
        bounded(plan(graph, AuditSql.MEND_EDGES, ones, others), "follows_pkey", "users_pkey");
        bounded(
                plan(graph, AuditSql.MEND_FOLLOWERS, ones, others, "array[now(), now(), null]::timestamptz[]"),
                "follows_pkey",
                "followers_pkey");
        bounded(plan(graph, AuditSql.HOLD_COUNTS, others), "follow_counts_pkey");
        bounded(plan(graph, AuditSql.MEND_ROWS_OF_COUNTS, others), "users_pkey");
        graph.sql("insert into follows (follower_id, followed_id, since, state) values (1, 2, now(), 'suspended')");
        bounded(plan(graph, AuditSql.MEND_SUSPENSIONS, ones, "array[2, 2, 2]::bigint[]"), "follows_pkey", "users_pkey");
        bounded(plan(graph, AuditSql.MEND_COUNTS, ones, ones, ones), "follow_counts_pkey");

        Plan weighed = plan(graph, AuditSql.WEIGH_COUNTS, others);
        assertThat(weighed.nodes())
                .as("a celebrity's edges are counted once, by the index: %s", weighed)
                .allMatch(node -> node.rows() <= LargeGraph.SIZE)
                .noneMatch(node -> node.type().equals("Seq Scan"))
                .anyMatch(node -> node.index().equals("followers_pkey"));
    }

    private static Plan plan(LargeGraph graph, String statement, String... parameters) {
        return Plan.asSet(graph.connection(), statement, parameters);
    }

    private static void bounded(Plan plan, String... indexes) {
        assertThat(plan.nodes())
                .as("%s", plan)
                .allMatch(node -> node.rows() <= 2 * PIECE + 10)
                .noneMatch(node -> node.type().equals("Seq Scan"));
        for (String index : indexes) {
            assertThat(plan.nodes()).as("%s", plan).anyMatch(node -> node.index()
                    .equals(index));
        }
    }
}
