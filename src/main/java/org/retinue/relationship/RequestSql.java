package org.retinue.relationship;

/**
 * Every statement about requests, each beside the index it uses.
 *
 * <p>What changes the graph keeps to the rules of {@code FollowSql.CHANGE}: edges in the order of their keys, then counts
 * in the order of ids; counts by what RETURNING reports, and written as they are where nothing is counted, so that
 * nothing is left with an erased user; a follow ends by its row being deleted; and a division by zero where the snapshot
 * was overtaken.
 *
 * <p>A row that is looked up by its key is not asked for a state in so many words: the planner would take a partial index
 * for it, and read all requests to a user for one of them.
 */
final class RequestSql {

    private RequestSql() {}

    /**
     * Makes a follow of the request of the user $1 to the user $2, unless $1 follows $3 or more. Uses users_username_key, follows_pkey and
     * follow_counts_pkey.
     */
    static final String ACCEPT = """
            with pair as materialized (
                select follower.id as follower_id, followed.id as followed_id,
                    follower.suspended_at is not null as suspended,
                    followed.suspended_at is not null as other_suspended,
                    coalesce(c.following >= $3, false) as at_ceiling,
                    'requested'::follow_state as awaited
                from (values ($1::text, $2::text)) as asked (follower, followed)
                left join users follower on follower.username = asked.follower
                left join users followed on followed.username = asked.followed
                left join (
                    select following from follow_counts where user_id = (select id from users where username = $1)
                ) as c on true
            ), accepted as (
                update follows
                set state = 'following', since = now()
                from pair
                where not pair.suspended
                    and not pair.other_suspended
                    and not pair.at_ceiling
                    and follows.follower_id = pair.follower_id
                    and follows.followed_id = pair.followed_id
                    and follows.state = pair.awaited
                returning follows.follower_id, follows.followed_id, follows.since
            ), mirrored as (
                insert into followers (followed_id, since, follower_id)
                select followed_id, since, follower_id from accepted
            ), moved as materialized (
                select user_id, sum(following)::bigint as following, sum(followers)::bigint as followers
                from (
                    select follower_id as user_id, 1 as following, 0 as followers from accepted
                    union all
                    select followed_id, 0, 1 from accepted
                ) as side
                group by user_id
                order by user_id
            ), counted as (
                update follow_counts
                set following = follow_counts.following + moved.following,
                    followers = follow_counts.followers + moved.followers
                from moved
                where follow_counts.user_id = moved.user_id
                    and moved.user_id + 0 = moved.user_id
                    and (follow_counts.suspension in ('suspending', 'suspended')) is not true
                    and (moved.following = 0 or follow_counts.following < $3)
                returning follow_counts.user_id
            )
            select pair.follower_id is not null as known, pair.followed_id is not null as other_known,
                pair.suspended, pair.other_suspended, pair.at_ceiling,
                accepted.since as changed_since,
                f.state::text as state, f.since,
                1 / ((select count(*) from counted) = (select count(*) from moved))::int as every_count_moved
            from pair
            left join accepted on true
            left join (
                select *
                from follows
                where follower_id = (select follower_id from pair) and followed_id = (select followed_id from pair)
            ) as f on true
            """;

