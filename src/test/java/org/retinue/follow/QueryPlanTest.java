package org.retinue.follow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.retinue.LargeGraph;
import org.retinue.Plan;

/** Each statement uses the index that it says it uses, whatever the size of the user and the state of the statistics. */
class QueryPlanTest {

    private static final String LIMIT = "51";
    private static final String FIRST = "timestamptz '0001-01-01Z'";
    private static final String LAST = "timestamptz '9999-12-31Z'";
    private static final String MIDDLE = "timestamptz '2026-01-01Z' + interval '25000 seconds'";

    @ParameterizedTest
    @EnumSource
    void aPageIsAnOrderedScanThatStopsAtTheLimit(LargeGraph.Statistics statistics) {
        SoftAssertions all = new SoftAssertions();
        LargeGraph graph = LargeGraph.shared(statistics);
        for (String begin : new String[] {LAST, MIDDLE}) {
            page(all, graph, FollowSql.FOLLOWING_NEWEST, "follows_following", "'fan'", begin, FIRST);
            page(all, graph, FollowSql.FOLLOWERS_NEWEST, "followers_pkey", "'celebrity'", begin, FIRST);
        }
        for (String begin : new String[] {FIRST, MIDDLE}) {
            page(all, graph, FollowSql.FOLLOWING_OLDEST, "follows_following", "'fan'", begin, LAST);
            page(all, graph, FollowSql.FOLLOWERS_OLDEST, "followers_pkey", "'celebrity'", begin, LAST);
        }
        all.assertAll();
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
                .noneMatch(node -> node.type().contains("Seq Scan") && isEdges(node.table()))
                .filteredOn(node -> isEdges(node.table()))
                .singleElement()
                .satisfies(scan -> {
                    assertThat(scan.index()).isEqualTo(index);
                    assertThat(scan.rows()).isEqualTo(51);
                });
        all.assertThat(plan.nodes()).as("%s", plan).allMatch(node -> node.rows() <= 60);
        all.assertThat(plan.blocks()).as("%s", plan).isLessThan(51 * 6);
    }

    @ParameterizedTest
    @EnumSource
    void aCheckReadsOneRowOfEach(LargeGraph.Statistics statistics) {
        LargeGraph graph = LargeGraph.shared(statistics);
        Plan plan = Plan.of(graph.connection(), FollowSql.CHECK, "array['fan']", "array['user777']");
        assertThat(plan.nodes())
                .as("%s", plan)
                .allMatch(node -> node.rows() <= (node.type().equals("Append") ? 2 : 1))
                .anyMatch(node -> node.index().equals("users_username_key"))
                .anyMatch(node -> node.index().equals("follows_pkey"));
        assertThat(plan.blocks()).as("%s", plan).isLessThan(20);
    }

    @ParameterizedTest
    @EnumSource
    void changingThousandsLooksAtAFewRowsForEach(LargeGraph.Statistics statistics) {
        SoftAssertions all = new SoftAssertions();
        LargeGraph graph = LargeGraph.shared(statistics);
        for (Wish wish : new Wish[] {Wish.FOLLOW, Wish.UNFOLLOW}) {
            int step = wish == Wish.FOLLOW ? 3 : 7;
            graph.sql("begin");
            Plan plan = Plan.of(
                    graph.connection(),
                    FollowSql.CHANGE,
                    names(1),
                    names(1 + step),
                    "array_fill('" + wish.label() + "'::text, array[5000])",
                    "array_fill(null::timestamptz, array[5000])");
            graph.sql("rollback");
            all.assertThat(plan.nodes())
                    .as("%s%n%s", wish, plan)
                    .allMatch(node -> node.rows() <= 5_000 * 4 || node.type().equals("Seq Scan"))
                    .anyMatch(node -> node.index().equals("follow_counts_pkey"))
                    .noneMatch(node -> node.type().equals("Seq Scan"));
        }
        all.assertAll();
    }

    @ParameterizedTest
    @EnumSource
    void limitReadsFewMoreRowsPerPair(LargeGraph.Statistics statistics) {
        LargeGraph graph = LargeGraph.shared(statistics);
        graph.sql("begin");
        Plan plan = Plan.of(
                graph.connection(),
                FollowSql.CHANGE_WITHIN_LIMIT,
                names(1),
                names(4),
                "array_fill('follow'::text, array[5000])",
                "array_fill(null::timestamptz, array[5000])",
                "100");
        graph.sql("rollback");

        assertThat(plan.nodes())
                .as("%s", plan)
                .allMatch(node -> node.rows() <= 5_000 * 4)
                .noneMatch(node -> node.type().equals("Seq Scan"));
    }

    private static String names(int first) {
        return IntStream.range(first, first + 5_000)
                .mapToObj(number -> "user" + number)
                .collect(Collectors.joining(",", "'{", "}'"));
    }

    private static boolean isEdges(String table) {
        return table.equals("follows") || table.equals("followers");
    }
}
