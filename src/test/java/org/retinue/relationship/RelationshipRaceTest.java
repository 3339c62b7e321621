package org.retinue.relationship;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.retinue.Caller;
import org.retinue.Crowd;
import org.retinue.Locks;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.relationship.RelationshipModel.Act;
import org.retinue.user.UserDirectory;

/**
 * Two things that happen to a pair at once end as if one had come after the other, and over many runs each comes first.
 */
@QuarkusTest
class RelationshipRaceTest {

    /** As many as meet in a few statements, not so many that one waits behind all others. */
    private static final int PAIRS_AT_ONCE = TestDatabase.isDistributed() ? 1 : 8;

    private static final int RUNS = TestDatabase.isDistributed() ? 20 : 60;
    private static final int LEADS = RUNS / 3 + 1;

    /**
     * What a lead is a multiple of. What takes several statements, or several nodes, or runs on a machine that others
     * use, may need more to come first: it is tried again with four times that.
     */
    private static final int MILLIS_IN_LEAD = TestDatabase.isDistributed() ? 50 : 1;

    private static final int MOST_MILLIS_IN_LEAD = 256;

    /** Who does what, by one towards other, or by other towards one. */
    private record Step(Act act, boolean byOther) {

        static Step one(Act act) {
            return new Step(act, false);
        }

        static Step other(Act act) {
            return new Step(act, true);
        }

        int in(RelationshipModel model, String one, String other) {
            return byOther ? model.act(act, other, one) : model.act(act, one, other);
        }

        Caller.Call call(String one, String other) {
            return byOther ? RelationshipRest.call(act, other, one) : RelationshipRest.call(act, one, other);
        }

        @Override
        public String toString() {
            return act + (byOther ? " by the other" : "");
        }
    }

    /** Two steps that race, after what came before; the other may be private. */
    private record Race(boolean otherIsPrivate, List<Step> before, Step first, Step second) {

        @Override
        public String toString() {
            return first + " against " + second + " after " + before + (otherIsPrivate ? ", private" : "");
        }
    }

    static List<Race> races() {
        Step follow = Step.one(Act.FOLLOW);
        Step unfollow = Step.one(Act.UNFOLLOW);
        Step mute = Step.one(Act.MUTE);
        Step block = Step.one(Act.BLOCK);
        Step blocked = Step.other(Act.BLOCK);
        Step accepted = Step.other(Act.ACCEPT);
        return List.of(
                new Race(false, List.of(), follow, block),
                new Race(false, List.of(), follow, blocked),
                new Race(false, List.of(mute), follow, blocked),
                new Race(true, List.of(), follow, blocked),
                new Race(false, List.of(), follow, Step.other(Act.GO_PRIVATE)),
                new Race(true, List.of(), follow, Step.other(Act.GO_PUBLIC)),
                new Race(true, List.of(follow), accepted, unfollow),
                new Race(true, List.of(follow), accepted, blocked),
                new Race(true, List.of(follow), accepted, block),
                new Race(true, List.of(follow), accepted, Step.other(Act.REJECT)),
                new Race(true, List.of(follow), Step.other(Act.GO_PUBLIC), unfollow),
                new Race(false, List.of(), block, blocked),
                new Race(false, List.of(follow, Step.other(Act.FOLLOW)), block, blocked),
                new Race(false, List.of(follow), blocked, unfollow),
                new Race(false, List.of(block), blocked, Step.one(Act.UNBLOCK)),
                new Race(false, List.of(block, blocked), Step.one(Act.UNBLOCK), Step.other(Act.UNBLOCK)),
                new Race(false, List.of(follow), mute, unfollow),
                new Race(false, List.of(mute), Step.one(Act.UNMUTE), block),
                new Race(false, List.of(), follow, Step.other(Act.ERASE)),
                new Race(true, List.of(), follow, Step.one(Act.ERASE)),
                new Race(false, List.of(), mute, Step.other(Act.ERASE)),
                new Race(false, List.of(), block, Step.other(Act.ERASE)),
                new Race(false, List.of(), follow, Step.other(Act.SUSPEND)),
                new Race(false, List.of(), follow, Step.one(Act.SUSPEND)),
                new Race(true, List.of(follow), accepted, Step.one(Act.SUSPEND)),
                new Race(false, List.of(follow), unfollow, Step.other(Act.SUSPEND)),
                new Race(false, List.of(follow), Step.one(Act.SUSPEND), Step.other(Act.SUSPEND)),
                new Race(
                        false,
                        List.of(follow, Step.one(Act.SUSPEND), Step.other(Act.SUSPEND)),
                        Step.one(Act.RESTORE),
                        Step.other(Act.RESTORE)),
                new Race(false, List.of(follow, Step.one(Act.SUSPEND)), Step.one(Act.RESTORE), blocked),
                new Race(false, List.of(follow, Step.one(Act.SUSPEND)), Step.one(Act.RESTORE), unfollow));
    }

