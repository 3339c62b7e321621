package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Clients that follow and unfollow as fast as they can, and keep a journal of what they were told. */
final class FollowLoad {

    private static final int USERS = 80;
    private static final int CLIENTS = 8;
    private static final int LARGEST_PAGE = 1000;

    /** Every so many follows, one is taken back: what was unfollowed must not come back either. */
    private static final int UNFOLLOW_ONE_OF = 8;

    private static final ObjectMapper JSON = new ObjectMapper();

    private enum Told {
        FOLLOWS,
        FOLLOWS_NOT,
        /** No answer, or one that the database is away: done or not. */
        NOTHING
    }

    private interface OfUser {
        void run(String user) throws Exception;
    }

    private record Pair(String follower, String followed) {}

    private final Queue<Pair> todo;
    private final Map<Pair, Told> journal = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
    private final List<String> disconnects = Collections.synchronizedList(new ArrayList<>());
    private final Set<Pair> unanswered = ConcurrentHashMap.newKeySet();
    private final List<Thread> clients = new ArrayList<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger unannounced = new AtomicInteger();
    private final AtomicLong longestNanos = new AtomicLong();
    private volatile boolean over;

    private FollowLoad() {
        List<Pair> pairs = new ArrayList<>();
        for (String follower : users()) {
            for (String followed : users()) {
                if (!follower.equals(followed)) {
                    pairs.add(new Pair(follower, followed));
                }
            }
        }
        Collections.shuffle(pairs, new Random(1));
        todo = new ConcurrentLinkedQueue<>(pairs);
    }

    /** Registers the users. */
    static FollowLoad prepare(RunningRetinue retinue) throws Exception {
        forEach(users(), user -> assertThat(retinue.put("/v1/users/" + user).statusCode())
                .isEqualTo(201));
        return new FollowLoad();
    }

    /** Lets the clients go on with this service, until they are told to end or it is gone. */
    FollowLoad begin(RunningRetinue retinue) {
        return begin(retinue, CLIENTS);
    }

    /** Lets so many clients go on with this service. */
    FollowLoad begin(RunningRetinue retinue, int atOnce) {
        over = false;
        for (int i = 0; i < atOnce; i++) {
            Random random = new Random(i);
            Thread client = new Thread(() -> followOn(retinue, random), "client-" + i);
            clients.add(client);
            client.start();
        }
        return this;
    }

    /** Waits until so many more operations were acknowledged: the load is on, and there is something to lose. */
    FollowLoad awaitAcknowledged(int more) throws InterruptedException {
        int goal = acknowledged.get() + more;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (acknowledged.get() < goal) {
            assertThat(System.nanoTime())
                    .as("nanoseconds until %s are acknowledged; statuses %s", goal, statuses)
                    .isLessThan(deadline);
            Thread.sleep(5);
        }
        return this;
    }

    /** Waits until so many more answers have this status. */
    FollowLoad awaitStatus(int status, int more) throws InterruptedException {
        int goal = statuses.getOrDefault(status, 0) + more;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (statuses.getOrDefault(status, 0) < goal) {
            assertThat(System.nanoTime()).as("statuses %s", statuses).isLessThan(deadline);
            Thread.sleep(5);
        }
        return this;
    }

    /** Ends the load and waits for the answers under way. */
    void end() throws InterruptedException {
        over = true;
        for (Thread client : clients) {
            client.join();
        }
        clients.clear();
    }

    /** The statuses that the clients got, and how often. */
    Map<Integer, Integer> statuses() {
        return statuses;
    }

    /** The requests that got no answer at all. */
    List<String> disconnects() {
        return disconnects;
    }

    /** How many operations were acknowledged. */
    int acknowledged() {
        return acknowledged.get();
    }

    /** What the longest answer took, of whatever kind it was. */
    Duration longest() {
        return Duration.ofNanos(longestNanos.get());
    }

    /** Everybody got an answer in time: what was asked, or word to come back later. */
    void assertAllAnswered(Duration limit) {
        assertThat(disconnects).as("requests without an answer").isEmpty();
        assertThat(statuses.keySet()).as("%s", statuses).isSubsetOf(200, 201, 204, 503, 504);
        assertThat(unannounced).as("503 and 504 without Retry-After").hasValue(0);
        assertThat(longest()).as("the longest answer").isLessThan(limit);
    }

