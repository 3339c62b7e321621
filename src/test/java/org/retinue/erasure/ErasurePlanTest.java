package org.retinue.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.retinue.LargeGraph;
import org.retinue.Plan;

/** A step reads what it removes, however much the user leaves and whatever the statistics say. */
class ErasurePlanTest {

    private static final String SERVICE = "'00000000-0000-0000-0000-000000000001'";

    @ParameterizedTest
    @EnumSource
    void aStepReadsNoMoreThanItRemoves(LargeGraph.Statistics statistics) {
        try (LargeGraph graph = LargeGraph.make(statistics)) {
            String fan = tombstone(graph, "fan");
            step(graph, fan, "following", "follows_pkey");
            String celebrity = tombstone(graph, "celebrity");
            step(graph, celebrity, "followers", "followers_pkey");
            graph.sql("delete from followers where followed_id = " + celebrity);
            graph.sql("update follows set state = 'requested' where followed_id = " + celebrity);
            step(graph, celebrity, "requests", "follows_requests");
            graph.sql("update follows set state = 'suspended' where followed_id = " + celebrity);
            step(graph, celebrity, "kept", "follows_kept");

            Plan unfinished = Plan.of(graph.connection(), ErasureSql.TAKE, SERVICE, "30", "100");
            assertThat(unfinished.nodes()).as("%s", unfinished).allMatch(node -> node.rows() <= 2);
        }
    }

    private static String tombstone(LargeGraph graph, String username) {
        String id = graph.id(username);
        graph.sql("delete from follow_counts where user_id = " + id);
        graph.sql("update users set username = null, erased_at = now() where id = " + id);
        graph.sql("insert into erasures (id, user_id, holder, held_until) values (gen_random_uuid(), " + id + ", "
                + SERVICE + ", now() - interval '1 second')");
        return id;
    }

    private static void step(LargeGraph graph, String id, String phase, String index) {
        graph.sql("update erasures set phase = '" + phase + "', last_since = '-infinity', last_id = 0 where user_id = "
                + id);
        Plan plan = Plan.of(graph.connection(), ErasureSql.STEP, id, "500", SERVICE, "-1");
        assertThat(plan.nodes())
                .as("%s", plan)
                .allMatch(node -> node.rows() <= 1_010)
                .noneMatch(
                        node -> node.type().equals("Seq Scan") && !node.table().equals("erasures"))
                .anyMatch(node -> node.index().equals(index) && node.rows() >= 500)
                .anyMatch(node -> node.index().equals("follow_counts_pkey"));
    }
}
