package org.retinue.coalesce;

/** Another call is refused: too many wait, it has waited too long, or the service is stopping. */
public final class OverloadedException extends RuntimeException {

    /** With the reason. */
    public OverloadedException(String message) {
        super(message, null, false, false);
    }
}