    /** All that was acknowledged is there on both sides, nothing else is, and the service itself finds no drift. */
    void assertKept(RunningRetinue retinue) throws Exception {
        Set<Pair> seenByFollowers = ConcurrentHashMap.newKeySet();
        Set<Pair> seenByFollowed = ConcurrentHashMap.newKeySet();
        forEach(users(), user -> {
            for (String other : list(retinue, user, "following")) {
                seenByFollowers.add(new Pair(user, other));
            }
            for (String other : list(retinue, user, "followers")) {
                seenByFollowed.add(new Pair(other, user));
            }
        });
        assertThat(seenByFollowers).as("the two sides").isEqualTo(seenByFollowed);
        assertThat(told(Told.FOLLOWS)).as("acknowledged follows").allMatch(seenByFollowers::contains);
        assertThat(told(Told.FOLLOWS_NOT)).as("acknowledged unfollows").noneMatch(seenByFollowers::contains);
        assertThat(journal.keySet()).as("asked for").containsAll(seenByFollowers);

        JsonNode audit = JSON.readTree(retinue.get("/v1/audit").body());
        assertThat(audit.path("complete").asBoolean()).as("audited: %s", audit).isTrue();
        assertThat(audit.path("drift").asInt(-1)).as("drift: %s", audit).isZero();
        assertThat(audit.path("follows").asInt()).isEqualTo(seenByFollowers.size());
    }

    /** What was asked and not answered at all was not done either. */
    void assertNothingDoneUnanswered(RunningRetinue retinue) throws Exception {
        Set<Pair> done = ConcurrentHashMap.newKeySet();
        forEach(unanswered.stream().map(Pair::follower).distinct().toList(), follower -> {
            for (String followed : list(retinue, follower, "following")) {
                done.add(new Pair(follower, followed));
            }
        });
        done.retainAll(unanswered);
        assertThat(done).as("done, of %s that had no answer", unanswered.size()).isEmpty();
    }

    private void followOn(RunningRetinue retinue, Random random) {
        for (Pair pair = todo.poll(); !over && retinue.isAlive(); pair = todo.poll()) {
            Told told = ask(retinue, "PUT", pair, Told.FOLLOWS);
            if (told == Told.FOLLOWS && random.nextInt(UNFOLLOW_ONE_OF) == 0) {
                told = ask(retinue, "DELETE", pair, Told.FOLLOWS_NOT);
            }
            if (told == Told.NOTHING) {
                // as a caller would, rather than burn through all pairs while the service is away
                pause();
            }
            todo.add(pair);
        }
    }

    private Told ask(RunningRetinue retinue, String method, Pair pair, Told meant) {
        // Until the answer is there, nothing is known of the pair, unless it is asked to stay as it is.
        if (journal.get(pair) != meant) {
            journal.put(pair, Told.NOTHING);
        }
        try {
            String path = "/v1/users/" + pair.follower() + "/following/" + pair.followed();
            long begin = System.nanoTime();
            HttpResponse<String> answer = retinue.send(method, path, "");
            longestNanos.accumulateAndGet(System.nanoTime() - begin, Math::max);
            statuses.merge(answer.statusCode(), 1, Integer::sum);
            if (answer.statusCode() >= 500
                    && answer.headers().firstValue("Retry-After").isEmpty()) {
                unannounced.incrementAndGet();
            }
            if (answer.statusCode() < 300) {
                journal.put(pair, meant);
                acknowledged.incrementAndGet();
                return meant;
            }
        } catch (IOException e) {
            disconnects.add(e.toString());
            if (meant == Told.FOLLOWS && journal.get(pair) == Told.NOTHING) {
                unanswered.add(pair);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Told.NOTHING;
    }

    /** Some at a time. */
    private static void forEach(List<String> users, OfUser task) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<Void>> all = new ArrayList<>();
            for (String user : users) {
                all.add(threads.submit(() -> {
                    task.run(user);
                    return null;
                }));
            }
            for (Future<Void> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<String> list(RunningRetinue retinue, String user, String side) throws Exception {
        HttpResponse<String> answer = retinue.get("/v1/users/" + user + "/" + side + "?limit=" + LARGEST_PAGE);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body()).path("items").findValuesAsText("username");
    }

    private List<Pair> told(Told told) {
        return journal.entrySet().stream()
                .filter(entry -> entry.getValue() == told)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static List<String> users() {
        return IntStream.range(0, USERS).mapToObj(i -> "user" + i).toList();
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
