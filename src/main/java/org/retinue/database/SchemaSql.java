package org.retinue.database;

/** What the {@link Schema} asks. */
final class SchemaSql {

    private SchemaSql() {}

    /** How each script ended when it was run last. The table is Flyway's, and has a row for each run. */
    static final String HISTORY = """
            select distinct on (script)
                script,
                checksum,
                success
            from flyway_schema_history
            order by script, installed_rank desc
            """;
}
