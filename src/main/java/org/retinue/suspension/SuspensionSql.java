package org.retinue.suspension;

/**
 * Every statement about suspensions, each beside the index it uses. What changes the graph keeps to the rules of
 * {@code FollowSql.CHANGE}, and writes the counts of the user only while its suspension is where the statement says: so a
 * statement that comes too late fails (22012) and leaves nothing. The other one may be a user whose erasure goes on: it has
 * no counts any more, and gets no follow back. A row that is looked up by its key is not asked for a
 * state in so many words: the planner could take a partial index for it, and read all that a user follows.
 */
final class SuspensionSql {

    private SuspensionSql() {}

    /**
     * Says of the user $1 that it is suspended. The user comes before its counts, as for all who change one, so that none
     * of them waits for another in a circle. Uses users_username_key.
     */
    static final String SUSPEND = """
            update users
            set suspended_at = coalesce(suspended_at, clock.now),
                updated_at = case when suspended_at is null then clock.now else updated_at end
            from (select now()) as clock
            where username = $1
            returning id
            """;

    /**
     * Marks the counts of the user of the id $1 as of a suspended one. A statement that adds a follow or request of this
     * user has committed by the time this returns, or else finds the mark and fails. Uses follow_counts_pkey.
     */
    static final String MARK = """
            update follow_counts
            set suspension = case when suspension = 'suspended' then 'suspended' else 'suspending' end
            where user_id = $1
            """;

    /** Says of the user $1 that it is not suspended. Uses users_username_key. */
    static final String UNSUSPEND = """
            update users
            set suspended_at = null,
                updated_at = case when suspended_at is null then updated_at else clock.now end
            from (select now()) as clock
            where username = $1
            returning id
            """;

    /** Marks the counts of the user of the id $1 as of one that is restored, if it is suspended. Uses follow_counts_pkey. */
    static final String RELEASE = """
            update follow_counts
            set suspension = case when suspension is null then null else 'restoring' end
            where user_id = $1
            """;

    /** How far the suspension of the user $1 has come. Uses users_username_key and follow_counts_pkey. */
    static final String FIND = """
            select c.user_id, c.suspension, u.suspended_at
            from users u
            join follow_counts c on c.user_id = u.id
            where u.username = $1
            """;

    /**
     * How far the suspension of the user of the id $1 has come, and when the user last changed. Uses follow_counts_pkey
     * and users_pkey.
     */
    static final String STATE = """
            select c.suspension, u.updated_at
            from follow_counts c
            join users u on u.id = c.user_id
            where c.user_id = $1
            """;

    /** Up to $1 users whose suspension somebody has to go on with. Uses follow_counts_suspensions. */
    static final String UNFINISHED = """
            select user_id
            from follow_counts
            where suspension in ('suspending', 'restoring')
            order by user_id
            limit $1
            """;

    /**
     * Suspends follows of the user $1: $2 of each side, oldest first. Tells how many it chose. Uses follows_following,
     * followers_pkey, follows_pkey and follow_counts_pkey.
     */
    static final String SUSPEND_FOLLOWS = """
            with chosen as materialized (
                (select follower_id, followed_id, state
                from follows
                where follower_id = $1 and state = 'following'
                order by since, followed_id
                limit $2)
                union all
                (select follower_id, followed_id, 'following'::follow_state
                from followers
                where followed_id = $1
                order by since, follower_id
                limit $2)
            ), ended as materialized (
                delete from follows
                using (select follower_id, followed_id, state from chosen order by follower_id, followed_id) as seen
                where follows.follower_id = seen.follower_id
                    and follows.followed_id = seen.followed_id
                    and seen.follower_id + 0 = seen.follower_id
                    and follows.state = seen.state
                returning follows.follower_id, follows.followed_id, follows.since, follows.mutes_since,
                    follows.mutes_until
            ), kept as (
                insert into follows (follower_id, followed_id, since, state, mutes_since, mutes_until)
                select follower_id, followed_id, since, 'suspended', mutes_since, mutes_until
                from ended
            ), moved as materialized (
                select user_id, sum(following)::bigint as following, sum(followers)::bigint as followers
                from (
                    select follower_id as user_id, 1 as following, 0 as followers from ended
                    union all
                    select followed_id, 0, 1 from ended
                ) as side
                join users u on u.id = side.user_id
                where u.id = $1 or u.erased_at is null
                group by user_id
                order by user_id
            ), counted as (
                update follow_counts
                set following = follow_counts.following - moved.following,
                    followers = follow_counts.followers - moved.followers
                from moved
                where follow_counts.user_id = moved.user_id
                    and moved.user_id + 0 = moved.user_id
                    and (follow_counts.user_id <> $1 or follow_counts.suspension = 'suspending')
                returning follow_counts.user_id
            ), unmirrored as (
                delete from followers
                using ended
                where followers.followed_id = ended.followed_id
                    and followers.since = ended.since
                    and followers.follower_id = ended.follower_id
            )
            select (select count(*) from chosen) as chosen,
                1 / ((select count(*) from counted) = (select count(*) from moved))::int as every_count_moved
            """;

