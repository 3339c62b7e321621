package org.retinue.coalesce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a coalescer promises its callers, with a sender whose batches the test holds in its hands. */
class CoalescerTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Limits ONE_LANE = new Limits(1, 1, 1_000, 10_000, LONG);

    private final HeldSender sender = new HeldSender();
    private final List<AutoCloseable> toClose = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable closeable : toClose) {
            closeable.close();
        }
    }

    @Test
    void aLoneCallIsSentAtOnce() {
        Coalescer<Integer, String> coalescer = coalescer(ONE_LANE, sender);

        UniAssertSubscriber<String> caller = call(coalescer, 1);

        assertThat(sender.batches).containsExactly(List.of(1));
        caller.assertNotTerminated();
        sender.answer();
        assertThat(caller.awaitItem().getItem()).isEqualTo("answer to 1");
    }

    @Test
    void whoArrivesWhileALaneIsBusySharesTheNextBatch() {
        Coalescer<Integer, String> coalescer = coalescer(ONE_LANE, sender);
        call(coalescer, 1);

        List<UniAssertSubscriber<String>> callers =
                IntStream.range(2, 100).mapToObj(key -> call(coalescer, key)).toList();
        assertThat(sender.batches).hasSize(1);
        sender.answer();

        assertThat(sender.batches).hasSize(2);
        assertThat(sender.batches.get(1))
                .containsExactlyElementsOf(IntStream.range(2, 100).boxed().toList());
        sender.answer();
        for (int i = 0; i < callers.size(); i++) {
            assertThat(callers.get(i).awaitItem().getItem()).isEqualTo("answer to " + (i + 2));
        }
    }

    @Test
    void aBatchHasNoMoreCallsThanItsLimitAndTheRestFollowsInOrder() {
        Coalescer<Integer, String> coalescer = coalescer(new Limits(1, 1, 10, 10_000, LONG), sender);

        IntStream.range(0, 26).forEach(key -> call(coalescer, key));
        sender.answer();
        sender.answer();
        sender.answer();
        sender.answer();

        assertThat(sender.batches.stream().map(List::size)).containsExactly(1, 10, 10, 5);
        assertThat(sender.batches.stream().flatMap(List::stream))
                .containsExactlyElementsOf(IntStream.range(0, 26).boxed().toList());
    }

    @Test
    void asManyBatchesAreUnderWayAsThereAreLanes() {
        Coalescer<Integer, String> coalescer = coalescer(new Limits(3, 1, 10, 10_000, LONG), sender);

        IntStream.range(0, 8).forEach(key -> call(coalescer, key));

        assertThat(sender.batches).containsExactly(List.of(0), List.of(1), List.of(2));
    }

    @Test
    void callsShareAnotherLaneWhenTheyAreEnoughToBeWorthIt() {
        BeforeAndAfter batches = beforeASweep(held -> {
            Coalescer<Integer, String> coalescer = coalescer(new Limits(2, 3, 10, 10_000, LONG), held);
            IntStream.range(0, 3).forEach(key -> call(coalescer, key));
            List<List<Integer>> before = List.copyOf(held.batches);
            call(coalescer, 3);
            return new BeforeAndAfter(before, List.copyOf(held.batches));
        });

        assertThat(batches.before).containsExactly(List.of(0));
        assertThat(batches.after).containsExactly(List.of(0), List.of(1, 2, 3));
    }

    @Test
    void callsShareAnotherLaneWhenTheyAreAsManyAsTheLargestBatchUnderWay() {
        BeforeAndAfter batches = beforeASweep(held -> {
            Coalescer<Integer, String> coalescer = coalescer(new Limits(2, 2, 10, 10_000, LONG), held);
            IntStream.range(0, 6).forEach(key -> call(coalescer, key));
            held.answer();
            held.answer();
            call(coalescer, 6);
            call(coalescer, 7);
            List<List<Integer>> before = List.copyOf(held.batches);
            call(coalescer, 8);
            return new BeforeAndAfter(before, List.copyOf(held.batches));
        });

        assertThat(batches.before)
                .as("two beside a batch of three")
                .containsExactly(List.of(0), List.of(1, 2), List.of(3, 4, 5));
        assertThat(batches.after).hasSize(4).last().isEqualTo(List.of(6, 7, 8));
    }

    /** What had been sent before the last call, and after it. */
    private record BeforeAndAfter(List<List<Integer>> before, List<List<Integer>> after) {}

    /** Anew, with another sender, where a call may have waited so long that it was given a lane for that. */
    private static BeforeAndAfter beforeASweep(Function<HeldSender, BeforeAndAfter> calls) {
        BeforeAndAfter batches;
        long begin;
        int times = 0;
        do {
            assertThat(times++).as("times that it took too long").isLessThan(100);
            begin = System.nanoTime();
            batches = calls.apply(new HeldSender());
        } while (System.nanoTime() - begin > Duration.ofMillis(40).toNanos());
        return batches;
    }

    @Test
    void aFewCallsDoNotWaitForABatchThatIsHeldUp() throws InterruptedException {
        Coalescer<Integer, String> coalescer = coalescer(new Limits(2, 1_000, 10, 10_000, LONG), sender);
        call(coalescer, 0);

        call(coalescer, 1);

        sender.awaitBatches(2);
        assertThat(sender.batches).containsExactly(List.of(0), List.of(1));
    }

    @Test
    void aCallBeyondTheQueueIsRefusedAndTheQueueRecovers() {
        Coalescer<Integer, String> coalescer = coalescer(new Limits(1, 1, 10, 3, LONG), sender);
        IntStream.range(0, 4).forEach(key -> call(coalescer, key));

        UniAssertSubscriber<String> refused = call(coalescer, 4);

        refused.awaitFailure().assertFailedWith(OverloadedException.class);
        sender.answer();
        UniAssertSubscriber<String> later = call(coalescer, 5);
        sender.answer();
        sender.answer();
        assertThat(later.awaitItem().getItem()).isEqualTo("answer to 5");
    }

    @Test
    void oneBadEntryAmongAThousandFailsAlone() {
        AtomicInteger statements = new AtomicInteger();
        Coalescer<Integer, String> coalescer = coalescer(ONE_LANE, keys -> {
            statements.incrementAndGet();
            return keys.contains(666)
                    ? Uni.createFrom().failure(new IllegalArgumentException("poison"))
                    : answers(keys);
        });

        Map<Integer, UniAssertSubscriber<String>> callers = new ConcurrentHashMap<>();
        onOneLoop(() -> IntStream.range(0, 1_000).forEach(key -> callers.put(key, call(coalescer, key))));

        callers.get(666).awaitFailure().assertFailedWith(IllegalArgumentException.class, "poison");
        callers.forEach((key, caller) -> {
            if (key != 666) {
                assertThat(caller.awaitItem().getItem()).isEqualTo("answer to " + key);
            }
        });
        assertThat(statements.get()).as("statements: halves, not one by one").isLessThan(30);
    }

    @Test
    void whatTheDatabaseGaveUpIsSentAgainUntilItSucceeds() {
        AtomicInteger statements = new AtomicInteger();
        Coalescer<Integer, String> coalescer = coalescer(
                ONE_LANE,
                keys -> statements.incrementAndGet() < 4
                        ? Uni.createFrom().failure(new DeadlockException())
                        : answers(keys));

        UniAssertSubscriber<String> caller = call(coalescer, 1);

        assertThat(caller.awaitItem().getItem()).isEqualTo("answer to 1");
        assertThat(statements).hasValue(4);
    }

    @Test
    void whatIsGivenUpForEverFailsInTheEnd() {
        Coalescer<Integer, String> coalescer =
                coalescer(ONE_LANE, keys -> Uni.createFrom().failure(new DeadlockException()));

        call(coalescer, 1).awaitFailure().assertFailedWith(DeadlockException.class);
    }

    @Test
    void whatIsGivenUpForEverForTheSakeOfOneCallFailsThatCallAlone() {
        Coalescer<Integer, String> coalescer = coalescer(
                ONE_LANE, keys -> keys.contains(3) ? Uni.createFrom().failure(new DeadlockException()) : answers(keys));

        List<UniAssertSubscriber<String>> callers = new CopyOnWriteArrayList<>();
        onOneLoop(() -> IntStream.range(0, 4).forEach(key -> callers.add(call(coalescer, key))));

        callers.get(3).awaitFailure().assertFailedWith(DeadlockException.class);
        IntStream.range(0, 3)
                .forEach(key ->
                        assertThat(callers.get(key).awaitItem().getItem()).isEqualTo("answer to " + key));
    }

    @Test
    void whatIsNeverTakenIsSentAgainAsAWholeAndFailsInTheEnd() {
        List<List<Integer>> batches = new CopyOnWriteArrayList<>();
        Coalescer<Integer, String> coalescer = coalescer(ONE_LANE, keys -> {
            batches.add(keys);
            return Uni.createFrom().failure(new NotTakenException());
        });

        List<UniAssertSubscriber<String>> callers = new CopyOnWriteArrayList<>();
        onOneLoop(() -> IntStream.range(0, 4).forEach(key -> callers.add(call(coalescer, key))));

        callers.forEach(caller -> caller.awaitFailure().assertFailedWith(NotTakenException.class));
        assertThat(batches).hasSizeGreaterThan(1).containsOnly(List.of(0, 1, 2, 3));
    }

    @Test
    void whoCancelsBeforeABatchIsSentAgainIsLeftOut() throws InterruptedException {
        Coalescer<Integer, String> coalescer = coalescer(ONE_LANE, sender);
        call(coalescer, 1);
        UniAssertSubscriber<String> gone = call(coalescer, 2);
        UniAssertSubscriber<String> here = call(coalescer, 3);
        sender.answer();

        gone.cancel();
        sender.fail(new DeadlockException());
        sender.awaitBatches(3);

        assertThat(sender.batches).containsExactly(List.of(1), List.of(2, 3), List.of(3));
        sender.answer();
        assertThat(here.awaitItem().getItem()).isEqualTo("answer to 3");
    }

    @Test
    void aJudgeThatThrowsFailsTheCallsOfTheBatchAndFreesItsLane() {
        Coalescer<Integer, String> coalescer = new Coalescer<>("test", ONE_LANE, sender, failure -> {
            throw new IllegalStateException("no verdict");
        });
        toClose.add(coalescer);
        UniAssertSubscriber<String> failed = call(coalescer, 1);
        UniAssertSubscriber<String> behind = call(coalescer, 2);

        sender.fail(new DeadlockException());

        failed.awaitFailure();
        sender.answer();
        assertThat(behind.awaitItem().getItem()).isEqualTo("answer to 2");
    }

    @Test
    void aLostConnectionFailsTheWholeBatchAndIsNotSentAgain() {
        AtomicInteger statements = new AtomicInteger();
        Coalescer<Integer, String> coalescer = coalescer(ONE_LANE, keys -> {
            statements.incrementAndGet();
            return Uni.createFrom().failure(new ConnectionLostException());
        });

        List<UniAssertSubscriber<String>> callers = new CopyOnWriteArrayList<>();
        onOneLoop(() -> IntStream.range(0, 100).forEach(key -> callers.add(call(coalescer, key))));

        callers.forEach(caller -> caller.awaitFailure().assertFailedWith(ConnectionLostException.class));
        assertThat(statements).hasValue(1);
    }

    @Test
    void aSenderThatThrowsFailsItsCallsAndFreesItsLane() {
        AtomicInteger statements = new AtomicInteger();
        Coalescer<Integer, String> coalescer = coalescer(ONE_LANE, keys -> {
            if (statements.incrementAndGet() == 1) {
                throw new IllegalStateException("broken");
            }
            return answers(keys);
        });

        call(coalescer, 1).awaitFailure().assertFailedWith(IllegalStateException.class);
        assertThat(call(coalescer, 2).awaitItem().getItem()).isEqualTo("answer to 2");
    }

    @Test
    void aSenderThatAnswersTooFewFailsAllRatherThanMixThemUp() {
        Coalescer<Integer, String> coalescer =
                coalescer(ONE_LANE, keys -> Uni.createFrom().item(List.<String>of()));

        call(coalescer, 1).awaitFailure().assertFailedWith(IllegalStateException.class);
    }

    @Test
    void aCallThatHasNoAnswerInTimeFailsWhetherItWaitsOrIsUnderWay() {
        Coalescer<Integer, String> coalescer = coalescer(new Limits(1, 1, 10, 100, Duration.ofMillis(100)), sender);

        UniAssertSubscriber<String> underWay = call(coalescer, 1);
        UniAssertSubscriber<String> waiting = call(coalescer, 2);

        underWay.awaitFailure().assertFailedWith(DeadlineException.class);
        waiting.awaitFailure().assertFailedWith(DeadlineException.class);
        sender.answer();
        assertThat(sender.batches).as("who has given up is not sent").containsExactly(List.of(1));
    }

    @Test
    void overdueBatchIsCancelledAndFreesItsLane() {
        StuckSender stuck = new StuckSender(1);
        Coalescer<Integer, String> coalescer = coalescer(new Limits(1, 1, 10, 100, SHORT), stuck);

        call(coalescer, 1).awaitFailure().assertFailedWith(DeadlineException.class);

        assertThat(answerInTheEnd(coalescer, 2)).isEqualTo("answer to 2");
        assertThat(stuck.cancelled).containsExactly(List.of(1));
    }

    @Test
    void lateAnswerToCancelledBatchFreesNoSecondLane() throws InterruptedException {
        Duration deadline = Duration.ofMillis(400);
        long begin;
        do {
            StuckSender stuck = new StuckSender(1, 2);
            Coalescer<Integer, String> coalescer = coalescer(new Limits(1, 1, 10, 100, deadline), stuck);
            call(coalescer, 1);
            while (stuck.emitters.size() < 2) {
                call(coalescer, 2);
                Thread.sleep(1);
            }
            begin = System.nanoTime();

            stuck.emitters.get(0).complete(List.of("late"));
            call(coalescer, 3);

            boolean isSent = stuck.sent.stream().anyMatch(batch -> batch.contains(3));
            if (System.nanoTime() - begin < deadline.toNanos()) {
                assertThat(isSent).as("sent beside the batch in the only lane").isFalse();
            }
        } while (System.nanoTime() - begin >= deadline.toNanos());
    }

    @Test
    void keysOfCancelledBatchStayInFlightForAsLongAgain() {
        Limits limits = new Limits(2, 1, 10, 100, SHORT);
        StuckSender stuck = new StuckSender(1);
        Coalescer<Integer, String> coalescer =
                new Coalescer<>("test", limits, stuck, CoalescerTest::judge, key -> key % 10);
        toClose.add(coalescer);
        long begin = System.nanoTime();
        call(coalescer, 1);

        assertThat(answerInTheEnd(coalescer, 2)).isEqualTo("answer to 2");
        assertThat(answerInTheEnd(coalescer, 11)).isEqualTo("answer to 11");

        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isGreaterThanOrEqualTo(limits.batchDeadline().multipliedBy(2));
    }

    /** Calls until a call is answered: one that waits for a lane or a key may meet its deadline. */
    private static String answerInTheEnd(Coalescer<Integer, String> coalescer, int key) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                return coalescer.submit(key).await().atMost(LONG);
            } catch (DeadlineException tooEarly) {
                assertThat(System.nanoTime()).as("an answer to %s", key).isLessThan(end);
            }
        }
    }

    @Test
    void aCallerThatCancelsWhileItWaitsIsLeftOut() {
        Coalescer<Integer, String> coalescer = coalescer(ONE_LANE, sender);
        call(coalescer, 1);
        UniAssertSubscriber<String> gone = call(coalescer, 2);
        UniAssertSubscriber<String> here = call(coalescer, 3);

        gone.cancel();
        sender.answer();

        assertThat(sender.batches.get(1)).containsExactly(3);
        sender.answer();
        assertThat(here.awaitItem().getItem()).isEqualTo("answer to 3");
    }

    @Test
    void callersThatAreGoneLeaveTheirPlacesInTheQueueToOthers() throws InterruptedException {
        Coalescer<Integer, String> coalescer = coalescer(new Limits(1, 1, 10, 3, LONG), sender);
        call(coalescer, 0);
        UniAssertSubscriber<String> here = call(coalescer, 1);
        List<UniAssertSubscriber<String>> gone = List.of(call(coalescer, 2), call(coalescer, 3));
        call(coalescer, 4).assertFailedWith(OverloadedException.class);

        gone.forEach(UniAssertSubscriber::cancel);

        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        UniAssertSubscriber<String> later = call(coalescer, 4);
        while (later.getFailure() != null && System.nanoTime() < end) {
            Thread.sleep(1);
            later = call(coalescer, 4);
        }
        later.assertNotTerminated();
        sender.answer();
        assertThat(sender.batches).containsExactly(List.of(0), List.of(1, 4));
        sender.answer();
        assertThat(here.awaitItem().getItem()).isEqualTo("answer to 1");
        assertThat(later.awaitItem().getItem()).isEqualTo("answer to 4");
    }

    @Test
    void aClosedOneTakesNoMoreCallsAndAnswersThoseThatWait() {
        Coalescer<Integer, String> coalescer = coalescer(ONE_LANE, sender);
        UniAssertSubscriber<String> underWay = call(coalescer, 1);
        UniAssertSubscriber<String> waiting = call(coalescer, 2);

        coalescer.close();

        call(coalescer, 3).awaitFailure().assertFailedWith(OverloadedException.class);
        sender.answer();
        sender.answer();
        assertThat(underWay.awaitItem().getItem()).isEqualTo("answer to 1");
        assertThat(waiting.awaitItem().getItem()).isEqualTo("answer to 2");
    }

    @Test
    void everyCallerIsAnsweredOnItsOwnContext() throws Exception {
        Vertx vertx = Vertx.vertx();
        toClose.add(
                () -> vertx.close().toCompletionStage().toCompletableFuture().get());
        Coalescer<Integer, String> coalescer = coalescer(ONE_LANE, sender);
        List<CompletableFuture<Boolean>> own = new ArrayList<>();

        for (int key = 0; key < 20; key++) {
            int asked = key;
            Context context = vertx.getOrCreateContext();
            CompletableFuture<Boolean> answered = new CompletableFuture<>();
            own.add(answered);
            context.runOnContext(now -> coalescer
                    .submit(asked)
                    .subscribe()
                    .with(
                            answer -> answered.complete(Vertx.currentContext() == context),
                            answered::completeExceptionally));
        }
        while (!own.stream().allMatch(CompletableFuture::isDone)) {
            sender.answerIfAsked();
        }

        for (CompletableFuture<Boolean> answered : own) {
            assertThat(answered.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void thousandsOfCallersFromManyThreadsAreEachAnsweredOnce() {
        Coalescer<Integer, String> coalescer = coalescer(
                new Limits(4, 1, 100, 100_000, LONG),
                keys -> answers(keys).onItem().delayIt().by(Duration.ofMillis(1)));

        ExecutorService threads = Executors.newFixedThreadPool(8);
        toClose.add(threads::shutdownNow);
        List<CompletableFuture<String>> answers = IntStream.range(0, 20_000)
                .mapToObj(key -> CompletableFuture.supplyAsync(() -> coalescer.submit(key), threads)
                        .thenCompose(Uni::subscribeAsCompletionStage))
                .toList();

        for (int key = 0; key < answers.size(); key++) {
            assertThat(answers.get(key).join()).isEqualTo("answer to " + key);
        }
    }

    @Test
    void callsAboutTheSameThingThatAskDifferentAreAnsweredOneAfterTheOther() {
        Coalescer<Integer, String> coalescer = new Coalescer<>(
                "test", new Limits(3, 1, 1_000, 10_000, LONG), sender, CoalescerTest::judge, key -> key % 10);
        toClose.add(coalescer);

        call(coalescer, 1);
        UniAssertSubscriber<String> held = call(coalescer, 11);
        call(coalescer, 2);
        UniAssertSubscriber<String> behind = call(coalescer, 21);
        assertThat(sender.batches).containsExactly(List.of(1), List.of(2));

        sender.answer();
        assertThat(sender.batches).endsWith(List.of(11)).hasSize(3);
        sender.answer();
        assertThat(sender.batches).hasSize(3);
        sender.answer();
        held.awaitItem().assertItem("answer to 11");
        assertThat(sender.batches).endsWith(List.of(21)).hasSize(4);
        sender.answer();
        behind.awaitItem().assertItem("answer to 21");
        assertThat(call(coalescer, 1)).isNotNull();
        assertThat(sender.batches).hasSize(5);
    }

    @Test
    void callsAboutTheSameThingThatAskTheSameShareABatch() {
        Coalescer<Integer, String> coalescer = new Coalescer<>(
                "test", new Limits(3, 1, 1_000, 10_000, LONG), sender, CoalescerTest::judge, key -> key % 10);
        toClose.add(coalescer);

        call(coalescer, 1);
        call(coalescer, 11);
        call(coalescer, 21);
        call(coalescer, 11);
        sender.answer();

        assertThat(sender.batches).containsExactly(List.of(1), List.of(11, 11));
    }

    @Test
    void callsWithoutASubscriberAreNotMade() {
        Coalescer<Integer, String> coalescer = coalescer(ONE_LANE, sender);

        Uni<String> asked = coalescer.submit(1);

        assertThat(sender.batches).isEmpty();
        assertThatThrownBy(sender::answer).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(asked).isNotNull();
    }

    private Coalescer<Integer, String> coalescer(Limits limits, Function<List<Integer>, Uni<List<String>>> send) {
        Coalescer<Integer, String> coalescer = new Coalescer<>("test", limits, send, CoalescerTest::judge);
        toClose.add(coalescer);
        return coalescer;
    }

    private void onOneLoop(Runnable calls) {
        Vertx vertx = Vertx.vertx();
        toClose.add(
                () -> vertx.close().toCompletionStage().toCompletableFuture().get());
        CompletableFuture<Void> made = new CompletableFuture<>();
        vertx.getOrCreateContext().runOnContext(now -> {
            calls.run();
            made.complete(null);
        });
        made.join();
    }

    private static Verdict judge(Throwable failure) {
        if (failure instanceof DeadlockException) {
            return Verdict.RETRY;
        }
        if (failure instanceof NotTakenException) {
            return Verdict.RESEND;
        }
        return failure instanceof ConnectionLostException ? Verdict.FAIL : Verdict.SPLIT;
    }

    private static UniAssertSubscriber<String> call(Coalescer<Integer, String> coalescer, int key) {
        return coalescer.submit(key).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private static Uni<List<String>> answers(List<Integer> keys) {
        return Uni.createFrom()
                .item(keys.stream().map(key -> "answer to " + key).toList());
    }

    private static final class DeadlockException extends RuntimeException {}

    private static final class NotTakenException extends RuntimeException {}

    private static final class ConnectionLostException extends RuntimeException {}

    /** Never answers batches with certain keys, and all others immediately. */
    private static final class StuckSender implements Function<List<Integer>, Uni<List<String>>> {

        final List<List<Integer>> sent = new CopyOnWriteArrayList<>();
        final List<List<Integer>> cancelled = new CopyOnWriteArrayList<>();
        final List<UniEmitter<? super List<String>>> emitters = new CopyOnWriteArrayList<>();
        private final List<Integer> stuckKeys;

        StuckSender(Integer... stuckKeys) {
            this.stuckKeys = List.of(stuckKeys);
        }

        @Override
        public Uni<List<String>> apply(List<Integer> keys) {
            sent.add(keys);
            if (Collections.disjoint(keys, stuckKeys)) {
                return answers(keys);
            }
            return Uni.createFrom()
                    .<List<String>>emitter(emitters::add)
                    .onCancellation()
                    .invoke(() -> cancelled.add(keys));
        }
    }

    /** Sends nothing until it is told to answer the oldest batch that has no answer. */
    private static final class HeldSender implements Function<List<Integer>, Uni<List<String>>> {

        final List<List<Integer>> batches = new CopyOnWriteArrayList<>();
        private final List<UniEmitter<? super List<String>>> emitters = new CopyOnWriteArrayList<>();
        private int answered;

        @Override
        public Uni<List<String>> apply(List<Integer> keys) {
            return Uni.createFrom().emitter(emitter -> {
                emitters.add(emitter);
                batches.add(keys);
            });
        }

        void answer() {
            int next = next();
            emitters.get(next)
                    .complete(batches.get(next).stream()
                            .map(key -> "answer to " + key)
                            .toList());
        }

        void fail(Throwable failure) {
            emitters.get(next()).fail(failure);
        }

        private int next() {
            int next = answered++;
            if (next >= emitters.size()) {
                throw new IndexOutOfBoundsException("no batch waits for an answer");
            }
            return next;
        }

        void awaitBatches(int many) throws InterruptedException {
            long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (batches.size() < many && System.nanoTime() < end) {
                Thread.sleep(1);
            }
        }

        void answerIfAsked() throws InterruptedException {
            if (batches.size() > answered) {
                answer();
            } else {
                Thread.sleep(1);
            }
        }
    }
}
