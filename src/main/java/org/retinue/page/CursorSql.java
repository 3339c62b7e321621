package org.retinue.page;

/** The statement about cursors. */
final class CursorSql {

    private CursorSql() {}

    /** The secret of this database, which a migration made. The table has one row, and is read once per process and list. */
    static final String SECRET = "select secret from erased_names_secret";
}
