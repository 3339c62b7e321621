package org.retinue.database;

import java.util.Locale;

/** What stands between the service and the database, and changes what a connection is. */
public enum Pooler {
    /** Nothing: a connection is a session of the database. */
    NONE,
    /** PgBouncer in transaction mode, or the like: every transaction may be in another session. */
    TRANSACTION;

    /** The variable of the environment. */
    public static final String VARIABLE = "RETINUE_DATABASE_POOLER";

    /**
     * Reads the setting; absent is none.
     *
     * @throws IllegalArgumentException when it is neither
     */
    public static Pooler of(String setting) {
        if (setting == null || setting.isBlank()) {
            return NONE;
        }
        for (Pooler pooler : values()) {
            if (pooler.name().toLowerCase(Locale.ROOT).equals(setting.strip())) {
                return pooler;
            }
        }
        throw new IllegalArgumentException(VARIABLE + " should be none or transaction, but it is " + setting);
    }
}
