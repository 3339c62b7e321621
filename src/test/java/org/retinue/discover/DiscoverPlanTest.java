package org.retinue.discover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.retinue.LargeGraph;
import org.retinue.Plan;
import org.retinue.TestDatabase;
import org.retinue.database.Snapshot;

/** Each statement about suggestions and paths reads by the index that it says, whatever the state of the statistics. */
class DiscoverPlanTest {

    private static final int SOME = 500;
    private static final String FAN = String.valueOf(LargeGraph.SIZE + 2);
    private static final String ALL = "9223372036854775807";

    @ParameterizedTest
    @EnumSource
    void whatIsReadIsBounded(LargeGraph.Statistics statistics) {
        SoftAssertions all = new SoftAssertions();
        try (LargeGraph graph = LargeGraph.shared(statistics)) {
            graph.sql("begin; " + Snapshot.BY_INDEX);
            reads(all, graph, DiscoverSql.NEWEST_FOLLOWED, "follows_following", SOME, FAN, "500");
            reads(all, graph, DiscoverSql.COUNTS, "follow_counts_pkey", SOME, users(0));
            reads(all, graph, DiscoverSql.SUMS, "follow_counts_pkey", SOME, users(0));
            reads(
                    all,
                    graph,
                    DiscoverSql.MOST_FOLLOWED,
                    "follows_following",
                    2 * SOME,
                    users(0),
                    FAN,
                    ALL,
                    ALL,
                    "1000");
            int related = TestDatabase.seeksEachOfAList() ? SOME : LargeGraph.SIZE;
            reads(all, graph, DiscoverSql.RELATED, "follows_pkey", related, FAN, users(0));
            reads(all, graph, DiscoverSql.PASSABLE, "follows_pkey", related, users(0), FAN, "false");
            all.assertThat(Plan.of(graph.connection(), DiscoverSql.VIEWER, "'fan'")
                            .nodes())
                    .singleElement()
                    .satisfies(scan -> assertThat(scan.index()).isEqualTo("users_username_key"));
            reads(all, graph, DiscoverSql.FOLLOWS, "follows_pkey", 1, FAN, "777");
            reads(all, graph, DiscoverSql.STEP_FORWARD, "follows_following", 2 * SOME, users(0));
            reads(all, graph, DiscoverSql.STEP_BACKWARD, "followers_pkey", 2 * SOME, users(0));
            reads(all, graph, DiscoverSql.MEET_FORWARD, "follows_following", 2 * SOME, users(0), users(40_000));
            reads(all, graph, DiscoverSql.MEET_BACKWARD, "followers_pkey", 2 * SOME, users(40_000), users(0));
            graph.sql("rollback");
        }
        all.assertAll();
    }

    private static void reads(
            SoftAssertions all, LargeGraph graph, String statement, String index, int rows, String... parameters) {
        Plan plan = Plan.of(graph.connection(), statement, parameters);
        all.assertThat(plan.nodes())
                .as("%s", plan)
                .filteredOn(node -> !node.table().isEmpty() && !node.table().equals("users"))
                .singleElement()
                .satisfies(scan -> {
                    assertThat(scan.index()).isEqualTo(index);
                    assertThat(scan.type()).startsWith("Index");
                    assertThat(scan.rows()).isLessThanOrEqualTo(rows);
                });
        all.assertThat(plan.blocks()).as("%s", plan).isLessThan(10 * Math.max(rows, SOME));
    }

    private static String users(int after) {
        return LongStream.rangeClosed(after + 1, after + SOME)
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(",", "'{", "}'"));
    }
}
