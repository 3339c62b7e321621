package org.retinue.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.retinue.LargeGraph;
import org.retinue.Plan;

/** What a caller may see is looked up by keys, whatever the size of the user. */
class SightPlanTest {

    @Test
    void aLookReadsOneRowOfEachTable() {
        try (LargeGraph graph = LargeGraph.shared(LargeGraph.Statistics.NEVER)) {
            Plan plan = Plan.of(
                    graph.connection(),
                    SightSql.LOOK,
                    "array['fan', 'user7', 'nobody']",
                    "array['celebrity', 'fan', 'user9']");

            assertThat(plan.nodes())
                    .as("%s", plan)
                    .noneMatch(node -> node.type().contains("Seq Scan"))
                    .filteredOn(node -> !node.index().isEmpty())
                    .extracting(Plan.Node::index)
                    .containsExactlyInAnyOrder("users_username_key", "users_username_key", "follows_pkey");
            assertThat(plan.nodes().stream()
                            .filter(node -> !node.table().isEmpty())
                            .mapToDouble(Plan.Node::rows)
                            .sum())
                    .isLessThan(10);
        }
    }
}
