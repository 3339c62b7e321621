package org.retinue.database;

import java.nio.file.Path;
import java.util.Optional;
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
     * @param url names a server; without it, the embedded one is started
     * @param pooler what stands before that server
     * @param data the folder of the embedded one
     * @throws IllegalArgumentException when the URL is not one
     * @throws EmbeddedDatabaseException when the embedded database can't be started
     */
    public static Database open(Optional<String> url, Pooler pooler, Path data) {
        if (url.isPresent()) {
            return new Database(DatabaseAddress.parse(url.get()), pooler, null);
        }
        DatabaseStarter.Started embedded = starter().start(data);
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
