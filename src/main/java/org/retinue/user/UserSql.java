package org.retinue.user;

/** Every statement about users, each beside the index it uses. */
final class UserSql {

    private UserSql() {}

    /**
     * Registers whoever is not there yet of the names $1, with the display names $2 and privacies $3. Returns the names
     * that are new, and if $4 says to refuse them, those that were an erased user's and are not registered. Uses
     * users_username_key and erased_names_pkey. Names come in order, so that two of these never wait for each other in a
     * circle.
     */
    static final String REGISTER = """
            with given as materialized (
                select username, display_name, private,
                    $4 and exists (
                        select 1
                        from erased_names e
                        where e.hash = sha256(
                            (select secret from erased_names_secret) || convert_to(username, 'UTF8'))) as erased
                from unnest($1::text[], $2::text[], $3::boolean[]) as asked (username, display_name, private)
                where username not in (select u.username from users u where u.username = any($1::text[]))
            ), registered as (
                insert into users (username, display_name, private)
                select username, display_name, coalesce(private, false)
                from given
                where not erased
                order by username
                on conflict (username) do nothing
                returning id, username
            ), counted as (
                insert into follow_counts (user_id)
                select id from registered
            )
            select username, false as erased from registered
            union all
            select username, true from given where erased
            """;

    /** Whether the name ?1 was an erased user's. For a session. Uses erased_names_pkey. */
    static final String IS_ERASED = """
            select exists (
                select 1
                from erased_names
                where hash = sha256((select secret from erased_names_secret) || convert_to(?1, 'UTF8')))
            """;

    /**
     * The profiles of the names $1, each with its place from 1; no row for who is not there. Uses users_username_key and
     * follow_counts_pkey.
     */
    static final String PROFILES = """
            select asked.position::int, u.username, u.display_name, u.private, u.created_at, u.updated_at,
                u.suspended_at is not null as suspended, c.following, c.followers
            from unnest($1::text[]) with ordinality as asked (username, position)
            join users u on u.username = asked.username
            join follow_counts c on c.user_id = u.id
            """;

    /**
     * A page of the names that start with $1, which come before $2, after the name $3; $4 at most. Uses
     * users_username_key, whose collation is "C", in its order.
     */
    static final String PAGE_BY_PREFIX = """
            select username, display_name
            from users
            where username >= $1 and username < $2 and username > $3
            order by username
            limit $4
            """;

    /** For the transaction around {@link #ACCEPT_ALL_REQUESTS}: there may be any number of them. */
    static final String TAKE_YOUR_TIME = "set local statement_timeout = 0";

    /**
     * Says whether the user ?1 takes requests to follow it, ?2, which a private one does. A statement that adds a request
     * has committed by the time this returns, or else finds this and fails: see FollowSql.CHANGE. For a session. Uses
     * follow_counts_pkey.
     */
    static final String TAKE_REQUESTS = "update follow_counts set takes_requests = ?2 where user_id = ?1";

    /**
     * Makes follows of the requests to the user ?1, who is private no longer. Both tables and both counts change in one
     * statement. Leaves those of suspended users, which end with the suspension, of erased ones, which the erasure ends, and
     * of users who follow ?2 or more. For a session, whose parameters read
     * ?1. Uses follows_requests, follows_pkey and follow_counts_pkey.
     */
    static final String ACCEPT_ALL_REQUESTS = """
            with asked as materialized (
                select follower_id, followed_id, state
                from follows
                where followed_id = ?1 and state = 'requested'
                    and not exists (
                        select 1
                        from users u
                        where u.id in (follower_id, followed_id)
                            and (u.suspended_at is not null or u.erased_at is not null))
                    and exists (
                        select 1 from follow_counts c where c.user_id = follows.follower_id and c.following < ?2)
            ), accepted as (
                update follows
                set state = 'following', since = now()
                from (select follower_id, followed_id, state from asked order by follower_id, followed_id) as seen
                where follows.follower_id = seen.follower_id
                    and follows.followed_id = seen.followed_id
                    and seen.follower_id + 0 = seen.follower_id
                    and follows.state = seen.state
                returning follows.follower_id, follows.followed_id, follows.since
            ), mirrored as (
                insert into followers (followed_id, since, follower_id)
                select followed_id, since, follower_id from accepted
            ), moved as (
                select user_id, sum(following)::bigint as following, sum(followers)::bigint as followers
                from (
                    select follower_id as user_id, 1 as following, 0 as followers from accepted
                    union all
                    select followed_id, 0, 1 from accepted
                ) as each
                group by user_id
                order by user_id
            ), counted as (
                update follow_counts c
                set following = c.following + moved.following, followers = c.followers + moved.followers
                from moved
                where c.user_id = moved.user_id
                    and moved.user_id + 0 = moved.user_id
                    and (c.suspension in ('suspending', 'suspended')) is not true
                    and (moved.following = 0 or c.following < ?2)
                returning c.user_id
            )
            -- as in FollowSql.CHANGE: fails when a follower was erased meanwhile
            select 1 / ((select count(*) from counted) = (select count(*) from moved))::int
            """;
}
