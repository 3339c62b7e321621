package org.retinue.database;

/** What the {@link Pulse} asks. */
final class PulseSql {

    private PulseSql() {}

    /**
     * Which server this is, whether it takes writes, and which of these processes ({@code $1}) have something to do. One that does not
     * tell what it does has. Reads the server's memory, and no table.
     */
    static final String ASK = """
            select
              pg_postmaster_start_time() as started,
              current_setting('transaction_read_only')::boolean as read_only,
              array(
                select pid
                from pg_stat_activity
                where pid = any($1)
                  and coalesce(state, '') not like 'idle%'
              ) as working
            """;
}
