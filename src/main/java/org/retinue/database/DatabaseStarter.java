package org.retinue.database;

import java.nio.file.Path;

/**
 * Starts the database that comes along. Found by {@link java.util.ServiceLoader}, since a native executable brings none:
 * it has no such service, and needs none of what the embedded database needs.
 */
public interface DatabaseStarter {

    /**
     * Starts the database of a folder, creating it on the first start.
     *
     * @throws EmbeddedDatabaseException when it can't be started; the message is one line, fit for an operator
     */
    Started start(Path folder);

    /** A database that runs. */
    interface Started extends AutoCloseable {

        /** How to reach it. */
        DatabaseAddress address();

        /** Stops it. Doing it twice is harmless. */
        @Override
        void close();
    }
}