    /**
     * Makes follows of the requests to the user $1, $2 of them, oldest first, without those of users who are suspended
     * or erased, or follow $3 or more; tells how many. Uses users_username_key, follows_requests, follows_pkey and
     * follow_counts_pkey.
     */
    static final String ACCEPT_SOME = """
            with owner as materialized (
                select id, suspended_at from users where username = $1
            ), asked as materialized (
                select follower_id, followed_id, state
                from follows
                where followed_id = (select id from owner where suspended_at is null) and state = 'requested'
                order by since, follower_id
                limit $2
            ), accepted as (
                update follows
                set state = 'following', since = now()
                from (
                    select asked.follower_id, asked.followed_id, asked.state
                    from asked
                    join users u on u.id = asked.follower_id
                    join follow_counts c on c.user_id = asked.follower_id
                    where u.suspended_at is null and u.erased_at is null and c.following < $3
                    order by asked.follower_id
                ) as one
                where follows.follower_id = one.follower_id
                    and follows.followed_id = one.followed_id
                    and one.follower_id + 0 = one.follower_id
                    and follows.state = one.state
                returning follows.follower_id, follows.followed_id, follows.since
            ), mirrored as (
                insert into followers (followed_id, since, follower_id)
                select followed_id, since, follower_id from accepted
            ), moved as materialized (
                select user_id, sum(following)::bigint as following, sum(followers)::bigint as followers
                from (
                    select follower_id as user_id, 1 as following, 0 as followers from accepted
                    union all
                    select followed_id, 0, 1 from accepted
                ) as side
                group by user_id
                order by user_id
            ), counted as (
                update follow_counts
                set following = follow_counts.following + moved.following,
                    followers = follow_counts.followers + moved.followers
                from moved
                where follow_counts.user_id = moved.user_id
                    and moved.user_id + 0 = moved.user_id
                    and (follow_counts.suspension in ('suspending', 'suspended')) is not true
                    and (moved.following = 0 or follow_counts.following < $3)
                returning follow_counts.user_id
            )
            select (select count(*) from asked) as asked, (select count(*) from accepted) as accepted,
                1 / ((select count(*) from counted) = (select count(*) from moved))::int as every_count_moved
            from owner
            """;

    /**
     * Ends the request of the user $1 to the user $2, and nothing else of the row. Uses users_username_key, follows_pkey
     * and follow_counts_pkey.
     */
    static final String REJECT = """
            with pair as materialized (
                select (select id from users where username = $1) as follower_id,
                    (select id from users where username = $2) as followed_id,
                    'requested'::follow_state as awaited
            ), rejected as (
                delete from follows
                using pair
                where follows.follower_id = pair.follower_id
                    and follows.followed_id = pair.followed_id
                    and follows.state = pair.awaited
                returning follows.follower_id, follows.followed_id, follows.mutes_since, follows.mutes_until
            ), kept as (
                insert into follows (follower_id, followed_id, mutes_since, mutes_until)
                select follower_id, followed_id, mutes_since, mutes_until
                from rejected
                where mutes_since is not null
            ), moved as materialized (
                select follower_id as user_id from rejected
                union all
                select followed_id from rejected
                order by user_id
            ), counted as (
                update follow_counts
                set following = follow_counts.following
                from moved
                where follow_counts.user_id = moved.user_id
                    and moved.user_id + 0 = moved.user_id
                returning follow_counts.user_id
            )
            select follower_id is not null as known, followed_id is not null as other_known,
                1 / ((select count(*) from counted) = (select count(*) from moved))::int as every_count_moved
            from pair
            """;

    /*
     * Pages, as in FollowSql, but without a total: these are not counted.
     */

    /** Who asks to follow $1, newest first. Uses follows_requests backwards, and stops at the limit. */
    static final String REQUESTS_NEWEST = """
            with owner as materialized (
                select id from users where username = $1
            )
            select item.since, item.id, u.username, u.display_name
            from owner
            left join (
                select since, follower_id as id
                from follows
                where followed_id = (select id from owner) and state = 'requested'
                    and (since, follower_id) < ($2, $3) and since >= $4
                order by since desc, follower_id desc
                limit $5
            ) as item on true
            left join users u on u.id = item.id
            """;

    /** Who asks to follow $1, oldest first. Uses follows_requests, and stops at the limit. */
    static final String REQUESTS_OLDEST = """
            with owner as materialized (
                select id from users where username = $1
            )
            select item.since, item.id, u.username, u.display_name
            from owner
            left join (
                select since, follower_id as id
                from follows
                where followed_id = (select id from owner) and state = 'requested'
                    and (since, follower_id) > ($2, $3) and since < $4
                order by since, follower_id
                limit $5
            ) as item on true
            left join users u on u.id = item.id
            """;
}
