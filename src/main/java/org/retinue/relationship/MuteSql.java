package org.retinue.relationship;

/**
 * Every statement about mutes, each beside the index it uses.
 *
 * <p>What changes the graph keeps to the rules of {@code FollowSql.CHANGE}: edges in the order of their keys, then counts
 * in the order of ids; counts by what RETURNING reports, and written as they are where nothing is counted, so that
 * nothing is left with an erased user; a follow ends by its row being deleted; and a division by zero where the snapshot
 * was overtaken.
 *
 * <p>A row that is looked up by its key is not asked for a state in so many words: the planner would take a partial index
 * for it, and read all requests to a user for one of them.
 */
final class MuteSql {

    private MuteSql() {}

    /**
     * Has the user $1 mute the user $2 until $3, or for ever. A mute that stands keeps its since. Uses
     * users_username_key, follows_pkey and follow_counts_pkey.
     */
    static final String MUTE = """
            with pair as materialized (
                select (select id from users where username = $1) as muter_id,
                    (select id from users where username = $2) as muted_id
            ), muted as (
                insert into follows (follower_id, followed_id, mutes_since, mutes_until)
                select muter_id, muted_id, now(), $3::timestamptz
                from pair
                where muter_id <> muted_id
                on conflict (follower_id, followed_id) do update
                set mutes_until = excluded.mutes_until,
                    mutes_since = case
                        when follows.mutes_since is null or follows.mutes_until <= excluded.mutes_since
                            then excluded.mutes_since
                        else follows.mutes_since
                    end
                returning follower_id, followed_id, mutes_since, mutes_until
            ), moved as materialized (
                select follower_id as user_id from muted
                union all
                select followed_id from muted
                order by user_id
            ), counted as (
                update follow_counts
                set following = follow_counts.following
                from moved
                where follow_counts.user_id = moved.user_id
                    and moved.user_id + 0 = moved.user_id
                returning follow_counts.user_id
            )
            select muter_id is not null as known, muted_id is not null as other_known,
                muted.mutes_since as since, muted.mutes_until as until,
                1 / ((select count(*) from counted) = (select count(*) from moved))::int as every_count_written
            from pair
            left join muted on true
            """;

    /**
     * Ends the mute of the user $2 by the user $1, and the row if it held nothing else. Fails (22012) when the row is no
     * longer what the snapshot saw. Uses users_username_key and follows_pkey.
     */
    static final String UNMUTE = """
            with pair as materialized (
                select (select id from users where username = $1) as muter_id,
                    (select id from users where username = $2) as muted_id
            ), seen as materialized (
                select f.follower_id, f.followed_id
                from pair
                join follows f on f.follower_id = pair.muter_id and f.followed_id = pair.muted_id
                where num_nonnulls(f.mutes_since) > 0
            ), deleted as (
                delete from follows
                using seen
                where follows.follower_id = seen.follower_id
                    and follows.followed_id = seen.followed_id
                    and num_nonnulls(follows.mutes_since) > 0
                    and num_nonnulls(follows.state, follows.blocks_since, follows.blocked_by_since) = 0
                returning 1
            ), emptied as (
                update follows
                set mutes_since = null, mutes_until = null
                from seen
                where follows.follower_id = seen.follower_id
                    and follows.followed_id = seen.followed_id
                    and num_nonnulls(follows.mutes_since) > 0
                    and num_nonnulls(follows.state, follows.blocks_since, follows.blocked_by_since) > 0
                returning 1
            )
            select muter_id is not null as known, muted_id is not null as other_known,
                1 / ((select count(*) from deleted) + (select count(*) from emptied)
                    = (select count(*) from seen))::int as done
            from pair
            """;

    /*
     * Pages, as in FollowSql, but without a total: these are not counted.
     */

    /**
     * Whom $1 mutes, newest first. Uses follows_mutes backwards, and stops at the limit; mutes that have ended are passed
     * over.
     */
    static final String MUTES_NEWEST = """
            with owner as materialized (
                select id from users where username = $1
            )
            select item.since, item.id, u.username, u.display_name, item.until
            from owner
            left join (
                select mutes_since as since, followed_id as id, mutes_until as until
                from follows
                where follower_id = (select id from owner) and mutes_since is not null
                    and (mutes_since, followed_id) < ($2, $3) and mutes_since >= $4
                    and (mutes_until > now()) is not false
                order by mutes_since desc, followed_id desc
                limit $5
            ) as item on true
            left join users u on u.id = item.id
            """;

    /** Whom $1 mutes, oldest first. Uses follows_mutes, and stops at the limit; mutes that have ended are passed over. */
    static final String MUTES_OLDEST = """
            with owner as materialized (
                select id from users where username = $1
            )
            select item.since, item.id, u.username, u.display_name, item.until
            from owner
            left join (
                select mutes_since as since, followed_id as id, mutes_until as until
                from follows
                where follower_id = (select id from owner) and mutes_since is not null
                    and (mutes_since, followed_id) > ($2, $3) and mutes_since < $4
                    and (mutes_until > now()) is not false
                order by mutes_since, followed_id
                limit $5
            ) as item on true
            left join users u on u.id = item.id
            """;
}
