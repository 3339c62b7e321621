package org.retinue.database;

import java.nio.file.Path;

/** What META-INF/services names. */
public final class EmbeddedDatabaseStarter implements DatabaseStarter {

    @Override
    public Started start(Path folder) {
        return EmbeddedDatabase.start(folder);
    }
}
