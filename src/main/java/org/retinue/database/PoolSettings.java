package org.retinue.database;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.util.List;

/** What the pool of connections needs beyond Quarkus' own settings. */
@Singleton
public final class PoolSettings implements PgPoolCreator {

    /** A bit more than a caller waits for its answer: what runs longer only keeps a lane from those that come after. */
    private static final String LONGEST_STATEMENT = "11s";

    /** Longer than any statement runs before its first row. */
    private static final int LONGEST_SILENCE_SECONDS = 60;

    @Override
    public Pool create(Input input) {
        List<PgConnectOptions> servers = input.pgConnectOptionsList();
        servers.forEach(PoolSettings::apply);
        return PgBuilder.pool()
                .with(input.poolOptions())
                .connectingTo(List.<SqlConnectOptions>copyOf(servers))
                .using(input.vertx())
                .build();
    }

    /** For every connection that sends the service's statements. */
    public static PgConnectOptions apply(PgConnectOptions connection) {
        // The client caches no statement of more than 2,048 characters, and the one that follows is longer: it would be
        // parsed and planned anew each time, which takes longer than to run it.
        connection.setPreparedStatementCacheSqlLimit(Integer.MAX_VALUE);
        // Every statement is written so that one plan is right for all users: see QueryPlanTest.
        connection.addProperty("plan_cache_mode", "force_generic_plan");
        // The database ends a statement that waits in vain for a lock. One that may take long says so itself.
        connection.addProperty("statement_timeout", LONGEST_STATEMENT);
        // A database that stands still, or a network that swallows everything, ends nothing: the connection is closed.
        // One that is idle is taken out of the pool long before (application.properties).
        connection.setReadIdleTimeout(LONGEST_SILENCE_SECONDS);
        return connection;
    }
}
