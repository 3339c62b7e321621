package org.retinue.user;

/** Every statement about users, each beside the index it uses. */
final class UserSql {

    private UserSql() {}

    /**
     * Registers whoever is not there yet of the names $1, with the display names $2 and privacies $3, and returns the
     * new names. Uses users_username_key. Names come in order, so that two of these never wait for each other in a
     * circle.
     */
    static final String REGISTER = """
            with registered as (
                insert into users (username, display_name, private)
                select username, display_name, coalesce(private, false)
                from unnest($1::text[], $2::text[], $3::boolean[]) as given (username, display_name, private)
                where not exists (select 1 from users u where u.username = given.username)
                order by username
                on conflict (username) do nothing
                returning id, username
            ), counted as (
                insert into follow_counts (user_id)
                select id from registered
            )
            select username from registered
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
     * statement. Leaves those of suspended users, which end with the suspension. For a session, whose parameters read
     * ?1. Uses follows_requests.
     */
    static final String ACCEPT_ALL_REQUESTS = """
            with accepted as (
                update follows
                set state = 'following', since = now()
                where followed_id = ?1 and state = 'requested'
                    and not exists (
                        select 1 from users u where u.id in (follower_id, followed_id) and u.suspended_at is not null)
                returning follower_id, followed_id, since
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
                    and (c.suspension in ('suspending', 'suspended')) is not true
                returning c.user_id
            )
            -- as in FollowSql.CHANGE: fails when a follower was erased meanwhile
            select 1 / ((select count(*) from counted) = (select count(*) from moved))::int
            """;

    /**
     * Ends the counts of the user $1, and tells its id. From here on no statement that changes the graph can
     * add a follow of this user: it would find no counts to change, and fail (see FollowSql.CHANGE). One that came
     * before has its follows committed by the time this returns.
     */
    static final String END_COUNTS = """
            delete from follow_counts
            where user_id = (select id from users where username = $1)
            returning user_id
            """;

    /**
     * How much there is of the user $1 to remove, each kind counted up to $2: what it has towards others; and towards it
     * follows, requests, and what is kept. In the order of the indexes, or the planner could read one to its end first.
     * Uses follows_pkey, followers_pkey, follows_requests and follows_kept.
     */
    static final String COUNT_EDGES = """
            select
                (select count(*) from (
                    select 1 from follows where follower_id = $1 order by followed_id limit $2) as own)
                + (select count(*) from (
                    select 1 from followers where followed_id = $1 order by since, follower_id limit $2) as following)
                + (select count(*) from (
                    select 1
                    from follows
                    where followed_id = $1 and state = 'requested'
                    order by since, follower_id
                    limit $2) as asking)
                + (select count(*) from (
                    select 1
                    from follows
                    where followed_id = $1 and (state = 'suspended' or mutes_since is not null)
                    order by follower_id
                    limit $2) as kept) as edges
            """;

    /** Leaves nothing of the user $1 but its id, which no name leads to. */
    static final String SCRUB = """
            update users
            set username = null, display_name = null, private = false, suspended_at = null,
                erased_at = now(), updated_at = now()
            where id = $1
            """;

    /**
     * Removes every edge of the user $1, on both sides, from both tables and from the others' counts, and every block and
     * mute. A row towards the user is known by its mirror row, as a request, as something kept, or, if it is about a
     * block, by the user's own row. Uses follows_pkey, followers_pkey, follows_requests and follows_kept.
     */
    static final String REMOVE_EDGES = """
            with outgoing as (
                delete from follows
                where follower_id = $1
                returning followed_id, since, state, coalesce(blocks_since, blocked_by_since) is not null as blocks
            ), outgoing_mirror as (
                delete from followers m
                using outgoing o
                where m.followed_id = o.followed_id and m.since = o.since and m.follower_id = $1
                    and o.state = 'following'
            ), incoming as (
                delete from followers
                where followed_id = $1
                returning follower_id
            ), incoming_rows as (
                delete from follows f
                using (
                    select follower_id from incoming
                    union
                    select followed_id from outgoing where blocks
                    union
                    select follower_id from follows where followed_id = $1 and state = 'requested'
                    union
                    select follower_id
                    from follows
                    where followed_id = $1 and (state = 'suspended' or mutes_since is not null)
                    order by 1
                ) as i
                where f.follower_id = i.follower_id and f.followed_id = $1
            ), moved as (
                select user_id, sum(following)::bigint as following, sum(followers)::bigint as followers
                from (
                    select followed_id as user_id, 0 as following, 1 as followers from outgoing where state = 'following'
                    union all
                    select follower_id, 1, 0 from incoming
                ) as each
                group by user_id
                order by user_id
            )
            update follow_counts c
            set following = c.following - moved.following, followers = c.followers - moved.followers
            from moved
            where c.user_id = moved.user_id
            """;
}
