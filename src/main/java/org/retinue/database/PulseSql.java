package org.retinue.database;

/** What the {@link Pulse} asks. */
final class PulseSql {

    private PulseSql() {}

    /**
     * Whether the server takes writes, and which of these processes ({@code $1}) have something to do. One that does not
     * tell what it does has. Reads the server's memory, and no table.
     */
    static final String ASK = """
            select
              current_setting('transaction_read_only')::boolean as read_only,
              array(
                select pid
                from pg_stat_activity
                where pid = any($1)
                  and coalesce(state, '') not like 'idle%'
              ) as working
            """;
}
