package org.retinue.user;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.retinue.LargeGraph;
import org.retinue.Plan;

/** Finding and listing users reads what it returns, whatever the state of the statistics. */
class UserPlanTest {

    @ParameterizedTest
    @EnumSource
    void aUserIsFoundAndListedByTheIndexOfNames(LargeGraph.Statistics statistics) {
        try (LargeGraph graph = LargeGraph.shared(statistics)) {
            Plan profile = Plan.of(graph.connection(), UserSql.PROFILES, "array['celebrity']");
            assertThat(profile.nodes())
                    .as("%s", profile)
                    .allMatch(node -> node.rows() <= 1)
                    .anyMatch(node -> node.index().equals("users_username_key"))
                    .anyMatch(node -> node.index().equals("follow_counts_pkey"));

            for (String prefix : new String[] {"''", "'user1'"}) {
                Plan page = Plan.of(
                        graph.connection(), UserSql.PAGE_BY_PREFIX, prefix, prefix + " || chr(127)", "'user123'", "51");
                assertThat(page.nodes())
                        .as("%s", page)
                        .noneMatch(node ->
                                node.type().contains("Sort") || node.type().contains("Bitmap"))
                        .allMatch(node -> node.rows() <= 51)
                        .anyMatch(node -> node.index().equals("users_username_key"));
            }
        }
    }
}
