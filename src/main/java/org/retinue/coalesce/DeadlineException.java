package org.retinue.coalesce;

/** A call had no answer in time. What it asked may have been done nevertheless. */
public final class DeadlineException extends RuntimeException {

    DeadlineException() {
        super("no answer in time", null, false, false);
    }
}
