package org.retinue.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.Crowd;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.erasure.ErasedNames;
import org.retinue.erasure.Erasures;
import org.retinue.follow.FollowGraph;
import org.retinue.follow.Pair;
import org.retinue.problem.Problem;
import org.retinue.suspension.Suspensions;
import org.retinue.user.UserDirectory;

/** Each truth, broken by hand, is found for what it is, and nothing else is. */
class AuditTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final FollowGraph graph = new FollowGraph(TestDatabase.pool());
    private final Erasures erasures = new Erasures(TestDatabase.pool(), ErasedNames.REUSABLE);

    /** A way to break a truth, and what the audit should say of it. */
    record Break(String name, String sql, Map<String, Long> found) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeEach
    void aGraphOfSix() {
        TestDatabase.empty();
        Crowd.of("alice", "bob", "carol", "dave");
        Crowd.ofPrivate("erin");
        Crowd.of("frank");
        Crowd.follows("alice", "bob", "carol", "dave", "erin");
        Crowd.follows("bob", "alice", "carol");
        Crowd.follows("carol", "alice");
    }

    static List<Break> breaks() {
        String both = "follower_id = (select id from users where username = 'alice')"
                + " and followed_id = (select id from users where username = 'bob')";
        String frank = "(select id from users where username = 'frank')";
        String alice = "(select id from users where username = 'alice')";
        String unknown = "9000000000000000000";
        return List.of(
                new Break(
                        "a missing mirror row",
                        "delete from followers where " + both,
                        Map.of("followsWithoutFollower", 1L, "followersCounts", 1L)),
                new Break(
                        "an extra mirror row",
                        "insert into followers select " + alice + ", now(), " + frank,
                        Map.of("followersWithoutFollow", 1L, "followersCounts", 1L)),
                new Break(
                        "a missing follow",
                        "delete from follows where " + both,
                        Map.of("followersWithoutFollow", 1L, "followingCounts", 1L)),
                new Break(
                        "an extra follow",
                        "insert into follows select " + frank + ", " + alice + ", now(), 'following'",
                        Map.of("followsWithoutFollower", 1L, "followingCounts", 1L)),
                new Break(
                        "sides that began at different times",
                        "update followers set since = '2020-02-02Z' where " + both,
                        Map.of("followsWithoutFollower", 1L, "followersWithoutFollow", 1L)),
                new Break(
                        "a mirrored request",
                        "insert into followers select followed_id, since, follower_id from follows where state = 'requested'",
                        Map.of("followersWithoutFollow", 1L, "followersCounts", 1L)),
                new Break(
                        "a wrong count of the followed",
                        "update follow_counts set following = following + 1 where user_id = " + alice,
                        Map.of("followingCounts", 1L)),
                new Break(
                        "a wrong count of the followers",
                        "update follow_counts set followers = followers - 1 where user_id = " + alice,
                        Map.of("followersCounts", 1L)),
                new Break(
                        "counts of somebody alone that are not zero",
                        "update follow_counts set following = 1, followers = 1 where user_id = " + frank,
                        Map.of("followingCounts", 1L, "followersCounts", 1L)),
                new Break(
                        "a user without counts",
                        "delete from follow_counts where user_id = " + frank,
                        Map.of("usersWithoutCounts", 1L)),
                new Break(
                        "counts without a user",
                        "insert into follow_counts (user_id) values (" + unknown + ")",
                        Map.of("countsWithoutUser", 1L)),
                new Break(
                        "counts of an erased user",
                        "update users set username = null, erased_at = now() where username = 'frank'",
                        Map.of("countsWithoutUser", 1L)),
                new Break(
                        "a request to an erased user",
                        "update users set username = null, erased_at = now() where username = 'erin'",
                        Map.of("countsWithoutUser", 1L, "edgesWithoutUser", 1L)),
                new Break(
                        "a request of a user that never was",
                        "insert into follows select " + unknown + ", " + alice + ", now(), 'requested'",
                        Map.of("edgesWithoutUser", 1L)),
                new Break(
                        "a request to a user that never was",
                        "insert into follows select " + frank + ", " + unknown + ", now(), 'requested'",
                        Map.of("edgesWithoutUser", 1L)),
                new Break(
                        "a mute of a user that never was",
                        "insert into follows (follower_id, followed_id, mutes_since) select " + frank + ", " + unknown
                                + ", now()",
                        Map.of("edgesWithoutUser", 1L)),
                new Break(
                        "a block that the other row does not tell of",
                        "insert into follows (follower_id, followed_id, blocks_since) select " + frank + ", " + alice
                                + ", now()",
                        Map.of("blocksOnOneSide", 1L)),
                new Break(
                        "a block that nobody made",
                        "insert into follows (follower_id, followed_id, blocked_by_since) select " + frank + ", "
                                + alice + ", now()",
                        Map.of("blocksOnOneSide", 1L)),
                new Break(
                        "a follow across a block",
                        "insert into follows (follower_id, followed_id, blocks_since) select id, " + alice
                                + ", now() from users where username = 'dave'",
                        Map.of("blocksOnOneSide", 1L, "followsAcrossBlocks", 1L)),
                new Break(
                        "follows and requests of a user whose suspension is complete",
                        "update follow_counts set suspension = 'suspended' where user_id = " + alice
                                + "; update users set suspended_at = now() where username = 'alice'",
                        Map.of("followsOfSuspended", 6L)),
                new Break(
                        "a follow that should have come back",
                        "update follows set state = 'suspended' where " + both + "; delete from followers where " + both
                                + "; update follow_counts set following = following - 1 where user_id = " + alice
                                + "; update follow_counts set followers = followers - 1"
                                + " where user_id = (select id from users where username = 'bob')",
                        Map.of("followsNotRestored", 1L)));
    }

    @ParameterizedTest
    @MethodSource("breaks")
    void aBrokenTruthIsFoundForWhatItIs(Break broken) {
        TestDatabase.sql(broken.sql());
        for (int chunk : new int[] {1, 2, 6, 10_000}) {
            AuditReport report = run(new Audit(TestDatabase.pool(), chunk));
            Map<String, Long> found = report.kinds().entrySet().stream()
                    .filter(kind -> kind.getValue() != 0)
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            assertThat(found).as("in chunks of %s", chunk).isEqualTo(broken.found());
            assertThat(report.drift())
                    .isEqualTo(broken.found().values().stream()
                            .mapToLong(Long::longValue)
                            .sum());
        }
    }

    @ParameterizedTest
    @MethodSource("breaks")
    void aBrokenTruthIsRepairedAndNothingElseChanges(Break broken) {
        List<String> before = follows();
        TestDatabase.sql(broken.sql());
        boolean ofSuspended = broken.found().containsKey("followsOfSuspended");
        boolean ofRestored = broken.found().containsKey("followsNotRestored");

        AuditReport repaired =
                new Audit(TestDatabase.pool(), 3).repair(null, LONG).await().indefinitely();

        assertThat(repaired.drift()).isPositive();
        assertThat(repaired.repaired()).as("%s", repaired.kinds()).isEqualTo(repaired.drift());
        Truths.hold();
        if (ofSuspended || ofRestored) {
            // what is repaired is that somebody goes on with it
            Suspensions suspensions = new Suspensions(TestDatabase.pool());
            suspensions.suspend("alice").await().indefinitely();
            Truths.hold();
            suspensions.restore("alice").await().indefinitely();
            Truths.hold();
        }
        if (!broken.name().matches("a missing follow|an extra follow|a follow across a block")) {
            assertThat(follows()).isEqualTo(before);
        }
    }

    @Test
    void whatIsRightIsLeftAsItIsThoughItWasSuspected() {
        TestDatabase.sql("update users set suspended_at = null");
        List<String> before = rows();
        List<Suspect> suspects = new ArrayList<>();
        TestDatabase.sql("select follower_id, followed_id, since from follows").forEach(row -> {
            for (DriftKind kind : DriftKind.values()) {
                boolean ofPair = !kind.code().endsWith("Counts") && kind != DriftKind.COUNTS_WITHOUT_USER;
                suspects.add(new Suspect(
                        kind,
                        row.getLong(0),
                        ofPair ? row.getLong(1) : null,
                        ofPair ? row.getOffsetDateTime("since") : null));
            }
        });

        assertThat(new Repairs(TestDatabase.pool()).mend(suspects).await().indefinitely())
                .isEmpty();

        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void whatTwoRepairAtOnceIsRepairedOnce() {
        TestDatabase.sql("update follow_counts set following = following + 3, followers = followers + 1");
        List<Suspect> suspects = new ArrayList<>();
        TestDatabase.sql("select user_id from follow_counts")
                .forEach(row -> suspects.add(new Suspect(DriftKind.FOLLOWING_COUNTS, row.getLong(0), null, null)));

        List<List<Suspect>> repaired = Uni.join()
                .all(
                        new Repairs(TestDatabase.pool()).mend(suspects),
                        new Repairs(TestDatabase.pool()).mend(suspects),
                        new Repairs(TestDatabase.pool()).mend(suspects))
                .andFailFast()
                .await()
                .indefinitely();

        assertThat(repaired).extracting(List::size).containsExactlyInAnyOrder(6, 0, 0);
        Truths.hold();
    }

    private static List<String> follows() {
        List<String> follows = new ArrayList<>();
        TestDatabase.sql("""
                select a.username || ' > ' || b.username || ' ' || f.since as told
                from follows f join users a on a.id = f.follower_id join users b on b.id = f.followed_id
                where f.state = 'following'
                order by 1
                """).forEach(row -> follows.add(row.getString("told")));
        return follows;
    }

    /** All that there is. */
    private static List<String> rows() {
        List<String> rows = new ArrayList<>();
        TestDatabase.sql("""
                select f::text as told from follows f
                union all
                select m::text from followers m
                union all
                select c::text from follow_counts c
                order by 1
                """).forEach(row -> rows.add(row.getString("told")));
        return rows;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 6, 7})
    void whateverTheChunksEverythingIsSeenOnce(int chunk) {
        AuditReport report = run(new Audit(TestDatabase.pool(), chunk));
        assertThat(report.drift()).isZero();
        assertThat(report.complete()).isTrue();
        assertThat(report.next()).isNull();
        assertThat(report.users()).isEqualTo(6);
        assertThat(report.follows()).isEqualTo(6);
    }

    @Test
    void anAuditThatRunsOutOfTimeGoesOnFromItsCursor() {
        Audit audit = new Audit(TestDatabase.pool(), 2);
        String cursor = null;
        long users = 0;
        long follows = 0;
        int runs = 0;
        AuditReport report;
        do {
            report = audit.run(cursor, Duration.ZERO).await().indefinitely();
            users += report.users();
            follows += report.follows();
            assertThat(report.complete()).isEqualTo(report.next() == null);
            cursor = report.next();
            runs++;
        } while (cursor != null);
        assertThat(runs).isGreaterThanOrEqualTo(3);
        assertThat(users).isEqualTo(6);
        assertThat(follows).isEqualTo(6);
    }

    @Test
    void whatIsNoCursorOfAnAuditIsRefused() {
        Audit audit = new Audit(TestDatabase.pool());
        assertThatThrownBy(() -> audit.run("nonsense", LONG).await().indefinitely())
                .isInstanceOf(Problem.class);
    }

    @Test
    void anEmptyGraphHasNothingToFind() {
        TestDatabase.empty();
        AuditReport report = run(new Audit(TestDatabase.pool()));
        assertThat(report.drift()).isZero();
        assertThat(report.complete()).isTrue();
        assertThat(report.users()).isZero();
    }

    @Test
    void nothingFalseIsFoundWhileTheGraphChanges() throws Exception {
        List<String> names = Crowd.numbered("busy", 40);
        UserDirectory users = new UserDirectory(TestDatabase.pool());
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> writing = Multi.createBy()
                .repeating()
                .uni(() -> change(names, users))
                .until(done -> enough.get())
                .onItem()
                .ignoreAsUni()
                .subscribeAsCompletionStage();
        try {
            // On a cluster, one takes seconds.
            int audits = TestDatabase.isDistributed() ? 6 : 60;
            for (int i = 0; i < audits; i++) {
                AuditReport report = run(new Audit(TestDatabase.pool(), 1 + i % 20));
                assertThat(report.drift()).as("%s", report.kinds()).isZero();
            }
        } finally {
            enough.set(true);
            writing.get(20, TimeUnit.SECONDS);
        }
        Truths.hold();
    }

    @Test
    void whatIsBrokenWhileOthersWriteIsRepairedWhileOthersWrite() throws Exception {
        List<String> names = Crowd.numbered("user", 12);
        UserDirectory users = new UserDirectory(TestDatabase.pool());
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> writing = Multi.createBy()
                .repeating()
                .uni(() -> change(names, users))
                .until(done -> enough.get())
                .onItem()
                .ignoreAsUni()
                .subscribeAsCompletionStage();
        BackgroundAudit audit = new BackgroundAudit(TestDatabase.pool(), 100, 7);
        List<String> breaks = List.of(
                "update follow_counts set following = following + 3 where user_id % 5 = 0",
                "update follow_counts set followers = followers + 2 where user_id % 3 = 0",
                "delete from followers where follower_id % 7 = 1",
                "insert into followers select followed_id, since + interval '1 second', follower_id from followers"
                        + " where follower_id % 5 = 2 on conflict do nothing",
                "insert into follows (follower_id, followed_id, blocked_by_since)"
                        + " select max(user_id), min(user_id), now() from follow_counts on conflict do nothing",
                "delete from follow_counts where user_id in (select id from users where username = 'user003')");
        try {
            for (int round = 0; round < 12; round++) {
                TestDatabase.sql(breaks.get(round % breaks.size()));
                oneRound(audit);
            }
            oneRound(audit);
            AuditReport report = run(new Audit(TestDatabase.pool()));
            assertThat(report.drift()).as("%s", report.kinds()).isZero();
        } finally {
            enough.set(true);
            writing.get(20, TimeUnit.SECONDS);
        }
        Truths.hold();
    }

    /** From the beginning of the graph to its end. */
    private static void oneRound(BackgroundAudit audit) {
        TestDatabase.sql(
                "update audits set holder = null, held_until = '-infinity', place = null, next_at = '-infinity'");
        while (audit.turn().await().indefinitely()) {
            // the next piece
        }
    }

    @Test
    void oneServiceAuditsAtATimeAndAnotherGoesOnWhenItIsGone() {
        TestDatabase.sql(
                "update audits set holder = null, held_until = '-infinity', place = null, next_at = '-infinity'");
        BackgroundAudit one = new BackgroundAudit(TestDatabase.pool(), 100, 2);
        BackgroundAudit other = new BackgroundAudit(TestDatabase.pool(), 100, 2);
        assertThat(one.turn().await().indefinitely()).isTrue();
        assertThat(other.turn().await().indefinitely()).isFalse();
        String place = place();
        TestDatabase.sql("update audits set held_until = now() - interval '1 second'");

        assertThat(other.turn().await().indefinitely()).isTrue();

        assertThat(place()).as("it goes on where the other was").isNotNull().isNotEqualTo(place);
        assertThat(one.turn().await().indefinitely()).isFalse();
        int turns = 1;
        while (other.turn().await().indefinitely()) {
            turns++;
        }
        assertThat(turns).as("the rest of the round, and then a rest").isBetween(5, 15);
        assertThat(place()).isNull();
    }

    private static String place() {
        return TestDatabase.sql("select place from audits").iterator().next().getString(0);
    }

    private Uni<Boolean> change(List<String> names, UserDirectory users) {
        java.util.concurrent.ThreadLocalRandom random = java.util.concurrent.ThreadLocalRandom.current();
        String one = names.get(random.nextInt(names.size()));
        String other = names.get(random.nextInt(names.size()));
        Pair pair = new Pair(one, other);
        Uni<?> change =
                switch (random.nextInt(8)) {
                    case 0 -> graph.unfollow(pair);
                    case 1 ->
                        erasures.erase(one)
                                .chain(() -> users.register(List.of(new UserDirectory.Entry(one, null, null))));
                    default -> graph.follow(pair);
                };
        return change.replaceWith(true)
                .onFailure(Problem.class)
                .recoverWithItem(false)
                // what is broken may be what it meets
                .onFailure(PgException.class)
                .recoverWithItem(false);
    }

    private static AuditReport run(Audit audit) {
        return audit.run(null, LONG).await().indefinitely();
    }
}