    @ParameterizedTest
    @MethodSource("races")
    void aRaceEndsAsIfOneHadComeAfterTheOther(Race race) {
        Set<Boolean> firstCame = new HashSet<>();
        for (int millis = MILLIS_IN_LEAD; firstCame.size() < 2 && millis <= MOST_MILLIS_IN_LEAD; millis *= 4) {
            firstCame.addAll(runs(race, millis));
            Truths.hold();
        }
        assertThat(firstCame).as("each comes first: %s", race).containsOnly(true, false);
    }

    /** Runs a race, and tells whether the first came before the second, or after, or each once. */
    private static Set<Boolean> runs(Race race, int millisInLead) {
        TestDatabase.empty();
        List<String> ones = Crowd.numbered("one", RUNS);
        List<String> others = others(race.otherIsPrivate);
        for (Step step : race.before) {
            List<Caller.Call> calls = new ArrayList<>();
            for (int i = 0; i < RUNS; i++) {
                calls.add(step.call(ones.get(i), others.get(i)));
            }
            assertThat(Caller.atOnce(calls)).allMatch(status -> status < 300);
        }
        List<List<Integer>> answers = answers(race, ones, others, millisInLead);
        Map<String, String> rows = RelationshipRows.all();
        Set<Boolean> firstCame = new HashSet<>();
        for (int i = 0; i < RUNS; i++) {
            String one = ones.get(i);
            String other = others.get(i);
            End seen = new End(answers.get(i), rowsOf(rows, one, other));
            End firstWins = end(race, one, other, true);
            End secondWins = end(race, one, other, false);
            assertThat(seen).as("%s, run %s", race, i).isIn(firstWins, secondWins);
            if (seen.equals(firstWins)) {
                firstCame.add(true);
            }
            if (seen.equals(secondWins)) {
                firstCame.add(false);
            }
        }
        return firstCame;
    }

    @Test
    void aRequestUnderWayWhenItsTargetGoesPublicBecomesAFollow() {
        TestDatabase.assumeOneNode("on a cluster, whatever writes follows takes turns");
        TestDatabase.empty();
        Crowd.of("alice");
        Crowd.ofPrivate("bob");
        CompletableFuture<HttpResponse<String>> asked;
        try (Locks holding = Locks.onEdge("alice", "bob")) {
            asked = Caller.send(RelationshipRest.call(Act.FOLLOW, "alice", "bob"));
            holding.awaitWaiter();
            assertThat(Caller.atOnce(List.of(RelationshipRest.call(Act.GO_PUBLIC, "bob", "alice"))))
                    .containsExactly(200);
        }
        assertThat(asked.join().statusCode()).isEqualTo(201);
        assertThat(RelationshipRows.all()).isEqualTo(Map.of("alice > bob", "FOLLOWING"));
        Truths.hold();
    }

