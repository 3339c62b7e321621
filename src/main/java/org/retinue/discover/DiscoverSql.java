package org.retinue.discover;

/** Every statement about suggestions and paths, each beside the index it uses. */
final class DiscoverSql {

    private DiscoverSql() {}

    /** Whom $1 follows, the $2 newest. Uses follows_following backwards, and stops at the limit. */
    static final String NEWEST_FOLLOWED = """
            select followed_id as id
            from follows
            where follower_id = $1 and state = 'following'
            order by since desc, followed_id desc
            limit $2
            """;

    /** How many each of the users $1 follows and is followed by. Uses follow_counts_pkey. */
    static final String COUNTS = """
            select user_id as id, following, followers
            from follow_counts
            where user_id = any($1::bigint[])
            """;

    /** How many the users $1 follow and are followed by, together. Uses follow_counts_pkey. */
    static final String SUMS = """
            select coalesce(sum(following), 0)::bigint as following, coalesce(sum(followers), 0)::bigint as followers
            from follow_counts
            where user_id = any($1::bigint[])
            """;

    /**
     * Whom the users $1 follow, with how many of them follow each, and who of these has the lowest and the highest id:
     * the most followed first, after the place of score $3 and id $4, $5 at most. Without the users $1 themselves, and
     * without $2. Uses follows_following, and reads all that the users $1 follow: the caller sees to it that this is not
     * much. "not in" a subquery, since what is not hashed would be compared with all for each row.
     */
    static final String MOST_FOLLOWED = """
            select followed_id as id, count(*) as score, min(follower_id) as first_id, max(follower_id) as last_id
            from follows
            where follower_id = any($1::bigint[]) and state = 'following'
                and followed_id <> $2 and followed_id not in (select unnest($1::bigint[]))
            group by followed_id
            having (count(*), followed_id) < ($3::bigint, $4::bigint)
            order by score desc, id desc
            limit $5
            """;

    /**
     * Who of the users $2 is not to be suggested to $1, since there is something between them: a follow, a request, a
     * block by either or a mute. Uses follows_pkey, of which a PostgreSQL before 17 may read all that $1 follows.
     */
    static final String RELATED = """
            select followed_id as id
            from follows
            where follower_id = $1 and followed_id = any($2::bigint[])
                and (state is not null or blocks_since is not null or blocked_by_since is not null
                    or (mutes_since is not null and (mutes_until is null or mutes_until > now())))
            """;

    /** Whether $1 follows $2; no row if there is nothing between them. Uses follows_pkey. */
    static final String FOLLOWS = """
            select state is not distinct from 'following' as follows
            from follows
            where follower_id = $1 and followed_id = $2
            """;

    /** The id of the user named $1. Uses users_username_key. */
    static final String VIEWER = """
            select id
            from users
            where username = $1
            """;

    /**
     * The users among $1 whose lists the user $2 may see, or all of them if $3, without the erased and the suspended. The
     * same rule as {@code Sights.Sight.isOfLists}. $2 is null if the viewer is not registered. Uses users_pkey, and
     * follows_pkey, of which a PostgreSQL before 17 may read all that $2 follows.
     */
    static final String PASSABLE = """
            with tie as materialized (
                select followed_id, state is not distinct from 'following' as follows, blocked_by_since is not null as blocked
                from follows
                where follower_id = $2::bigint and followed_id = any($1::bigint[])
            )
            select id
            from users
            where id = any($1::bigint[]) and username is not null and suspended_at is null
                and ($3::boolean
                    or id = $2::bigint
                    or (not private and id not in (select followed_id from tie where blocked))
                    or id in (select followed_id from tie where follows))
            """;

    /** Who is followed by any of the users $1, and one of these each. Uses follows_following. */
    static final String STEP_FORWARD = """
            select followed_id as id, min(follower_id) as from_id
            from follows
            where follower_id = any($1::bigint[]) and state = 'following'
            group by followed_id
            """;

    /** Who follows any of the users $1, and one of these each. Uses followers_pkey. */
    static final String STEP_BACKWARD = """
            select follower_id as id, min(followed_id) as from_id
            from followers
            where followed_id = any($1::bigint[])
            group by follower_id
            """;

    /**
     * A follow of one of the users $2 by one of the users $1, read from these. Uses follows_following. The subquery is
     * hashed where it stands in a condition that can't become a join.
     */
    static final String MEET_FORWARD = """
            select follower_id, followed_id
            from follows
            where follower_id = any($1::bigint[]) and state = 'following'
                and (followed_id in (select unnest($2::bigint[]))) is true
            limit 1
            """;

    /** A follow of one of the users $2 by one of the users $1, read from those. Uses followers_pkey. */
    static final String MEET_BACKWARD = """
            select follower_id, followed_id
            from followers
            where followed_id = any($2::bigint[])
                and (follower_id in (select unnest($1::bigint[]))) is true
            limit 1
            """;
}
