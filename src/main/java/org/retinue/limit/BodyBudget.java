package org.retinue.limit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * The memory that request bodies may hold at the same time. If it is used up, a body that needs more evicts the oldest
 * bodies that are still incomplete after {@link #PROTECTED}. A client that sends slowly therefore does not keep others
 * out, while clients that send fast do not evict each other. Complete bodies are never evicted.
 */
final class BodyBudget {

    static final Duration PROTECTED = Duration.ofSeconds(1);

    private final long max;
    private final LongSupplier nanoTime;

    /** The bodies that are still being received, the oldest first. */
    private final NavigableSet<Share> incomplete = new TreeSet<>(Comparator.comparingLong(share -> share.id));

    private long held;
    private long shares;

    BodyBudget(long max, LongSupplier nanoTime) {
        this.max = max;
        this.nanoTime = nanoTime;
    }

    /** The memory that one request holds. */
    final class Share {

        private final long id;
        private final Runnable onEviction;
        private final long opened = nanoTime.getAsLong();
        private long bytes;
        private boolean complete;
        private boolean released;

        private Share(long id, Runnable onEviction) {
            this.id = id;
            this.onEviction = onEviction;
        }

        /** Adds to the share. Returns false, and adds nothing, if the memory is not available or the share was evicted. */
        boolean add(long more) {
            List<Share> evicted = new ArrayList<>();
            boolean added = BodyBudget.this.add(this, more, evicted);
            evicted.forEach(share -> share.onEviction.run());
            return added;
        }

        /** Protects the share from eviction. Returns false if it was evicted before. */
        boolean complete() {
            synchronized (BodyBudget.this) {
                incomplete.remove(this);
                complete = true;
                return !released;
            }
        }

        /** Returns the memory. Later calls of any method have no effect. */
        void release() {
            synchronized (BodyBudget.this) {
                drop(this);
            }
        }
    }

    /**
     * Creates an empty share.
     *
     * @param onEviction called at most once, on the thread of the request that needs the memory
     */
    synchronized Share open(Runnable onEviction) {
        return new Share(shares++, onEviction);
    }

    /** The bytes that all shares hold. */
    synchronized long held() {
        return held;
    }

    private synchronized boolean add(Share share, long more, List<Share> evicted) {
        if (share.released || !makeRoom(share, more, evicted)) {
            return false;
        }
        share.bytes += more;
        held += more;
        if (!share.complete) {
            incomplete.add(share);
        }
        return true;
    }

    private boolean makeRoom(Share share, long more, List<Share> evicted) {
        long missing = held + more - max;
        Set<Share> evictable = share.complete ? incomplete : incomplete.headSet(share, false);
        for (Share oldest : evictable) {
            if (missing <= 0 || nanoTime.getAsLong() - oldest.opened < PROTECTED.toNanos()) {
                break;
            }
            evicted.add(oldest);
            missing -= oldest.bytes;
        }
        if (missing > 0) {
            evicted.clear();
            return false;
        }
        evicted.forEach(this::drop);
        return true;
    }

    private void drop(Share share) {
        incomplete.remove(share);
        held -= share.bytes;
        share.bytes = 0;
        share.released = true;
    }
}