    @Test
    void aFollowUnderWayWhenItsTargetIsSuspendedIsRefused() {
        TestDatabase.assumeOneNode("on a cluster, whatever writes follows takes turns");
        TestDatabase.empty();
        Crowd.of("alice", "bob");
        CompletableFuture<HttpResponse<String>> followed;
        try (Locks holding = Locks.onEdge("alice", "bob")) {
            followed = Caller.send(RelationshipRest.call(Act.FOLLOW, "alice", "bob"));
            holding.awaitWaiter();
            assertThat(Caller.atOnce(List.of(RelationshipRest.call(Act.SUSPEND, "bob", "alice"))))
                    .containsExactly(200);
        }
        assertThat(followed.join().statusCode()).isEqualTo(403);
        assertThat(RelationshipRows.all()).isEmpty();
        Truths.hold();
    }

    @Test
    void ofTwoWhoBlockEachOtherBothDo() {
        TestDatabase.empty();
        Crowd.of("alice", "bob");
        Crowd.follows("alice", "bob");

        List<Integer> answers = Caller.atOnce(List.of(
                Step.one(Act.BLOCK).call("alice", "bob"), Step.other(Act.BLOCK).call("alice", "bob")));

        assertThat(answers).containsExactly(201, 201);
        assertThat(RelationshipRows.all())
                .isEqualTo(Map.of("alice > bob", "NONE blocks blocked", "bob > alice", "NONE blocks blocked"));
    }

    /** What callers were told, of the first step and of the second, and what is left. */
    private record End(List<Integer> answers, Map<String, String> rows) {}

    private static List<List<Integer>> answers(Race race, List<String> ones, List<String> others, int millisInLead) {
        List<CompletableFuture<HttpResponse<String>>> first = new ArrayList<>();
        List<CompletableFuture<HttpResponse<String>>> second = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            Caller.Call one = race.first.call(ones.get(i), others.get(i));
            Caller.Call other = race.second.call(ones.get(i), others.get(i));
            // What takes several statements needs a start to come first, and some leads bring the two close together.
            int lead = i / 2 % LEADS * millisInLead;
            first.add(i % 2 == 0 ? Caller.send(one) : sendAfter(lead, one));
            second.add(i % 2 == 0 ? sendAfter(lead, other) : Caller.send(other));
            if (i % PAIRS_AT_ONCE == PAIRS_AT_ONCE - 1) {
                CompletableFuture.allOf(first.get(i), second.get(i)).join();
            }
        }
        List<List<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            answers.add(List.of(
                    first.get(i).join().statusCode(), second.get(i).join().statusCode()));
        }
        return answers;
    }

    private static CompletableFuture<HttpResponse<String>> sendAfter(int millis, Caller.Call call) {
        return CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS))
                .thenCompose(passed -> Caller.send(call));
    }

    private static End end(Race race, String one, String other, boolean firstWins) {
        RelationshipModel model = new RelationshipModel();
        model.register(one, false, false);
        model.register(other, race.otherIsPrivate, false);
        race.before.forEach(step -> step.in(model, one, other));
        if (firstWins) {
            int first = race.first.in(model, one, other);
            return new End(List.of(first, race.second.in(model, one, other)), model.table());
        }
        int second = race.second.in(model, one, other);
        return new End(List.of(race.first.in(model, one, other), second), model.table());
    }

    private static Map<String, String> rowsOf(Map<String, String> rows, String one, String other) {
        Map<String, String> found = new HashMap<>(rows);
        found.keySet().retainAll(Set.of(one + " > " + other, other + " > " + one));
        return found;
    }

    private static List<String> others(boolean isPrivate) {
        List<UserDirectory.Entry> entries = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            entries.add(new UserDirectory.Entry("other%03d".formatted(i), null, isPrivate));
        }
        new UserDirectory(TestDatabase.pool()).register(entries).await().indefinitely();
        return entries.stream().map(UserDirectory.Entry::username).toList();
    }
}
