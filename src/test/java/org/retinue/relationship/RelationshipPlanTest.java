package org.retinue.relationship;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.retinue.LargeGraph;
import org.retinue.Plan;

/** Each statement reads by the index that it says it uses, and no more than it returns, whatever the statistics say. */
class RelationshipPlanTest {

    private static final String LIMIT = "51";
    private static final String FIRST = "timestamptz '0001-01-01Z'";
    private static final String LAST = "timestamptz '9999-12-31Z'";
    private static final String MIDDLE = "timestamptz '2026-01-01Z' + interval '10000 seconds'";

    @ParameterizedTest
    @EnumSource
    void everyStatementReadsLittleMoreThanItReturns(LargeGraph.Statistics statistics) {
        SoftAssertions all = new SoftAssertions();
        try (LargeGraph graph = LargeGraph.make(statistics)) {
            fill(graph);
            if (statistics == LargeGraph.Statistics.WHEN_FULL) {
                graph.sql("analyze follows");
            }
            for (String begin : new String[] {LAST, MIDDLE}) {
                page(all, graph, RequestSql.REQUESTS_NEWEST, "follows_requests", "'celebrity'", begin, FIRST);
                page(all, graph, BlockSql.BLOCKS_NEWEST, "follows_blocks", "'judge'", begin, FIRST);
                page(all, graph, MuteSql.MUTES_NEWEST, "follows_mutes", "'judge'", begin, FIRST);
            }
            for (String begin : new String[] {FIRST, MIDDLE}) {
                page(all, graph, RequestSql.REQUESTS_OLDEST, "follows_requests", "'celebrity'", begin, LAST);
                page(all, graph, BlockSql.BLOCKS_OLDEST, "follows_blocks", "'judge'", begin, LAST);
                page(all, graph, MuteSql.MUTES_OLDEST, "follows_mutes", "'judge'", begin, LAST);
            }
            lookup(all, graph);
            pairs(all, graph);
            acceptSome(all, graph);
        }
        all.assertAll();
    }

    /** One who blocks and mutes 20,000, and 20,000 who ask to follow the celebrity. */
    private static void fill(LargeGraph graph) {
        graph.sql("insert into users (username) values ('judge')");
        graph.sql("insert into users (username) select 'asks' || n from generate_series(1, 20000) n");
        graph.sql("insert into follow_counts (user_id) select id from users u"
                + " where not exists (select 1 from follow_counts where user_id = u.id)");
        graph.sql("""
                insert into follows (follower_id, followed_id, blocks_since, mutes_since)
                select j.id, u.id, timestamptz '2026-01-01Z' + u.id * interval '1 second',
                    timestamptz '2026-01-01Z' + u.id * interval '1 second'
                from users u, users j where j.username = 'judge' and u.username like 'user%' and u.id <= 20000
                """);
        graph.sql("""
                insert into follows (follower_id, followed_id, state, since)
                select u.id, c.id, 'requested', timestamptz '2026-01-01Z' + substr(u.username, 5)::int * interval '1 second'
                from users u, users c where c.username = 'celebrity' and u.username like 'asks%'
                """);
    }

    private static void page(
            SoftAssertions all,
            LargeGraph graph,
            String statement,
            String index,
            String owner,
            String begin,
            String end) {
        Plan plan = Plan.of(graph.connection(), statement, owner, begin, "0", end, LIMIT);
        all.assertThat(plan.nodes())
                .as("%s", plan)
                .noneMatch(node -> node.type().contains("Sort") || node.type().contains("Bitmap"))
                .filteredOn(node -> node.table().equals("follows"))
                .singleElement()
                .satisfies(scan -> {
                    assertThat(scan.index()).isEqualTo(index);
                    assertThat(scan.rows()).isEqualTo(51);
                });
        all.assertThat(plan.nodes()).as("%s", plan).allMatch(node -> node.rows() <= 60);
    }

    private static void lookup(SoftAssertions all, LargeGraph graph) {
        Plan plan = Plan.of(
                graph.connection(),
                RelationshipSql.LOOKUP,
                "array_fill('fan'::text, array[500])",
                IntStream.rangeClosed(1, 500).mapToObj(n -> "user" + n).collect(Collectors.joining(",", "'{", "}'")));
        all.assertThat(plan.nodes())
                .as("%s", plan)
                .allMatch(node -> node.rows() <= (node.type().matches("Append|Result|Sort") ? 1_000 : 500))
                .noneMatch(node -> node.type().equals("Seq Scan"))
                .filteredOn(node -> node.index().startsWith("follows_"))
                .hasSize(2)
                .allMatch(node -> node.index().equals("follows_pkey"));
    }

    private static void pairs(SoftAssertions all, LargeGraph graph) {
        one(all, graph, RelationshipSql.FIND, "'judge'", "'user7'");
        one(all, graph, RequestSql.ACCEPT, "'asks7'", "'celebrity'", "5000");
        one(all, graph, RequestSql.REJECT, "'asks7'", "'celebrity'");
        one(all, graph, BlockSql.BLOCK, "'fan'", "'user7'");
        one(all, graph, BlockSql.BLOCK, "'user7'", "'celebrity'");
        one(all, graph, BlockSql.UNBLOCK, "'judge'", "'user7'");
        one(all, graph, MuteSql.MUTE, "'fan'", "'user7'", "null");
        one(all, graph, MuteSql.UNMUTE, "'judge'", "'user7'");
    }

    private static void one(SoftAssertions all, LargeGraph graph, String statement, String... parameters) {
        graph.sql("begin");
        Plan plan = Plan.of(graph.connection(), statement, parameters);
        graph.sql("rollback");
        all.assertThat(plan.nodes())
                .as("%s", plan)
                .allMatch(node -> node.rows() <= 4)
                .noneMatch(node -> node.type().equals("Seq Scan"))
                .filteredOn(node -> node.index().startsWith("follows_"))
                .allMatch(node -> node.index().equals("follows_pkey"));
        all.assertThat(plan.blocks()).as("%s", plan).isLessThan(150);
    }

    private static void acceptSome(SoftAssertions all, LargeGraph graph) {
        graph.sql("begin");
        Plan plan = Plan.of(graph.connection(), RequestSql.ACCEPT_SOME, "'celebrity'", "500", "5000");
        graph.sql("rollback");
        all.assertThat(plan.nodes())
                .as("%s", plan)
                .allMatch(node -> node.rows() <= 1_002)
                .noneMatch(node -> node.type().equals("Seq Scan"))
                .filteredOn(node -> node.index().equals("follows_requests"))
                .hasSize(1);
    }
}
