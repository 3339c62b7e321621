package org.retinue.select;

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

/** Each statement about sets uses the index that it says it uses, whatever the sizes and the state of the statistics. */
class SelectPlanTest {

    private static final int PIECE = 1_000;
    private static final String CELEBRITY = String.valueOf(LargeGraph.SIZE_TO_CHANGE + 1);
    private static final String FAN = String.valueOf(LargeGraph.SIZE_TO_CHANGE + 2);
    private static final String LAST = "timestamptz '9999-12-31Z'";
    private static final String MIDDLE =
            "timestamptz '2026-01-01Z' + interval '" + LargeGraph.SIZE_TO_CHANGE / 2 + " seconds'";

    @ParameterizedTest
    @EnumSource
    void whatAWalkReadsIsBounded(LargeGraph.Statistics statistics) {
        SoftAssertions all = new SoftAssertions();
        try (LargeGraph graph = LargeGraph.make(statistics)) {
            // the fan blocks and mutes everybody: not what can be, but what has the size
            graph.sql("alter table follows drop constraint follows_not_across_blocks");
            graph.sql("update follows set blocks_since = since, mutes_since = since where follower_id = " + FAN
                    + " and followed_id % 5 > 0");
            graph.sql("begin; " + Snapshot.BY_INDEX);
            for (String begin : new String[] {LAST, MIDDLE}) {
                aPiece(all, graph, SelectSql.FOLLOWING, FAN, begin, "follows_following");
                aPiece(all, graph, SelectSql.FOLLOWERS, CELEBRITY, begin, "followers_pkey");
                aPiece(all, graph, SelectSql.BLOCKS, FAN, begin, "follows_blocks");
                aPiece(all, graph, SelectSql.MUTES, FAN, begin, "follows_mutes");
            }
            lookingUp(all, graph, "'{" + FAN + "}'", users(0, PIECE));
            lookingUp(all, graph, users(0, PIECE), "'{" + CELEBRITY + "}'");
            lookingUp(all, graph, users(0, PIECE), users(LargeGraph.SIZE_TO_CHANGE / 2, 16));
            graph.sql("rollback");
        }
        all.assertAll();
    }

    private static void aPiece(
            SoftAssertions all, LargeGraph graph, String statement, String owner, String begin, String index) {
        Plan plan = Plan.of(
                graph.connection(), statement, owner, begin, String.valueOf(Long.MAX_VALUE), String.valueOf(PIECE));
        all.assertThat(plan.nodes())
                .as("%s", plan)
                .noneMatch(node -> node.type().contains("Sort") || node.type().contains("Bitmap"))
                .filteredOn(node -> !node.table().isEmpty() && !node.table().equals("users"))
                .singleElement()
                .satisfies(scan -> {
                    assertThat(scan.index()).isEqualTo(index);
                    assertThat(scan.rows()).isEqualTo(PIECE);
                });
    }

    private static void lookingUp(SoftAssertions all, LargeGraph graph, String ones, String others) {
        Plan plan = Plan.of(graph.connection(), SelectSql.BETWEEN, ones, others);
        all.assertThat(plan.nodes())
                .as("%s", plan)
                .filteredOn(node -> node.table().equals("follows"))
                .singleElement()
                .satisfies(scan -> {
                    assertThat(scan.index()).isEqualTo("follows_pkey");
                    assertThat(scan.type()).doesNotContain("Bitmap");
                    assertThat(scan.rows())
                            .isLessThanOrEqualTo(TestDatabase.seeksEachOfAList() ? PIECE : LargeGraph.SIZE_TO_CHANGE);
                });
        all.assertThat(plan.blocks()).as("%s", plan).isLessThan(16 * PIECE * 5);
    }

    private static String users(int after, int size) {
        return LongStream.rangeClosed(after + 1, after + size)
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(",", "'{", "}'"));
    }
}
