package org.retinue.database;

import java.util.Locale;

/** What stands between the service and the database, and changes what a connection is. */
public enum Pooler {
    /** Nothing: a connection is a session of the database. */
    NONE,
    /** PgBouncer in transaction mode, or the like: every transaction may be in another session. */
    TRANSACTION;

    /** As {@code RETINUE_DATABASE_POOLER} says it: {@code none} or {@code transaction}. */
    public static Pooler of(String setting) {
        return valueOf(setting.toUpperCase(Locale.ROOT));
    }
}
