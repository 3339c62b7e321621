package org.retinue.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.retinue.Caller;
import org.retinue.Caller.Call;
import org.retinue.Crowd;
import org.retinue.TestDatabase;
import org.retinue.Truths;

/** Many callers at once, on the same few users: all are served, and each change counts once. */
@QuarkusTest
class HotUsersTest {

    private static final int CALLERS = 64;
    private static final Duration RUSH = Duration.ofSeconds(5);
    private static final int MILLIS_IN_LEAD = 4;
    private static final int MOST_MILLIS_IN_LEAD = 256;

    @BeforeEach
    void emptyGraph() {
        TestDatabase.empty();
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @Test
    void sixtyFourCallersOnAFewUsersAreAllServedAndWaitForNobodyInACircle() {
        long circles = TestDatabase.deadlocks();
        List<String> names = Crowd.numbered("hot", 6);
        // The planner knows how few they are.
        TestDatabase.sql("analyze");
        Instant end = Instant.now().plus(RUSH);
        Set<Integer> statuses = ConcurrentHashMap.newKeySet();
        List<CompletableFuture<Void>> callers = IntStream.range(0, CALLERS)
                .mapToObj(caller -> untilThe(end, names, statuses))
                .toList();
        callers.forEach(CompletableFuture::join);
        assertThat(statuses).isEqualTo(Set.of(200, 201, 204, 422));
        if (!TestDatabase.isDistributed()) {
            assertThat(TestDatabase.deadlocks()).isEqualTo(circles);
        }
    }

    private static CompletableFuture<Void> untilThe(Instant end, List<String> names, Set<Integer> statuses) {
        if (Instant.now().isAfter(end)) {
            return CompletableFuture.completedFuture(null);
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String path = "/v1/users/" + names.get(random.nextInt(names.size()))
                + (random.nextBoolean() ? "/following/" : "/followers/") + names.get(random.nextInt(names.size()));
        return Caller.send(Call.of(random.nextInt(3) == 0 ? "DELETE" : "PUT", path))
                .thenAccept(answer -> statuses.add(answer.statusCode()))
                .thenCompose(next -> untilThe(end, names, statuses));
    }

    @Test
    void ofIdenticalFollowsAtOnceOneIsNew() {
        Crowd.of("alice", "bob");
        for (int round = 0; round < 15; round++) {
            List<Integer> statuses = Caller.atOnce(times(CALLERS, Call.of("PUT", "/v1/users/alice/following/bob")));
            assertThat(Collections.frequency(statuses, 201)).isEqualTo(1);
            assertThat(Collections.frequency(statuses, 200)).isEqualTo(CALLERS - 1);
            assertThat(Caller.atOnce(List.of(Call.of("DELETE", "/v1/users/alice/following/bob"))))
                    .containsExactly(204);
        }
    }

    @Test
    void followsAndUnfollowsOfOnePairAtOnceLeaveItOneOrTheOther() {
        Crowd.of("alice", "bob");
        for (int round = 0; round < 25; round++) {
            List<Call> calls = new ArrayList<>();
            calls.addAll(times(8, Call.of("PUT", "/v1/users/alice/following/bob")));
            calls.addAll(times(8, Call.of("DELETE", "/v1/users/bob/followers/alice")));
            Collections.shuffle(calls);
            assertThat(Caller.atOnce(calls)).isSubsetOf(200, 201, 204);
            Truths.hold();
        }
    }

    /** Where one order was not seen, on a cluster or on a machine that others use, again with longer leads. */
    @Test
    void aFollowThatRacesWithAnErasureLeavesNoEdge() {
        Set<List<Integer>> seen = new HashSet<>(racesWithAnErasure(0, MILLIS_IN_LEAD));
        for (int millis = 4 * MILLIS_IN_LEAD; seen.size() < 2 && millis <= MOST_MILLIS_IN_LEAD; millis *= 4) {
            seen.addAll(racesWithAnErasure(millis, millis));
        }
        assertThat(seen)
                .as("followed before it was erased, and erased before it could be followed")
                .isEqualTo(Set.of(List.of(202, 201), List.of(202, 404)));
    }

    /** Returns what was answered, each once: to the erasure, and to the follow. */
    private static Set<List<Integer>> racesWithAnErasure(int millisInLeadOfErasure, int millisInLeadOfFollow) {
        TestDatabase.empty();
        Crowd.of("alice");
        Set<List<Integer>> seen = new HashSet<>();
        for (int round = 0; round < 40; round++) {
            String bob = "bob" + round;
            Crowd.of(bob);
            Call follow = Call.of("PUT", "/v1/users/alice/following/" + bob);
            Call erasure = Call.of("DELETE", "/v1/users/" + bob);
            CompletableFuture<HttpResponse<String>> erased;
            CompletableFuture<HttpResponse<String>> followed;
            if (round % 2 == 0) {
                erased = Caller.send(erasure);
                pause(round % 10 * millisInLeadOfErasure);
                followed = Caller.send(follow);
            } else {
                // It takes longer than the first step of an erasure, on a cluster ten times.
                followed = Caller.send(follow);
                pause(round % 10 * millisInLeadOfFollow);
                erased = Caller.send(erasure);
            }
            seen.add(List.of(erased.join().statusCode(), followed.join().statusCode()));
            assertThat(Truths.hold().follows()).isZero();
        }
        return seen;
    }

    @Test
    void ofRegistrationsOfOneNameAtOnceOneIsNew() {
        for (int round = 0; round < 6; round++) {
            List<Integer> statuses = Caller.atOnce(times(CALLERS, Call.of("PUT", "/v1/users/user" + round)));
            assertThat(Collections.frequency(statuses, 201)).isEqualTo(1);
            assertThat(Collections.frequency(statuses, 200)).isEqualTo(CALLERS - 1);
        }
        assertThat(Truths.hold().users()).isEqualTo(6);
    }

    @Test
    void ofRenamesToOneNameAtOnceOneSucceeds() {
        for (int round = 0; round < 6; round++) {
            List<String> names = Crowd.numbered("user" + round + "-", 16);
            String json = "{\"username\": \"chosen" + round + "\"}";
            List<Integer> statuses = Caller.atOnce(names.stream()
                    .map(name -> new Call("PATCH", "/v1/users/" + name, json))
                    .toList());
            assertThat(Collections.frequency(statuses, 200)).isEqualTo(1);
            assertThat(Collections.frequency(statuses, 409)).isEqualTo(15);
        }
    }

    @Test
    void aChangeThatRacesWithAnErasureLeavesNothingOfTheUser() {
        for (int round = 0; round < 60; round++) {
            String bob = "bob" + round;
            Crowd.ofPrivate(bob);
            String json = round % 2 == 0
                    ? "{\"displayName\": \"Bob\", \"private\": false}"
                    : "{\"username\": \"bobby" + round + "\", \"private\": false}";
            List<Integer> statuses = Caller.atOnce(
                    List.of(new Call("PATCH", "/v1/users/" + bob, json), Call.of("DELETE", "/v1/users/" + bob)));
            assertThat(statuses.get(0)).isIn(200, 404);
            assertThat(statuses.get(1)).isIn(202, 404);
            Caller.atOnce(List.of(Call.of("DELETE", "/v1/users/bobby" + round)));
        }
        String traces = "select count(*) from users where erased_at is not null and display_name is not null";
        assertThat(TestDatabase.sql(traces).iterator().next().getLong(0)).isZero();
    }

    @Test
    void aUserThatOpensWhileItsRequestersComeAndGoIsServed() {
        List<String> names = Crowd.numbered("asker", 8);
        Crowd.ofPrivate("bob");
        for (int round = 0; round < 25; round++) {
            boolean opens = round % 2 == 1;
            List<Call> calls = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                String path = "/v1/users/" + names.get(i) + "/following/bob";
                calls.add(Call.of((round + i) % 3 == 0 ? "DELETE" : "PUT", path));
            }
            calls.add(round % 8, new Call("PATCH", "/v1/users/bob", "{\"private\": " + !opens + "}"));
            calls.add(round % 5, Call.of("DELETE", "/v1/users/" + names.get(round % 8)));
            assertThat(Caller.atOnce(calls)).isSubsetOf(200, 201, 202, 204, 404);
            Truths.hold();
            TestDatabase.sql("truncate erased_names");
            Caller.atOnce(List.of(Call.of("PUT", "/v1/users/" + names.get(round % 8))));
        }
    }

    @Test
    void batchesOverTheSamePairsInOppositeOrdersAreAllServed() {
        List<String> names = Crowd.numbered("user", 40);
        List<String> operations = new ArrayList<>();
        for (String follower : names.subList(0, 10)) {
            for (String followed : names.subList(10, 40)) {
                operations.add(
                        "{\"op\": \"%s\", \"follower\": \"" + follower + "\", \"followed\": \"" + followed + "\"}");
            }
        }
        List<String> reversed = new ArrayList<>(operations);
        Collections.reverse(reversed);
        for (int round = 0; round < 6; round++) {
            List<Call> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(batch(i % 2 == 0 ? operations : reversed, (round + i / 2) % 2 == 0 ? "follow" : "unfollow"));
            }
            assertThat(Caller.atOnce(calls)).containsOnly(200);
            Truths.hold();
        }
    }

    private static Call batch(List<String> operations, String kind) {
        String json = operations.stream()
                .map(operation -> operation.replace("%s", kind))
                .collect(Collectors.joining(",", "{\"operations\": [", "]}"));
        return new Call("POST", "/v1/batch", json);
    }

    private static void pause(int milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Call> times(int times, Call call) {
        return Collections.nCopies(times, call);
    }
}
