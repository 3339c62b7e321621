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
    void aPieceIsReadByItsKeys(LargeGraph.Statistics statistics) {
        try (LargeGraph graph = LargeGraph.make(statistics)) {
            String celebrity = graph.id("celebrity");
            graph.sql("begin");
            graph.sql(AuditSql.BY_KEYS);
            bounded(Plan.of(graph.connection(), AuditSql.FOLLOWS, "0", "0", "500"), "follows_pkey", "followers_pkey");
            bounded(
                    Plan.of(graph.connection(), AuditSql.FOLLOWERS, celebrity, "'2026-01-01Z'", "0", "500"),
                    "followers_pkey",
                    "follows_pkey");
            bounded(Plan.of(graph.connection(), AuditSql.COUNTS_END, "0", "500"), "follow_counts_pkey");
            bounded(Plan.of(graph.connection(), AuditSql.COUNTS, "0", "150"), "follow_counts_pkey", "users_pkey");

            String ones = "array[1, 2, 3]::bigint[]";
            String others = "array[" + celebrity + ", " + celebrity + ", " + celebrity + "]::bigint[]";
            bounded(Plan.of(graph.connection(), AuditSql.HOLD_EDGES, ones, others), "follows_pkey");
            bounded(Plan.of(graph.connection(), AuditSql.MEND_EDGES, ones, others), "follows_pkey", "users_pkey");
            bounded(
                    Plan.of(
                            graph.connection(),
                            AuditSql.MEND_FOLLOWERS,
                            ones,
                            others,
                            "array[now(), now(), null]::timestamptz[]"),
                    "follows_pkey",
                    "followers_pkey");
            bounded(Plan.of(graph.connection(), AuditSql.HOLD_COUNTS, ones), "follow_counts_pkey");
            bounded(Plan.of(graph.connection(), AuditSql.MEND_ROWS_OF_COUNTS, ones), "users_pkey");
            bounded(Plan.of(graph.connection(), AuditSql.MEND_SUSPENSIONS, ones, others), "follows_pkey");
            bounded(Plan.of(graph.connection(), AuditSql.MEND_COUNTS, ones), "follow_counts_pkey");

            Plan counted = Plan.of(graph.connection(), AuditSql.MEND_COUNTS, others);
            assertThat(counted.nodes())
                    .as("a celebrity's edges are counted by the index: %s", counted)
                    .noneMatch(node -> node.type().equals("Seq Scan"))
                    .anyMatch(node ->
                            node.index().equals("followers_pkey") && node.type().equals("Index Only Scan"));
            graph.sql("rollback");
        }
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
