package org.retinue.database;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** The shares of the pool {@link Slow}: one for each kind of long work. They add up to the pool's size, so none starves. */
@Singleton
public final class WorkShares {

    /** Beside the shares: the audit in the background, which uses one connection at a time. */
    private static final int BACKGROUND_CONNECTIONS = 1;

    private final Map<Kind, WorkShare> shares = new EnumMap<>(Kind.class);

    /** A kind of long work, with how much of it runs at once, how much waits, and for how long. */
    public enum Kind {
        /** Streams of the whole graph, each with a snapshot of its own. */
        EXPORTS("exports", 2, 20, Duration.ofSeconds(5)),
        /** Select, mutuals, and followers known to a user. A caller's deadline is 10 s, and a statement's 2 s. */
        SETS("sets", 3, 500, Duration.ofSeconds(8)),
        /** Suggestions and paths. */
        DISCOVERY("discovery", 2, 500, Duration.ofSeconds(8)),
        /** Batches of changes in one transaction, from requests and imports. */
        BATCHES("batches", 3, 500, Duration.ofSeconds(8)),
        /** Audits that a request asks for. */
        AUDITS("audits", 1, 5, Duration.ofSeconds(4));

        private final String code;
        private final int permits;
        private final int maxWaiting;
        private final Duration maxWait;

        Kind(String code, int permits, int maxWaiting, Duration maxWait) {
            this.code = code;
            this.permits = permits;
            this.maxWaiting = maxWaiting;
            this.maxWait = maxWait;
        }
    }

    /** Creates a share of each kind. */
    public WorkShares() {
        for (Kind kind : Kind.values()) {
            shares.put(kind, new WorkShare(kind.code, kind.permits, kind.maxWaiting, kind.maxWait));
        }
    }

    /** Returns the share of a kind. */
    public WorkShare of(Kind kind) {
        return shares.get(kind);
    }

    /** The number of connections that all long work together uses. */
    static int connections() {
        int sum = BACKGROUND_CONNECTIONS;
        for (Kind kind : Kind.values()) {
            sum += kind.permits;
        }
        return sum;
    }
}
