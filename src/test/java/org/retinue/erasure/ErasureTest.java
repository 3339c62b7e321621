package org.retinue.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.Crowd;
import org.retinue.Locks;
import org.retinue.People;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.follow.Change;
import org.retinue.follow.FollowGraph;
import org.retinue.follow.FollowPage;
import org.retinue.follow.Pair;
import org.retinue.follow.Wish;
import org.retinue.page.PageRequest;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;
import org.retinue.relationship.Blocks;
import org.retinue.relationship.Mutes;
import org.retinue.relationship.Requests;
import org.retinue.suspension.Suspensions;
import org.retinue.user.FollowCeiling;
import org.retinue.user.UserChange;
import org.retinue.user.UserDirectory;

/** Who is erased is gone at once, and leaves nothing, however and whenever that is broken off. */
class ErasureTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Mutes.Until FOR_EVER = new Mutes.Until(null);

    /** Nobody goes on with what this service holds. */
    private static final UUID DEAD = UUID.randomUUID();

    private final Erasures erasures = new Erasures(TestDatabase.pool(), ErasedNames.REFUSED, 3);
    private final UserDirectory users = new UserDirectory(TestDatabase.pool());
    private final FollowGraph graph = new FollowGraph(TestDatabase.pool());
    private final Blocks blocks = new Blocks(TestDatabase.pool());
    private final Mutes mutes = new Mutes(TestDatabase.pool());
    private final Suspensions suspensions = new Suspensions(TestDatabase.pool());

    @BeforeEach
    void emptyGraph() {
        TestDatabase.empty();
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    /** Alice has something of every kind with somebody, both ways. */
    private void aliceHasEverything() {
        Crowd.of("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi");
        Crowd.ofPrivate("paula");
        Crowd.follows("alice", "bob", "carol", "dave", "paula");
        for (String follower : List.of("bob", "carol", "erin", "frank", "grace")) {
            Crowd.follows(follower, "alice");
        }
        Crowd.follows("bob", "carol");
        TestDatabase.sql("update users set private = true where username = 'alice'");
        Crowd.follows("paula", "alice");
        blocks.block("alice", "grace").await().atMost(PATIENCE);
        blocks.block("heidi", "alice").await().atMost(PATIENCE);
        mutes.mute("alice", "bob", FOR_EVER).await().atMost(PATIENCE);
        mutes.mute("frank", "alice", FOR_EVER).await().atMost(PATIENCE);
        mutes.mute("heidi", "alice", FOR_EVER).await().atMost(PATIENCE);
        suspensions.suspend("erin").await().atMost(PATIENCE);
        Truths.hold();
    }

    @Test
    void allThatItHasWithOthersIsRemovedFromBothSidesAndAllCounts() {
        aliceHasEverything();

        Erasure erasure = erase("alice");

        assertThat(erasure.state()).isEqualTo(Erasure.State.COMPLETED);
        assertThat(erasure.removed()).isEqualTo(new Erasure.Removed(3, 4, 2, 2, 3));
        assertThat(erasure.finishedAt()).isAfterOrEqualTo(erasure.startedAt());
        assertThat(count("select count(*) from follows")).isEqualTo(1);
        assertThat(count("select count(*) from followers")).isEqualTo(1);
        assertThat(users.profile("bob").await().atMost(PATIENCE).followingCount())
                .isEqualTo(1);
        assertThat(users.profile("carol").await().atMost(PATIENCE).followersCount())
                .isEqualTo(1);
        assertThat(erasures.find(erasure.id()).await().atMost(PATIENCE)).isEqualTo(erasure);
    }

    @Test
    void nothingOfItIsLeftInAnyColumnOfAnyTable() {
        // ids that nothing else could be
        TestDatabase.sql("select setval(pg_get_serial_sequence('users', 'id'), 987654321000)");
        aliceHasEverything();
        String name = "jk4-unmistakable";
        String displayName = "Jay Kay IV";
        TestDatabase.sql("update users set username = '" + name + "', display_name = '" + displayName
                + "' where username = 'alice'");
        String id = String.valueOf(count("select id from users where username = '" + name + "'"));
        assertThat(columnsWith(name)).isNotEmpty();
        assertThat(columnsWith(displayName)).isNotEmpty();
        assertThat(columnsWith(id))
                .contains(
                        "follows.follower_id", "follows.followed_id", "followers.follower_id", "followers.followed_id");

        erase(name);

        assertThat(columnsWith(name)).isEmpty();
        assertThat(columnsWith(displayName)).isEmpty();
        assertThat(columnsWith(id))
                .as("a number that nothing leads to")
                .containsExactlyInAnyOrder("users.id", "erasures.user_id");
        Row tombstone = TestDatabase.sql("select * from users where erased_at is not null")
                .iterator()
                .next();
        assertThat(tombstone.getOffsetDateTime("created_at")).isEqualTo(tombstone.getOffsetDateTime("erased_at"));
        assertThat(tombstone.getBoolean("private")).isFalse();
    }

    @Test
    void fromTheFirstInstantNobodyFindsItAndAllCountsAreRight() {
        aliceHasEverything();
        long id = tombstone("alice");
        ErasureSteps steps = new ErasureSteps(TestDatabase.pool(), DEAD, Duration.ofMinutes(1), 2);
        boolean goesOn = true;
        int taken = 0;
        while (goesOn) {
            assertThatThrownBy(() -> users.profile("alice").await().atMost(PATIENCE))
                    .hasMessageContaining("User 'alice' does not exist");
            assertThatThrownBy(
                            () -> graph.follow(new Pair("bob", "alice")).await().atMost(PATIENCE))
                    .hasMessageContaining("User 'alice' does not exist");
            for (String other : List.of("bob", "carol", "dave", "paula", "frank", "grace", "heidi")) {
                nobodyIsWithoutName(other);
            }
            Truths.hold();
            goesOn = steps.step(id).await().atMost(PATIENCE);
            taken++;
        }
        assertThat(taken).isGreaterThan(6);
        assertThat(count("select count(*) from follows")).isEqualTo(1);
    }

    private void nobodyIsWithoutName(String other) {
        PageRequest all = PageRequest.first(100);
        for (FollowPage page : List.of(
                graph.following(other, all).await().atMost(PATIENCE),
                graph.followers(other, all).await().atMost(PATIENCE))) {
            assertThat(page.items()).allMatch(item -> item.username() != null);
            assertThat(page.total()).isGreaterThanOrEqualTo(page.items().size());
        }
        assertThat(blocks.list(other, all).await().atMost(PATIENCE).items()).allMatch(item -> item.username() != null);
        assertThat(mutes.list(other, all).await().atMost(PATIENCE).items()).allMatch(item -> item.username() != null);
        assertThat(new Requests(TestDatabase.pool())
                        .list(other, all)
                        .await()
                        .atMost(PATIENCE)
                        .items())
                .allMatch(item -> item.username() != null);
    }

    /** After the tombstone, and after each step. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 5, 6})
    void whatADeadServiceLeftUnfinishedAnotherGoesOnWith(int stepsDone) {
        aliceHasEverything();
        long id = tombstone("alice");
        ErasureSteps dead = new ErasureSteps(TestDatabase.pool(), DEAD, Duration.ofMinutes(1), 2);
        for (int i = 0; i < stepsDone; i++) {
            dead.step(id).await().atMost(PATIENCE);
        }
        erasures.goOn().await().atMost(PATIENCE);
        assertThat(count("select count(*) from erasures where finished_at is null"))
                .as("as long as another holds it, it is left to that one")
                .isEqualTo(1);

        TestDatabase.sql("update erasures set held_until = now() - interval '1 second'");
        erasures.goOn().await().atMost(PATIENCE);

        // A service that another test class began may have been quicker, and be at it still.
        Erasure erasure = ended(erasures.find(receipt(id)).await().atMost(PATIENCE));
        assertThat(erasure.state()).isEqualTo(Erasure.State.COMPLETED);
        assertThat(erasure.removed()).isEqualTo(new Erasure.Removed(3, 4, 2, 2, 3));
        assertThat(count("select count(*) from follows")).isEqualTo(1);
    }

    @Test
    void manyWhoGoOnWithTheSameRemoveNothingTwice() {
        List<String> fans = People.crowd("fan", 600);
        People.registered("alice");
        People.followedBy("alice", fans);
        long id = tombstone("alice");
        List<Uni<Void>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ErasureSteps one = new ErasureSteps(TestDatabase.pool(), DEAD, Duration.ofMinutes(1), 7);
            all.add(one.run(id));
        }
        Uni.join().all(all).andFailFast().await().atMost(PATIENCE);

        Erasure erasure = erasures.find(receipt(id)).await().atMost(PATIENCE);
        assertThat(erasure.removed()).isEqualTo(new Erasure.Removed(0, 600, 0, 0, 0));
        assertThat(erasure.state()).isEqualTo(Erasure.State.COMPLETED);
        assertThat(count("select count(*) from follows")).isZero();
    }

    @Test
    void whoEraseTheSameAtOnceAreGivenTheSameReceipt() throws Exception {
        Crowd.of("alice", "bob");
        Crowd.follows("bob", "alice");
        Erasures other = new Erasures(TestDatabase.pool(), ErasedNames.REFUSED, 3);
        CompletableFuture<Erasure> first;
        CompletableFuture<Erasure> second;
        try (Locks holding = Locks.onCounts("alice")) {
            first = erasures.erase("alice").subscribeAsCompletionStage();
            second = other.erase("alice").subscribeAsCompletionStage();
            holding.awaitWaiters(2);
        }
        assertThat(first.get(20, TimeUnit.SECONDS).id())
                .isEqualTo(second.get(20, TimeUnit.SECONDS).id());
        fails("alice", ProblemCode.UNKNOWN_USER);
    }

    @Test
    void whoHadNoAnswerAndSendsItAgainIsGivenTheReceipt() {
        Crowd.of("alice", "bob", "carol");
        UUID id = UUID.randomUUID();
        Erasure first = erasures.erase("alice", id).await().atMost(PATIENCE);

        assertThat(first.id()).isEqualTo(id);
        assertThat(erasures.erase("alice", id).await().atMost(PATIENCE)).isEqualTo(first);
        assertThatThrownBy(
                        () -> erasures.erase("alice", UUID.randomUUID()).await().atMost(PATIENCE))
                .hasMessageContaining("User 'alice' does not exist");
        assertThatThrownBy(() -> erasures.erase("bob", id).await().atMost(PATIENCE))
                .hasMessageContaining("another erasure has it");
        assertThat(users.profile("bob").await().atMost(PATIENCE).username()).isEqualTo("bob");
    }

    @Test
    void whoIsRenamedJustBeforeIsNotErasedByItsOldName() {
        Crowd.of("alice");
        CompletableFuture<Erasure> erased;
        try (Locks renaming = Locks.begin()) {
            renaming.sql("update users set username = 'alicia' where username = 'alice'");
            erased = erasures.erase("alice").subscribeAsCompletionStage();
            renaming.awaitWaiter();
        }
        assertThatThrownBy(() -> erased.get(20, TimeUnit.SECONDS)).hasMessageContaining("User 'alice' does not exist");
        assertThat(users.profile("alicia").await().atMost(PATIENCE).username()).isEqualTo("alicia");
    }

    @ParameterizedTest
    @EnumSource
    void theNameIsGivenAgainOnlyWhereTheSettingSaysSo(ErasedNames setting) {
        Crowd.of("alice", "bob");
        Crowd.follows("bob", "alice");
        new Erasures(TestDatabase.pool(), setting).erase("alice").await().atMost(PATIENCE);
        UserDirectory directory = new UserDirectory(TestDatabase.pool(), setting, FollowCeiling.NONE);
        if (setting == ErasedNames.REUSABLE) {
            assertThat(directory.put("alice", UserChange.NONE).await().atMost(PATIENCE))
                    .isTrue();
            assertThat(directory.profile("alice").await().atMost(PATIENCE).followersCount())
                    .isZero();
            assertThat(count("select count(*) from erased_names")).isZero();
        } else {
            assertThatThrownBy(() ->
                            directory.put("alice", UserChange.NONE).await().atMost(PATIENCE))
                    .isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem.code())
                            .isEqualTo(ProblemCode.USERNAME_ERASED));
            assertThat(directory
                            .register(List.of(
                                    new UserDirectory.Entry("alice", null, null),
                                    new UserDirectory.Entry("carol", null, null)))
                            .await()
                            .atMost(PATIENCE))
                    .satisfies(registered -> assertThat(registered.created()).containsExactly("carol"))
                    .satisfies(registered -> assertThat(registered.refused()).containsExactly("alice"));
        }
    }

    /** At every step of the suspension, of the erased one and of one it follows and is followed by. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void anErasureThatMeetsSuspensionsLeavesNothing(int steps) {
        Crowd.of("alice", "bob", "carol", "dave", "erin");
        Crowd.ofPrivate("paula");
        Crowd.follows("alice", "bob", "carol", "dave", "paula");
        for (String other : List.of("bob", "carol", "dave", "erin")) {
            Crowd.follows(other, "alice", "paula");
        }
        suspensions.suspend("carol").await().atMost(PATIENCE);
        TestDatabase.sql("update follow_counts set suspension = 'suspending' where user_id in"
                + " (select id from users where username in ('alice', 'dave'))");
        TestDatabase.sql("update users set suspended_at = now() where username in ('alice', 'dave')");
        long id = tombstone("alice");
        ErasureSteps dead = new ErasureSteps(TestDatabase.pool(), DEAD, Duration.ofMinutes(1), 1);
        for (int i = 0; i < steps; i++) {
            dead.step(id).await().atMost(PATIENCE);
        }

        suspensions.suspend("dave").await().atMost(PATIENCE);
        suspensions.suspend("bob").await().atMost(PATIENCE);
        suspensions.restore("carol").await().atMost(PATIENCE);
        new Requests(TestDatabase.pool()).acceptAll("paula").await().atMost(PATIENCE);
        Truths.hold();
        dead.run(id).await().atMost(PATIENCE);

        assertThat(count("select count(*) from erasures where finished_at is null"))
                .isZero();
        assertThat(count("select count(*) from follows where " + id + " in (follower_id, followed_id)"))
                .isZero();
    }

    @Test
    void anErasureThatRacesWithSuspensionsOfAllItsFollowersLeavesNothing() throws Exception {
        for (int round = 0; round < 8; round++) {
            TestDatabase.empty();
            List<String> fans = People.crowd("fan", 40);
            People.registered("alice");
            People.followedBy("alice", fans);
            CompletableFuture<?> suspended = Multi.createFrom()
                    .iterable(fans)
                    .onItem()
                    .transformToUni(fan -> suspensions
                            .suspend(fan)
                            .chain(() -> suspensions.restore(fan))
                            .chain(() -> suspensions.suspend(fan)))
                    .merge(4)
                    .collect()
                    .last()
                    .subscribeAsCompletionStage();
            CompletableFuture<Erasure> erased = erasures.erase("alice").subscribeAsCompletionStage();

            Erasure begun = erased.get(20, TimeUnit.SECONDS);
            suspended.get(60, TimeUnit.SECONDS);
            Erasure erasure = ended(begun);
            assertThat(erasure.state()).isEqualTo(Erasure.State.COMPLETED);
            assertThat(erasure.removed().followers()).isEqualTo(40);
            assertThat(count("select count(*) from follows")).isZero();
            Truths.hold();
        }
    }

    @Test
    void usersWhoAreErasedTogetherLeaveNothingAndWaitForNobodyInACircle() {
        long circles = TestDatabase.deadlocks();
        List<String> names = Crowd.numbered("user", 24);
        for (String name : names) {
            Crowd.follows(
                    name, names.stream().filter(other -> !other.equals(name)).toArray(String[]::new));
        }
        // The planner knows how few they are.
        TestDatabase.sql("analyze");
        List<Uni<Erasure>> all = new ArrayList<>();
        for (String name : names.subList(0, 20)) {
            all.add(new Erasures(TestDatabase.pool(), ErasedNames.REFUSED, 5).erase(name));
        }
        List<Erasure> erased = Uni.join().all(all).andFailFast().await().atMost(PATIENCE).stream()
                .map(this::ended)
                .toList();

        assertThat(erased).allMatch(erasure -> erasure.state() == Erasure.State.COMPLETED);
        assertThat(erased.stream()
                        .mapToLong(
                                one -> one.removed().following() + one.removed().followers())
                        .sum())
                .as("a follow between two of them is removed once, by one or the other")
                .isEqualTo(24 * 23 - 4 * 3);
        assertThat(count("select count(*) from follows")).isEqualTo(4 * 3);
        if (!TestDatabase.isDistributed()) {
            assertThat(TestDatabase.deadlocks()).isEqualTo(circles);
        }
    }

    /** Tried again when the import had ended before this thread saw that it had begun. */
    @Test
    void whatIsAddedMeanwhileByAnImportIsRefusedOrRemoved() throws Exception {
        boolean meanwhile = false;
        for (int round = 0; round < 5 && !meanwhile; round++) {
            TestDatabase.empty();
            meanwhile = isErasedDuringAnImport();
        }
        assertThat(meanwhile).as("it was erased meanwhile").isTrue();
    }

    private boolean isErasedDuringAnImport() throws Exception {
        List<String> fans = People.crowd("fan", 2_000);
        People.registered("alice", "bob");
        CompletableFuture<?> imported = Multi.createFrom()
                .iterable(fans)
                .group()
                .intoLists()
                .of(50)
                .onItem()
                .transformToUni(some -> graph.changeEach(some.stream()
                        .flatMap(fan -> List.of(
                                Change.of(new Pair(fan, "alice"), Wish.FOLLOWING),
                                Change.of(new Pair("alice", fan), Wish.FOLLOWING),
                                Change.of(new Pair(fan, "bob"), Wish.FOLLOWING))
                                .stream())
                        .toList()))
                .merge(2)
                .collect()
                .last()
                .subscribeAsCompletionStage();
        while (count("select count(*) from followers") < 300) {
            Thread.onSpinWait();
        }

        boolean meanwhile = !imported.isDone();
        Erasure erasure = ended(new Erasures(TestDatabase.pool(), ErasedNames.REFUSED)
                .erase("alice")
                .await()
                .atMost(PATIENCE));

        imported.get(20, TimeUnit.SECONDS);
        assertThat(erasure.state()).isEqualTo(Erasure.State.COMPLETED);
        assertThat(erasure.removed().followers()).isPositive();
        assertThat(count("select count(*) from follows")).isEqualTo(2_000);
        return meanwhile;
    }

    private Erasure erase(String username) {
        return ended(erasures.erase(username).await().atMost(PATIENCE));
    }

    /** Its caller is answered after some seconds; it goes on. */
    private Erasure ended(Erasure begun) {
        Instant end = Instant.now().plusSeconds(60);
        Erasure erasure = begun;
        while (erasure.state() == Erasure.State.RUNNING) {
            assertThat(Instant.now()).as("%s has ended", erasure).isBefore(end);
            erasure = erasures.find(erasure.id()).await().atMost(PATIENCE);
        }
        return erasure;
    }

    private void fails(String username, ProblemCode code) {
        assertThatThrownBy(() -> erase(username))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(code));
    }

    /** What a service does before it dies. */
    private static long tombstone(String username) {
        return TestDatabase.pool()
                .preparedQuery(ErasureSql.TOMBSTONE)
                .execute(Tuple.of(username, UUID.randomUUID(), DEAD, 60.0, true, null))
                .await()
                .atMost(PATIENCE)
                .iterator()
                .next()
                .getLong("user_id");
    }

    private static UUID receipt(long userId) {
        return TestDatabase.sql("select id from erasures where user_id = " + userId)
                .iterator()
                .next()
                .getUUID(0);
    }

    /** Every column of every table in which the text occurs. */
    private static List<String> columnsWith(String text) {
        List<String> found = new ArrayList<>();
        TestDatabase.sql("""
                select table_name::text, column_name::text
                from information_schema.columns
                where table_schema = 'public'
                """).forEach(column -> {
            String table = column.getString(0);
            String name = column.getString(1);
            String rows = "select count(*) from \"" + table + "\" where position('" + text + "' in \"" + name
                    + "\"::text) > 0";
            if (count(rows) > 0) {
                found.add(table + "." + name);
            }
        });
        return found;
    }

    private static long count(String sql) {
        return TestDatabase.sql(sql).iterator().next().getLong(0);
    }
}
