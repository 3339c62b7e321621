package org.retinue.database;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the pools of connections need beyond Quarkus' own settings. */
@Singleton
public final class PoolSettings implements PgPoolCreator {

    /** How many statements may wait for a connection: each is a caller, and the last of them waits for some seconds. */
    private static final int WAITING = 5_000;

    /** More than the shares of long work ever ask for at once: they are what waits. */
    private static final int SLOW_WAITING = 200;

    /** A bit more than a caller waits for its answer: what runs longer only keeps a lane from those that come after. */
    private static final String LONGEST_STATEMENT = "11s";

    /** Who has waited so long for one of them comes back later. */
    private static final int LONGEST_WAIT_SECONDS = 5;

    private static final Set<SslMode> VERIFYING = Set.of(SslMode.VERIFY_CA, SslMode.VERIFY_FULL);

    private final Lines lines;
    private final Pooler pooler;
    private final boolean distributed;
    private PgConnectOptions server;
    private Vertx vertx;
    private Pool slow;

    PoolSettings(
            Lines lines,
            @ConfigProperty(name = "retinue.database-pooler", defaultValue = "none") String pooler,
            @ConfigProperty(name = "retinue.database-distributed", defaultValue = "none") String distributed) {
        this.lines = lines;
        this.pooler = Pooler.of(pooler);
        this.distributed = distributed.equals("citus");
    }

    @Override
    public Pool create(Input input) {
        vertx = input.vertx();
        // RETINUE_DATABASE_URL names one server.
        server = apply(input.pgConnectOptionsList().get(0), pooler, distributed);
        // Who waits for this one has a deadline. The pool's own, of single statements, is not called off when there is
        // no connection to be had: it fails a second time, which is an error in the log.
        PoolOptions options = input.poolOptions().setConnectionTimeout(0).setMaxWaitQueueSize(WAITING);
        slow = pool(new PoolOptions(options)
                .setName("slow")
                .setConnectionTimeout(LONGEST_WAIT_SECONDS)
                .setConnectionTimeoutUnit(TimeUnit.SECONDS)
                .setMaxSize(WorkShares.connections())
                .setMaxWaitQueueSize(SLOW_WAITING));
        return pool(options);
    }

    @SuppressWarnings("deprecation") // what replaced it chooses the server, and leaves the connecting to the client
    private Pool pool(PoolOptions options) {
        return PgBuilder.pool()
                .with(options)
                .connectingTo(server)
                .using(vertx)
                .build()
                .connectionProvider(lines.connector(vertx, server));
    }

    /** The other pool. */
    @Produces
    @Singleton
    @Slow
    io.vertx.mutiny.sqlclient.Pool slow(io.vertx.mutiny.sqlclient.Pool first) {
        // At its first use, both are made.
        first.size();
        return io.vertx.mutiny.sqlclient.Pool.newInstance(slow);
    }

    @PreDestroy
    void close() {
        if (slow != null) {
            slow.close();
        }
    }

    /** Where every connection leads, once there is a pool. */
    PgConnectOptions server() {
        return server;
    }

    Vertx vertx() {
        return vertx;
    }

    Pooler pooler() {
        return pooler;
    }

    /**
     * For every connection that sends the service's statements.
     *
     * @param distributed whether it leads to a Citus cluster
     */
    public static PgConnectOptions apply(PgConnectOptions connection, Pooler pooler, boolean distributed) {
        if (VERIFYING.contains(connection.getSslMode()) && connection.getTrustOptions() == null) {
            connection.setTrustOptions(whatJavaTrusts());
        }
        if (pooler == Pooler.TRANSACTION) {
            // What is prepared stays in a session, and the next transaction may be in another. Nor does PgBouncer take
            // settings of a session: they are for the role, or the database (docs/configuration.md).
            return connection.setCachePreparedStatements(false).setUseLayer7Proxy(true);
        }
        // The client caches no statement of more than 2,048 characters, and the one that follows is longer: it would be
        // parsed and planned anew each time, which takes longer than to run it.
        connection.setPreparedStatementCacheSqlLimit(Integer.MAX_VALUE);
        if (distributed) {
            // Citus has to see the parameters of a statement to know its shards. What a transaction says
            // of how it is to be planned is for all nodes.
            connection.addProperty("citus.propagate_set_commands", "local");
            // As Citus has it: who writes many shards waits until whoever did so before has committed on all nodes.
            connection.addProperty("citus.enable_deadlock_prevention", "on");
        } else {
            // Every statement is written so that one plan is right for all users: see QueryPlanTest.
            connection.addProperty("plan_cache_mode", "force_generic_plan");
            // What is written is looked up by its key, in the order of the keys, however small the table is. Read as it
            // lies it would be locked in that order, and two could wait for each other in a circle: see LockOrderTest.
            connection.addProperty("random_page_cost", "0.2");
        }
        // The database ends a statement that waits in vain for a lock. One that may take long says so itself.
        connection.addProperty("statement_timeout", LONGEST_STATEMENT);
        // And a transaction that the network cut off: the server would wait for its next statement, and hold its locks.
        connection.addProperty("idle_in_transaction_session_timeout", LONGEST_STATEMENT);
        return connection;
    }

    private static TrustOptions whatJavaTrusts() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            return TrustOptions.wrap(factory.getTrustManagers()[0]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java has no certificates that it trusts", e);
        }
    }
}
