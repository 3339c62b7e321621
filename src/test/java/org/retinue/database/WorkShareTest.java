package org.retinue.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.retinue.coalesce.OverloadedException;

/** Work of one kind waits its turn, briefly and in order. */
class WorkShareTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final List<String> begun = new ArrayList<>();
    private final List<UniEmitter<? super String>> running = new ArrayList<>();

    @Test
    void workRunsAtOnceWhilePermitsAreFree() {
        WorkShare share = new WorkShare("test", 2, 10, LONG);

        submit(share, "one");
        submit(share, "two");
        submit(share, "three");

        assertThat(begun).containsExactly("one", "two");
        assertThat(share.waiting()).isEqualTo(1);
    }

    @Test
    void waitingWorkRunsFirstInFirstOut() {
        WorkShare share = new WorkShare("test", 1, 10, LONG);
        UniAssertSubscriber<String> first = submit(share, "one");
        submit(share, "two");
        submit(share, "three");

        running.get(0).complete("done");
        running.get(1).complete("done");

        first.assertItem("done");
        assertThat(begun).containsExactly("one", "two", "three");
        assertThat(share.waiting()).isZero();
    }

    @Test
    void fullQueueRefusesAtOnce() {
        WorkShare share = new WorkShare("test", 1, 1, LONG);
        submit(share, "one");
        submit(share, "two");

        submit(share, "three").assertFailedWith(OverloadedException.class);

        assertThat(begun).containsExactly("one");
    }

    @Test
    void longestWaitEndsAsOverloaded() {
        WorkShare share = new WorkShare("test", 1, 10, Duration.ofMillis(20));
        submit(share, "one");

        submit(share, "two").awaitFailure().assertFailedWith(OverloadedException.class);

        assertThat(share.waiting()).isZero();
        running.get(0).complete("done");
        submit(share, "three");
        assertThat(begun).containsExactly("one", "three");
    }

    @Test
    void cancelledWorkLeavesQueue() {
        WorkShare share = new WorkShare("test", 1, 10, LONG);
        submit(share, "one");
        UniAssertSubscriber<String> second = submit(share, "two");
        submit(share, "three");

        second.cancel();
        running.get(0).complete("done");

        assertThat(begun).containsExactly("one", "three");
    }

    @Test
    void begunWorkKeepsPermitWhenCallerLeaves() {
        WorkShare share = new WorkShare("test", 1, 10, LONG);
        UniAssertSubscriber<String> first = submit(share, "one");
        submit(share, "two");

        first.cancel();

        assertThat(begun).containsExactly("one");
        running.get(0).complete("done");
        assertThat(begun).containsExactly("one", "two");
    }

    @Test
    void failedWorkFreesPermit() {
        WorkShare share = new WorkShare("test", 1, 10, LONG);
        UniAssertSubscriber<String> first = submit(share, "one");
        submit(share, "two");

        running.get(0).fail(new IllegalStateException("broken"));

        first.assertFailedWith(IllegalStateException.class, "broken");
        assertThat(begun).containsExactly("one", "two");
    }

    @Test
    void throwingWorkFreesPermit() {
        WorkShare share = new WorkShare("test", 1, 10, LONG);

        share.<String>run(() -> {
                    throw new IllegalStateException("broken");
                })
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .assertFailedWith(IllegalStateException.class, "broken");
        submit(share, "next");

        assertThat(begun).containsExactly("next");
    }

    @Test
    void concurrentWorkNeverExceedsPermits() throws Exception {
        int callers = 8;
        int calls = 2_000;
        WorkShare share = new WorkShare("test", 3, callers, LONG);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
            all.add(CompletableFuture.runAsync(
                    () -> {
                        awaitStart(start);
                        for (int call = 0; call < calls; call++) {
                            share.run(() -> Uni.createFrom()
                                            .item(() -> most.accumulateAndGet(now.incrementAndGet(), Math::max))
                                            .invoke(now::decrementAndGet))
                                    .await()
                                    .atMost(LONG);
                        }
                    },
                    task -> new Thread(task, "caller").start()));
        }
        start.countDown();
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(1, TimeUnit.MINUTES);

        assertThat(most.get()).isBetween(1, 3);
        assertThat(now.get()).isZero();
        assertThat(share.waiting()).isZero();
    }

    private UniAssertSubscriber<String> submit(WorkShare share, String name) {
        return share.run(() -> {
                    begun.add(name);
                    return Uni.createFrom().<String>emitter(running::add);
                })
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());
    }

    private static void awaitStart(CountDownLatch start) {
        try {
            start.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
