package org.retinue;

import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgBuilder;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Assumptions;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.retinue.database.DatabaseAddress;
import org.retinue.database.EmbeddedDatabase;
import org.retinue.database.PoolSettings;
import org.retinue.database.Pooler;
import org.retinue.database.Retry;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The one real PostgreSQL under all tests: the server that RETINUE_TEST_DATABASE_URL names, whose tables the tests empty,
 * or a container with the profile {@code testcontainers}, or else the embedded one. Started before the first test and stopped after the last; Quarkus finds it by its settings.
 */
public final class TestDatabase implements LauncherSessionListener {

    private static final String DISTRIBUTED = "retinue.database-distributed";

    private static final String URL = "retinue.test.database";

    /** What tests prepare, and hold back while another runs into it, may take its time on a machine that others use. */
    private static final String LONGEST_STATEMENT = "60s";

    private static final String TRUNCATE =
            "truncate users, follows, followers, follow_counts, imports, erasures, erased_names";

    /**
     * To truncate takes 30 to 60 ms, since it makes 30 new files; to delete what a test leaves, 2. But what is deleted
     * stays in the files, and so do statistics, by which statements would be planned that the next test sends.
     */
    private static final String EMPTY = """
            do $$
            begin
                if exists (
                    select 1
                    from pg_class
                    where oid in ('users'::regclass, 'follows'::regclass, 'followers'::regclass, 'follow_counts'::regclass)
                        and (reltuples >= 0 or pg_relation_size(oid) > 256 * 1024)
                ) then
                    %s;
                else
                    delete from users;
                    delete from follows;
                    delete from followers;
                    delete from follow_counts;
                    delete from imports;
                    delete from erasures;
                    delete from erased_names;
                end if;
            end
            $$
            """.formatted(TRUNCATE);

    private static Pool pool;

    private EmbeddedDatabase embedded;
    private PostgreSQLContainer container;
    private Path folder;

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (System.getProperty("retinue.jar") != null) {
            // The tests of whole processes start databases of their own.
            return;
        }
        String given = System.getenv("RETINUE_TEST_DATABASE_URL");
        DatabaseAddress address = given == null || given.isBlank() ? start() : DatabaseAddress.parse(given);
        address.settings().forEach(System::setProperty);
        System.setProperty(URL, address.reactiveUrl());
        String distributed = isCluster(address) ? "citus" : "none";
        System.setProperty(DISTRIBUTED, distributed);
        // It would repair what tests break.
        System.setProperty("retinue.audit-percent", "0");
        Flyway.configure()
                .dataSource(address.jdbcUrl(), address.user(), address.password())
                .placeholders(Map.of("distributed", distributed))
                .load()
                .migrate();
    }

    private DatabaseAddress start() {
        container = Containers.postgres().orElse(null);
        if (container == null) {
            return startEmbedded();
        }
        container.start();
        return DatabaseAddress.parse(Containers.url(container));
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        if (System.getProperty(URL) != null) {
            LargeGraph.dropShared();
        }
        if (container != null) {
            container.stop();
        }
        if (embedded != null) {
            embedded.close();
            delete(folder);
        }
    }

    /** A pool of its own, for what is tested without Quarkus and for looking behind its back. */
    public static synchronized Pool pool() {
        if (pool == null) {
            pool = PgBuilder.pool()
                    .connectingTo(connection())
                    .with(new PoolOptions().setMaxSize(16))
                    .using(Vertx.vertx())
                    .build();
        }
        return pool;
    }

    /** How to reach it, with the settings that the service itself uses, except that all may take longer. */
    public static PgConnectOptions connection() {
        PgConnectOptions connection = PgConnectOptions.fromUri(System.getProperty(URL))
                .setTrustAll(true)
                .setUser(System.getProperty("quarkus.datasource.username"))
                .setPassword(System.getProperty("quarkus.datasource.password"))
                .setCachePreparedStatements(true);
        return PoolSettings.apply(connection, Pooler.NONE, isDistributed())
                .addProperty("statement_timeout", LONGEST_STATEMENT)
                .addProperty("idle_in_transaction_session_timeout", LONGEST_STATEMENT);
    }

    /** Runs a statement as it is, again if it is given up for another's sake: on a cluster, emptying can meet what goes on. */
    public static RowSet<Row> sql(String statement) {
        return Retry.transients(() -> pool().query(statement).execute()).await().indefinitely();
    }

    /** Leaves no user, no follow, no import and no erasure. */
    public static void empty() {
        sql(isDistributed() ? TRUNCATE : EMPTY);
    }

    /**
     * How many times two waited for each other in a circle, until one was given up: as far as the server knows, which is
     * told by each connection once a second.
     */
    public static long deadlocks() {
        return sql("select deadlocks from pg_stat_database where datname = current_database()")
                .iterator()
                .next()
                .getLong(0);
    }

    /** Whether the tables are spread over a Citus cluster: where there is one, they are. */
    public static boolean isDistributed() {
        return System.getProperty(DISTRIBUTED).equals("citus");
    }

    /** Where a test looks inside one node, and there are several. */
    public static void assumeOneNode(String because) {
        Assumptions.assumeFalse(isDistributed(), because);
    }

    /** Where a test is about several nodes, and there is one. */
    public static void assumeSeveralNodes(String because) {
        Assumptions.assumeTrue(isDistributed(), because);
    }

    /**
     * Whether the server looks for each of a list by the second column of an index too, as it does from 17 on: one before
     * may read all that the first one leads to. To join the list instead was 2 to 30 times slower on 18.
     */
    public static boolean seeksEachOfAList() {
        return sql("select current_setting('server_version_num')::int >= 170000")
                .iterator()
                .next()
                .getBoolean(0);
    }

    /** How many numbers a transaction may have: each group of shards that it writes is written by one of its own. */
    public static int numbersOfATransaction() {
        return isDistributed()
                ? sql("select count(*)::int from pg_dist_shard where logicalrelid = 'follows'::regclass")
                        .iterator()
                        .next()
                        .getInteger(0)
                : 1;
    }

    private static boolean isCluster(DatabaseAddress address) {
        try (Connection connection =
                        DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
                Statement statement = connection.createStatement();
                ResultSet extension = statement.executeQuery("select from pg_extension where extname = 'citus'")) {
            return extension.next();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private DatabaseAddress startEmbedded() {
        try {
            folder = Files.createTempDirectory("retinue-test-");
            embedded = EmbeddedDatabase.start(folder);
            return embedded.address();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path folder) {
        try (Stream<Path> everything = Files.walk(folder)) {
            everything.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
