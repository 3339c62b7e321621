package org.retinue.suspension;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.retinue.LargeGraph;
import org.retinue.Plan;

/** A step reads what it changes, however many follows the user has and whatever the statistics say. */
class SuspensionPlanTest {

    @ParameterizedTest
    @EnumSource
    void aStepReadsNoMoreThanItChanges(LargeGraph.Statistics statistics) {
        try (LargeGraph graph = LargeGraph.make(statistics)) {
            graph.sql("begin");
            for (String user : new String[] {"celebrity", "fan"}) {
                String id = graph.id(user);
                graph.sql("update follow_counts set suspension = 'suspending' where user_id = " + id);
                boundedStep(graph, SuspensionSql.SUSPEND_FOLLOWS, id, "500");
                graph.sql("update users set suspended_at = now() where username = '" + user + "'");
                graph.sql("delete from followers where followed_id = " + id);
                graph.sql("delete from followers where follower_id = " + id);
                graph.sql("update follows set state = 'suspended' where " + id + " in (follower_id, followed_id)");
                graph.sql("update follow_counts set suspension = 'restoring' where user_id = " + id);
                graph.sql("update users set suspended_at = null where username = '" + user + "'");
                boundedStep(graph, SuspensionSql.RESTORE_FOLLOWS, id, "0", "0", "500");
            }
            graph.sql("rollback");
            Plan unfinished = Plan.of(graph.connection(), SuspensionSql.UNFINISHED, "100");
            assertThat(unfinished.nodes()).as("%s", unfinished).anyMatch(node -> node.index()
                    .equals("follow_counts_suspensions"));
        }
    }

    private static void boundedStep(LargeGraph graph, String statement, String... parameters) {
        Plan plan = Plan.of(graph.connection(), statement, parameters);
        assertThat(plan.nodes())
                .as("%s", plan)
                .allMatch(node -> node.rows() <= 2_010)
                .noneMatch(node -> node.type().equals("Seq Scan"))
                .anyMatch(node -> node.index().equals("follow_counts_pkey"));
        assertThat(plan.nodes())
                .as("by key, what was chosen: %s", plan)
                .filteredOn(node -> node.index().equals("follows_following"))
                .hasSizeLessThanOrEqualTo(1);
    }
}
