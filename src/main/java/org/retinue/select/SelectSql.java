package org.retinue.select;

/** Every statement about sets of users, each beside the index it uses. */
final class SelectSql {

    private SelectSql() {}

    /*
     * The members of a set of the user $1, from the newest on: those after the place of since $2 and id $3, $4 at most.
     */

    /** Whom $1 follows. Uses follows_following backwards, and stops at the limit. */
    static final String FOLLOWING = """
            select since, followed_id as id, true as holds
            from follows
            where follower_id = $1 and state = 'following' and (since, followed_id) < ($2, $3)
            order by since desc, followed_id desc
            limit $4
            """;

    /** Who follows $1. Uses followers_pkey backwards, and stops at the limit. */
    static final String FOLLOWERS = """
            select since, follower_id as id, true as holds
            from followers
            where followed_id = $1 and (since, follower_id) < ($2, $3)
            order by since desc, follower_id desc
            limit $4
            """;

    /** Whom $1 blocks. Uses follows_blocks backwards, and stops at the limit. */
    static final String BLOCKS = """
            select blocks_since as since, followed_id as id, true as holds
            from follows
            where follower_id = $1 and blocks_since is not null and (blocks_since, followed_id) < ($2, $3)
            order by blocks_since desc, followed_id desc
            limit $4
            """;

    /** Whom $1 mutes, with those mutes that have ended. Uses follows_mutes backwards, and stops at the limit. */
    static final String MUTES = """
            select mutes_since as since, followed_id as id, mutes_until is null or mutes_until > now() as holds
            from follows
            where follower_id = $1 and mutes_since is not null and (mutes_since, followed_id) < ($2, $3)
            order by mutes_since desc, followed_id desc
            limit $4
            """;

    /**
     * What each of the users $1 has towards each of the users $2; no row for nothing. Uses follows_pkey: not asked for
     * the state, or the planner could take follows_following, and read all that somebody follows. A PostgreSQL before 17
     * may do so with follows_pkey.
     */
    static final String BETWEEN = """
            select follower_id, followed_id,
                case when state = 'following' then since end as following_since,
                blocks_since,
                case when mutes_until is null or mutes_until > now() then mutes_since end as mutes_since
            from follows
            where follower_id = any($1::bigint[]) and followed_id = any($2::bigint[])
            """;
}
