package org.retinue.coalesce;

/** So many calls wait that another one is refused; or none is taken any more, since the service is stopping. */
public final class OverloadedException extends RuntimeException {

    OverloadedException(String message) {
        super(message, null, false, false);
    }
}
