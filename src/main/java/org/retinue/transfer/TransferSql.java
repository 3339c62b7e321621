package org.retinue.transfer;

/** Every statement of imports and exports. */
final class TransferSql {

    private TransferSql() {}

    /**
     * Begins the import $1, unless it runs: one that has not been heard of for a while no longer does. Returns when it
     * began, by which {@link #SAVE} knows it from an earlier or later one of the same id.
     */
    static final String BEGIN = """
            insert into imports (id, state, started_at, updated_at)
            values ($1, 'running', now(), now())
            on conflict (id) do update
            set state = 'running', lines_read = 0, users_read = 0, created = 0, already_there = 0, rejected = 0,
                users_created = 0, rejections = '[]', failure = null, columns = null, started_at = excluded.started_at,
                updated_at = excluded.updated_at, finished_at = null
            where imports.state <> 'running' or excluded.updated_at - imports.updated_at > interval '30 seconds'
            returning started_at
            """;

    /** Keeps how far the import $1, begun at $2, has come. Once it ended, what was sent before is not kept after. */
    static final String SAVE = """
            update imports
            set state = $3, lines_read = $4, users_read = $5, created = $6, already_there = $7, rejected = $8,
                users_created = $9, rejections = $10, failure = $11, columns = $12, updated_at = now(),
                finished_at = case when $3 <> 'running' then clock.now end
            from (select now()) as clock
            where id = $1 and started_at = $2 and state = 'running'
            """;

    /** How far the import $1 has come, and whether it should have been heard of since. */
    static final String FIND = """
            select id, state, lines_read, users_read, created, already_there, rejected, users_created, rejections,
                failure, columns, started_at, finished_at,
                state = 'running' and updated_at < now() - interval '30 seconds' as lost
            from imports
            where id = $1
            """;

    /**
     * Has every connection plan its statements anew, by what is there now: a plan that was made for empty tables is slow
     * on full ones, and the database itself would notice a minute later. With set_config, since Citus hands the whole text
     * of a SET LOCAL to its nodes, with what else stands there.
     */
    static final String REFRESH_STATISTICS =
            "select set_config('statement_timeout', '0', true);" + " analyze users, follows, followers, follow_counts";

    /** One snapshot for all that an export reads, however long it takes. It waits for nobody, though, who keeps a table. */
    static final String BEGIN_SNAPSHOT = "begin isolation level repeatable read read only;"
            + " select set_config('statement_timeout', '0', true), set_config('lock_timeout', '4s', true),"
            + " set_config('idle_in_transaction_session_timeout', '0', true)";

    /** Every user. */
    static final String ALL_USERS = """
            select username, display_name, private
            from users
            where erased_at is null
            order by id
            """;

    /** Every follow and request; none that is suspended, or left by a user whose erasure goes on. */
    static final String ALL_FOLLOWS = """
            select follower.username as follower, followed.username as followed, f.since, f.state::text as state
            from follows f
            join users follower on follower.id = f.follower_id
            join users followed on followed.id = f.followed_id
            where f.state in ('requested', 'following') and follower.erased_at is null and followed.erased_at is null
            """;
}
