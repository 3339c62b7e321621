package org.retinue.database;

/** Nothing is wrong with the database: what was asked of it took longer than it may. */
public final class TookTooLongException extends RuntimeException {

    TookTooLongException(Throwable cause) {
        super("took too long", cause);
    }
}
