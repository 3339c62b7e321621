package org.retinue.limit;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/** What Vert.x knows of a connection and has no public method for. */
final class VertxConnection {

    private VertxConnection() {}

    /**
     * Whether the connection of a request is open. A request that waited behind another may begin after its connection was
     * closed, and is never notified of that.
     */
    static boolean isOpen(HttpServerRequest request) {
        return !(request.connection() instanceof ConnectionBase connection)
                || connection.channel().isActive();
    }
}
