package org.retinue.page;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import org.retinue.database.SqlFailure;

/**
 * Loads the secret that cursors are encrypted with. It is in the database, so that all replicas share it and no setting can
 * be lost. It is read once, when the first page needs it: the service may start before its database.
 */
public final class CursorKey {

    private static final int MAX_RETRIES = 10;

    private final Pool pool;

    private volatile Uni<CursorCodec> codec;

    /** A key that is not loaded yet. */
    public CursorKey(Pool pool) {
        this.pool = pool;
    }

    /** The codec with the key of this database. A failure to load it is not remembered. */
    public Uni<CursorCodec> codec() {
        Uni<CursorCodec> loaded = codec;
        return loaded != null ? loaded : load();
    }

    private Uni<CursorCodec> load() {
        // On a connection: if a statement that the pool runs itself has waited in vain for a connection, it fails a
        // second
        // time, as an error in the log.
        return pool.withConnection(
                        connection -> connection.query(CursorSql.SECRET).execute())
                // The pool may hand out connections that a failover has just ended.
                .onFailure(SqlFailure::isUnavailable)
                .retry()
                .atMost(MAX_RETRIES)
                .map(rows -> new CursorCodec(
                        rows.iterator().next().getBuffer("secret").getBytes()))
                .invoke(made -> codec = Uni.createFrom().item(made));
    }
}
