package org.retinue.database;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.AsyncResult;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** Runs work on a connection of a pool, and closes the connection if the work is cancelled. */
public final class CancellableConnection {

    private CancellableConnection() {}

    /**
     * Runs work on a connection, and then returns the connection to the pool. If the caller cancels while the work is in
     * progress, the connection is closed: what it has not sent by then is never sent. If the caller cancels before a
     * connection is free, the work does not begin.
     */
    public static <T> Uni<T> with(Pool pool, Function<SqlConnection, Uni<T>> work) {
        return Uni.createFrom().emitter(emitter -> new Use<>(work, emitter).begin(pool));
    }

    private static final class Use<T> {

        private static final Logger LOG = Logger.getLogger(CancellableConnection.class);

        private final Function<SqlConnection, Uni<T>> work;
        private final UniEmitter<? super T> emitter;
        private io.vertx.sqlclient.SqlConnection connection;
        private Cancellable working;
        private boolean isOver;

        Use(Function<SqlConnection, Uni<T>> work, UniEmitter<? super T> emitter) {
            this.work = work;
            this.emitter = emitter;
        }

        void begin(Pool pool) {
            emitter.onTermination(this::cancel);
            pool.getDelegate().getConnection().onComplete(this::work);
        }

        private void work(AsyncResult<io.vertx.sqlclient.SqlConnection> acquired) {
            if (acquired.failed()) {
                emitter.fail(acquired.cause());
            } else if (keep(acquired.result())) {
                // Its statements fail with it; without a handler, the client prints it.
                connection.exceptionHandler(failure -> LOG.debugf("connection failed: %s", failure));
                Cancellable begun = Uni.createFrom()
                        .deferred(() -> work.apply(SqlConnection.newInstance(connection)))
                        .subscribe()
                        .with(
                                item -> {
                                    if (release()) {
                                        emitter.complete(item);
                                    }
                                },
                                failure -> {
                                    if (release()) {
                                        emitter.fail(failure);
                                    }
                                });
                watch(begun);
            } else {
                acquired.result().close();
            }
        }

        /** Whether the connection is still wanted. */
        private synchronized boolean keep(io.vertx.sqlclient.SqlConnection acquired) {
            if (!isOver) {
                connection = acquired;
            }
            return !isOver;
        }

        private synchronized void watch(Cancellable begun) {
            working = begun;
        }

        /** Whether it was in use until now. */
        private boolean release() {
            boolean wasInUse = end();
            if (wasInUse) {
                connection.close();
            }
            return wasInUse;
        }

        private synchronized boolean end() {
            boolean wasInUse = !isOver;
            isOver = true;
            return wasInUse;
        }

        private void cancel() {
            // The emitter calls this after an item or a failure, too.
            if (end()) {
                io.vertx.sqlclient.SqlConnection inUse;
                Cancellable begun;
                synchronized (this) {
                    inUse = connection;
                    begun = working;
                }
                if (inUse != null) {
                    Lines.abort(inUse);
                }
                if (begun != null) {
                    begun.cancel();
                }
            }
        }
    }
}