    /**
     * Ends requests of the user $1: $2 of its own and $2 to it. Tells how many it chose. Uses follows_pkey, which it
     * reads all that is the user's of, follows_requests and follow_counts_pkey.
     */
    static final String END_REQUESTS = """
            with chosen as materialized (
                (select follower_id, followed_id, state
                from follows
                where follower_id = $1 and state = 'requested'
                order by followed_id
                limit $2)
                union all
                (select follower_id, followed_id, state
                from follows
                where followed_id = $1 and state = 'requested'
                order by since, follower_id
                limit $2)
            ), ended as materialized (
                delete from follows
                using (select follower_id, followed_id, state from chosen order by follower_id, followed_id) as seen
                where follows.follower_id = seen.follower_id
                    and follows.followed_id = seen.followed_id
                    and seen.follower_id + 0 = seen.follower_id
                    and follows.state = seen.state
                returning follows.follower_id, follows.followed_id, follows.mutes_since, follows.mutes_until
            ), kept as (
                insert into follows (follower_id, followed_id, mutes_since, mutes_until)
                select follower_id, followed_id, mutes_since, mutes_until
                from ended
                where mutes_since is not null
            ), moved as materialized (
                select side.user_id
                from (
                    select follower_id as user_id from ended
                    union
                    select followed_id from ended
                ) as side
                join users u on u.id = side.user_id
                where u.id = $1 or u.erased_at is null
                order by side.user_id
            ), counted as (
                update follow_counts
                set following = follow_counts.following
                from moved
                where follow_counts.user_id = moved.user_id
                    and moved.user_id + 0 = moved.user_id
                    and (follow_counts.user_id <> $1 or follow_counts.suspension = 'suspending')
                returning follow_counts.user_id
            )
            select (select count(*) from chosen) as chosen,
                1 / ((select count(*) from counted) = (select count(*) from moved))::int as every_count_written
            """;

    /** Ends what is to be done to suspend the user $1. Uses follow_counts_pkey. */
    static final String SUSPENDED = """
            update follow_counts set suspension = 'suspended' where user_id = $1 and suspension = 'suspending'
            """;

    /**
     * Restores follows of the user $1, of what it has towards the $4 users with ids next after $2, and what the $4 users
     * with ids next after $3 have towards it; without those whose other end is suspended. Tells the last ids it looked at,
     * or null when there were none. Uses follows_pkey, follows_kept and follow_counts_pkey.
     */
    static final String RESTORE_FOLLOWS = """
            with outgoing as materialized (
                select follower_id, followed_id, state
                from follows
                where follower_id = $1 and followed_id > $2
                order by followed_id
                limit $4
            ), incoming as materialized (
                select follower_id, followed_id, state
                from follows
                where followed_id = $1 and follower_id > $3 and (state = 'suspended' or mutes_since is not null)
                order by follower_id
                limit $4
            ), restored as (
                update follows
                set state = 'following'
                from (
                    select one.follower_id, one.followed_id, one.state
                    from (
                        select follower_id, followed_id, state, followed_id as other_id from outgoing
                        union all
                        select follower_id, followed_id, state, follower_id from incoming
                    ) as one
                    join users u on u.id = one.other_id
                    where one.state = 'suspended' and u.suspended_at is null and u.erased_at is null
                    order by one.follower_id, one.followed_id
                ) as chosen
                where follows.follower_id = chosen.follower_id
                    and follows.followed_id = chosen.followed_id
                    and chosen.follower_id + 0 = chosen.follower_id
                    and follows.state = chosen.state
                returning follows.follower_id, follows.followed_id, follows.since
            ), mirrored as (
                insert into followers (followed_id, since, follower_id)
                select followed_id, since, follower_id from restored
            ), moved as materialized (
                select user_id, sum(following)::bigint as following, sum(followers)::bigint as followers
                from (
                    select follower_id as user_id, 1 as following, 0 as followers from restored
                    union all
                    select followed_id, 0, 1 from restored
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
                    and case
                        when follow_counts.user_id = $1 then follow_counts.suspension = 'restoring'
                        else (follow_counts.suspension in ('suspending', 'suspended')) is not true
                    end
                returning follow_counts.user_id
            )
            select (select max(followed_id) from outgoing) as last_followed,
                (select max(follower_id) from incoming) as last_follower,
                1 / ((select count(*) from counted) = (select count(*) from moved))::int as every_count_moved
            """;

    /**
     * Ends what is to be done to restore the user $1, unless the user changed since $2: it may have been suspended and
     * released again meanwhile. Uses follow_counts_pkey and users_pkey.
     */
    static final String RESTORED = """
            update follow_counts
            set suspension = null
            where user_id = $1
                and suspension = 'restoring'
                and exists (select 1 from users where id = $1 and updated_at = $2)
            """;
}
