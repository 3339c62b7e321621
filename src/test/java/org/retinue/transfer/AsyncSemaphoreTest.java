package org.retinue.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AsyncSemaphoreTest {

    private final AsyncSemaphore semaphore = new AsyncSemaphore(2);
    private final List<String> granted = new ArrayList<>();

    @Test
    void permitsAreGrantedInOrderOfRequests() {
        for (String request : List.of("a", "b", "c", "d")) {
            acquire(request);
        }
        assertThat(granted).containsExactly("a", "b");

        semaphore.release();
        assertThat(granted).containsExactly("a", "b", "c");

        semaphore.release();
        assertThat(granted).containsExactly("a", "b", "c", "d");
        assertThat(semaphore.available()).isZero();
    }

    @Test
    void releasedPermitsCanBeAcquiredAgain() {
        acquire("a");
        semaphore.release();
        assertThat(semaphore.available()).isEqualTo(2);

        acquire("b");
        acquire("c");
        assertThat(granted).containsExactly("a", "b", "c");
        assertThat(semaphore.available()).isZero();
    }

    private void acquire(String request) {
        semaphore.acquire().subscribe().with(permit -> granted.add(request));
    }
}
