package org.retinue.database;

import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;

/** The database that the service uses: one that somebody runs, or one that comes along. */
public final class Database implements AutoCloseable {

    private final DatabaseAddress address;
    private final DatabaseStarter.Started embedded;

    private Database(DatabaseAddress address, Pooler pooler, DatabaseStarter.Started embedded) {
        this.address = address;
        this.embedded = embedded;
        address.settings().forEach(System::setProperty);
        if (pooler == Pooler.TRANSACTION) {
            // Flyway's driver would prepare in one session what it runs in another.
            System.setProperty("quarkus.datasource.jdbc.additional-jdbc-properties.prepareThreshold", "0");
        }
    }

    /**
     * Finds or starts the database, and points the service's settings at it.
     *
     * @param environment {@code RETINUE_DATABASE_URL} names a server, and {@code RETINUE_DATABASE_POOLER} says what
     *     stands before it; without it, {@code RETINUE_DATA} names the folder
     *     of the embedded one ({@code data} by default)
     * @throws IllegalArgumentException when the URL is not one
     * @throws EmbeddedDatabaseException when the embedded database can't be started
     */
    public static Database open(Map<String, String> environment) {
        String url = environment.getOrDefault("RETINUE_DATABASE_URL", "");
        if (!url.isBlank()) {
            return new Database(DatabaseAddress.parse(url), Pooler.of(environment.get(Pooler.VARIABLE)), null);
        }
        DatabaseStarter.Started embedded = starter().start(Path.of(environment.getOrDefault("RETINUE_DATA", "data")));
        return new Database(embedded.address(), Pooler.NONE, embedded);
    }

    private static DatabaseStarter starter() {
        return ServiceLoader.load(DatabaseStarter.class)
                .findFirst()
                .orElseThrow(() -> new EmbeddedDatabaseException(
                        "no database comes along with the native executable; name a server with RETINUE_DATABASE_URL"));
    }

    /** How to reach it. */
    public DatabaseAddress address() {
        return address;
    }

    /** Stops the database if it came along. */
    @Override
    public void close() {
        if (embedded != null) {
            embedded.close();
        }
    }
}
