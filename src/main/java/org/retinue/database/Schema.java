package org.retinue.database;

import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.jboss.logging.Logger;

/**
 * Brings the schema up to date, or validates it, before anything else asks the database. Nearly always there is nothing to
 * do, which one query by the service's own client tells: Flyway, JDBC and its pool are loaded only when there is.
 */
@Singleton
final class Schema {

    private static final Logger LOG = Logger.getLogger(Schema.class);

    private static final int BEFORE_ALL = 1;

    private static final long LONGEST_LOOK_SECONDS = 10;

    private final Migration migration;
    private final String distributed;

    Schema(
            @ConfigProperty(name = "retinue.migrate", defaultValue = "at-start") String migration,
            @ConfigProperty(name = "retinue.database-distributed", defaultValue = "none") String distributed) {
        this.migration = Migration.of(migration);
        this.distributed = distributed;
    }

    void prepare(@Observes @Priority(BEFORE_ALL) StartupEvent starting, Pool pool, Instance<Flyway> flyway) {
        if (isComplete(pool, distributed)) {
            return;
        }
        if (migration == Migration.NEVER) {
            flyway.get().validate();
        } else {
            flyway.get().migrate();
        }
    }

    /**
     * Whether every script was run as it is, and no other; or with those of a later version, which are made to suit this
     * one: it serves on beside that one, and can be gone back to. When in doubt it is not, and Flyway looks closer.
     */
    static boolean isComplete(Pool pool, String distributed) {
        try {
            RowSet<Row> history = pool.getDelegate()
                    .query(SchemaSql.HISTORY)
                    .execute()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(LONGEST_LOOK_SECONDS, TimeUnit.SECONDS);
            Map<String, Integer> run = new HashMap<>();
            for (Row script : history) {
                if (!script.getBoolean("success")) {
                    return false;
                }
                // Flyway names it with its folder or without, by how it found it.
                run.put(Path.of(script.getString("script")).getFileName().toString(), script.getInteger("checksum"));
            }
            return Migrations.suits(run, distributed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("no history of the schema to be read", e);
            return false;
        }
    }
}
