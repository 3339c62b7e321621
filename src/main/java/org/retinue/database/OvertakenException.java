package org.retinue.database;

/** Another transaction changed a row after this one's snapshot; seen again, it will be in the next one's. */
public final class OvertakenException extends RuntimeException {

    public OvertakenException() {
        super("overtaken by another transaction", null, false, false);
    }
}
