package org.retinue.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.retinue.limit.BodyBudget.Share;

class BodyBudgetTest {

    private final AtomicLong clock = new AtomicLong();
    private final List<String> evicted = new ArrayList<>();
    private final BodyBudget budget = new BodyBudget(100, clock::get);

    @Test
    void heldIsTheSumOfShares() {
        Share one = open("one");
        Share two = open("two");

        assertThat(one.add(10)).isTrue();
        assertThat(one.add(20)).isTrue();
        assertThat(two.add(5)).isTrue();

        assertThat(budget.held()).isEqualTo(35);
    }

    @Test
    void openShareHoldsNothing() {
        open("one");

        assertThat(budget.held()).isZero();
    }

    @Test
    void releaseReturnsMemoryOnce() {
        Share one = open("one");
        one.add(100);

        one.release();
        one.release();

        assertThat(budget.held()).isZero();
        assertThat(open("two").add(100)).isTrue();
        assertThat(budget.held()).isEqualTo(100);
    }

    @Test
    void releasedShareTakesNoMore() {
        Share one = open("one");
        one.release();

        assertThat(one.add(1)).isFalse();
        assertThat(budget.held()).isZero();
    }

    @Test
    void exhaustedBudgetRefusesNewcomerDuringProtection() {
        open("one").add(100);
        clock.addAndGet(BodyBudget.PROTECTED.toNanos() - 1);

        assertThat(open("two").add(1)).isFalse();
        assertThat(evicted).isEmpty();
        assertThat(budget.held()).isEqualTo(100);
    }

    @Test
    void newcomerEvictsOldestIncompleteAfterProtection() {
        Share oldest = open("oldest");
        oldest.add(40);
        open("older").add(60);
        clock.addAndGet(BodyBudget.PROTECTED.toNanos());

        assertThat(open("newcomer").add(30)).isTrue();

        assertThat(evicted).containsExactly("oldest");
        assertThat(budget.held()).isEqualTo(90);
        assertThat(oldest.add(1)).isFalse();
        assertThat(oldest.complete()).isFalse();
    }

    @Test
    void newcomerEvictsNoMoreThanNeeded() {
        for (int i = 0; i < 10; i++) {
            open("body-" + i).add(10);
        }
        clock.addAndGet(BodyBudget.PROTECTED.toNanos());

        assertThat(open("newcomer").add(25)).isTrue();

        assertThat(evicted).containsExactly("body-0", "body-1", "body-2");
    }

    @Test
    void nothingIsEvictedIfThatWouldNotSuffice() {
        Share complete = open("complete");
        complete.add(90);
        complete.complete();
        open("incomplete").add(10);
        clock.addAndGet(BodyBudget.PROTECTED.toNanos());

        assertThat(open("newcomer").add(20)).isFalse();

        assertThat(evicted).isEmpty();
        assertThat(budget.held()).isEqualTo(100);
    }

    @Test
    void slowBodyDoesNotEvictYounger() {
        Share slow = open("slow");
        slow.add(50);
        open("younger").add(50);
        clock.addAndGet(BodyBudget.PROTECTED.toNanos());

        assertThat(slow.add(1)).isFalse();
        assertThat(evicted).isEmpty();
    }

    @Test
    void completeBodyIsNotEvictedAndMayEvict() {
        Share complete = open("complete");
        complete.add(50);
        assertThat(complete.complete()).isTrue();
        open("incomplete").add(50);
        clock.addAndGet(BodyBudget.PROTECTED.toNanos());

        assertThat(open("newcomer").add(60)).isFalse();
        assertThat(complete.add(20)).isTrue();

        assertThat(evicted).containsExactly("incomplete");
        assertThat(budget.held()).isEqualTo(70);
    }

    private Share open(String name) {
        return budget.open(() -> evicted.add(name));
    }
}
