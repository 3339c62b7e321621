package org.retinue.database;

import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;

/** The database that the service uses: one that somebody runs, or one that comes along. */
public final class Database implements AutoCloseable {

    private final DatabaseAddress address;
    private final DatabaseStarter.Started embedded;

    private Database(DatabaseAddress address, DatabaseStarter.Started embedded) {
        this.address = address;
        this.embedded = embedded;
        address.settings().forEach(System::setProperty);
    }

    /**
     * Finds or starts the database, and points the service's settings at it.
     *
     * @param environment {@code RETINUE_DATABASE_URL} names a server; without it, {@code RETINUE_DATA} names the folder
     *     of the embedded one ({@code data} by default)
     * @throws IllegalArgumentException when the URL is not one
     * @throws EmbeddedDatabaseException when the embedded database can't be started
     */
    public static Database open(Map<String, String> environment) {
        String url = environment.getOrDefault("RETINUE_DATABASE_URL", "");
        if (!url.isBlank()) {
            return new Database(DatabaseAddress.parse(url), null);
        }
        DatabaseStarter.Started embedded = starter().start(Path.of(environment.getOrDefault("RETINUE_DATA", "data")));
        return new Database(embedded.address(), embedded);
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
