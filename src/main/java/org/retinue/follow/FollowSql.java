package org.retinue.follow;

/** Every statement about follows, each beside the index it uses. */
final class FollowSql {

    private FollowSql() {}

    /**
     * Changes the graph: follows and unfollows, one pair or thousands, as one statement and so all or nothing. Both
     * tables and both counts of every pair change together, and by no more than what RETURNING reports, so that the
     * counts are exact by construction.
     *
     * <p>Takes distinct pairs: the names of the followers $1 and followed $2, the {@link Wish} for each $3, and its
     * since $4, null for now. Returns a row for each, with its place from 1 and what it became ({@code changed}); and others
     * with what stands there if nothing changed ({@code there}) and what there is the other way ({@code back}), if anything.
     *
     * <p>A pair's row may be there without a state, for a block or a mute: a follow fills it, unless a block stands,
     * which it meets on the row's key, whatever its snapshot saw. What was there before is looked up afterwards, for
     * pairs that nothing changed. Where a follow finds nothing there, or an unfollow something, it came or went since the
     * snapshot, and who finds that sends it again.
     *
     * <p>The counts are written when everything else is done, and so are held for the shortest time: the counts of a
     * celebrity are what batches wait for each other at. Rows are locked in the order of their keys, edges before
     * counts, so that two of these don't wait for each other in a circle. It takes more than {@code order by}: of a small
     * table, the planner would read all, and lock the rows as they lie. {@code moved.user_id + 0 = moved.user_id} is true
     * of every row, and taken by the planner to be true of few: so it looks up each by its key, in the order of the list,
     * as in all statements that lock several rows (see LockOrderTest).
     *
     * <p>The counts say what may not be added to a user, whatever it was when its name was found: an erased user has none
     * left, a suspended one takes nothing, and one that is private no longer takes no requests. Then the statement fails
     * (22012, division by zero) and leaves nothing; sent again, it finds the user as it is. So that this holds for requests
     * too, which change no count, they write the counts as they are.
     *
     * <p>An unfollow removes the row as it is by then, and its mirror row as the snapshot saw it. A follow never ends by an
     * update: its row is deleted, and if a mute is to be kept, another one is inserted. So a row that follows, and did
     * in the snapshot, is the same follow, and its mirror row is in the snapshot too. A request that was accepted since has
     * one that is not: then fewer mirror rows are removed than follows, and the statement fails in the same way.
     *
     * <p>The mirror rows stand after the counts in the text. To PostgreSQL that is all the same; Citus runs the parts one
     * after the other, each with a snapshot of its own on each node. Whoever has written the counts of a user sees all that
     * was committed before with them, and so the mirror row of what it removes. And what removes comes before what adds: it goes
     * to all shards, and so waits until whoever did so before has ended, before anything is held.
     *
     * <p>What stands there is looked up by an inner join, and united with the pairs: for an outer one Citus would fetch the
     * whole table (see ClusterPlanTest).
     *
     * <p>Uses users_username_key, follows_pkey, followers_pkey and follow_counts_pkey.
     */
    static final String CHANGE = """
            with pair as materialized (
                select asked.position, asked.wish, coalesce(asked.since, now()) as since,
                    follower.id as follower_id, followed.id as followed_id, followed.private as asks_first,
                    follower.suspended_at is not null as follower_suspended,
                    followed.suspended_at is not null as followed_suspended,
                    case
                        when asked.wish = 'unfollow'
                            or coalesce(follower.suspended_at, followed.suspended_at) is not null then null
                        when asked.wish = 'follow' and followed.private then 'requested'
                        else 'following'
                    end::follow_state as state
                from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[])
                    with ordinality as asked (follower, followed, wish, since, position)
                left join users follower on follower.username = asked.follower
                left join users followed on followed.username = asked.followed
            ), removed as (
                delete from follows
                using (
                    select follower_id, followed_id
                    from pair
                    where wish = 'unfollow'
                    order by follower_id, followed_id
                ) as unwanted
                where follows.follower_id = unwanted.follower_id
                    and follows.followed_id = unwanted.followed_id
                    and unwanted.follower_id + 0 = unwanted.follower_id
                    and follows.state is not null
                returning follows.follower_id, follows.followed_id, follows.since, follows.state,
                    follows.mutes_since, follows.mutes_until
            ), kept as (
                insert into follows (follower_id, followed_id, mutes_since, mutes_until)
                select follower_id, followed_id, mutes_since, mutes_until
                from removed
                where mutes_since is not null
            ), added as (
                insert into follows (follower_id, followed_id, since, state)
                select follower_id, followed_id, since, state
                from pair
                where state is not null and follower_id <> followed_id
                order by follower_id, followed_id
                on conflict (follower_id, followed_id) do update
                set since = case when follows.state = 'suspended' then follows.since else excluded.since end,
                    state = excluded.state
                where follows.state in ('requested', 'suspended') and excluded.state = 'following'
                    or follows.state is null and follows.blocks_since is null and follows.blocked_by_since is null
                returning follower_id, followed_id, since, state, mutes_since, mutes_until
            ), changed as materialized (
                select follower_id, followed_id, since, state, mutes_since, mutes_until, true as adds,
                    (state = 'following')::int as step
                from added
                union all
                select follower_id, followed_id, since, state, mutes_since, mutes_until, false,
                    -(state = 'following')::int
                from removed
            ), moved as materialized (
                select user_id, sum(following)::bigint as following, sum(followers)::bigint as followers,
                    bool_or(adds) as adds, bool_or(asks) as asks
                from (
                    select follower_id as user_id, step as following, 0 as followers, adds, false as asks
                    from changed
                    union all
                    select followed_id, 0, step, adds, adds and state = 'requested'
                    from changed
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
                    and ((follow_counts.suspension in ('suspending', 'suspended')) is not true or not moved.adds)
                    and (follow_counts.takes_requests is not false or not moved.asks)
                returning follow_counts.user_id
            ), mirrored as (
                insert into followers (followed_id, since, follower_id)
                select followed_id, since, follower_id
                from added
                where state = 'following'
                returning follower_id
            ), unmirrored as (
                delete from followers
                using removed
                where followers.followed_id = removed.followed_id
                    and followers.since = removed.since
                    and followers.follower_id = removed.follower_id
                returning followers.follower_id
            ), outcome as materialized (
                select pair.*, changed.state as changed, changed.since as changed_since,
                    changed.mutes_since, changed.mutes_until
                from pair
                left join changed
                    on changed.follower_id = pair.follower_id and changed.followed_id = pair.followed_id
            ), seen as materialized (
                select outcome.position, 'there' as part, f.state, f.since, f.mutes_since, f.mutes_until,
                    coalesce(f.blocks_since, f.blocked_by_since) is not null as blocked
                from outcome
                join follows f on f.follower_id = outcome.follower_id and f.followed_id = outcome.followed_id
                where outcome.changed is null
                union all
                select outcome.position, 'back', f.state, f.since, f.mutes_since, f.mutes_until, false
                from outcome
                join follows f on f.follower_id = outcome.followed_id and f.followed_id = outcome.follower_id
                where outcome.wish <> 'unfollow'
            )
            select position::int, part, state::text, since,
                case when (mutes_until > now()) is not false then mutes_since end as mutes_since, blocked,
                follower_known, followed_known, follower_suspended, followed_suspended, asks_first,
                1 / ((select count(*) from counted) = (select count(*) from moved))::int as every_count_moved
            from (
                select position, 'changed' as part, changed as state, changed_since as since, mutes_since, mutes_until,
                    false as blocked, follower_id is not null as follower_known, followed_id is not null as followed_known,
                    follower_suspended, followed_suspended, asks_first
                from outcome
                where (select count(*) from mirrored) >= 0
                    and (select count(*) from seen) >= 0
                    and 1 / ((select count(*) from unmirrored)
                        = (select count(*) from removed where state = 'following'))::int = 1
                union all
                select position, part, state, since, mutes_since, mutes_until, blocked, null, null, null, null, null
                from seen
                offset 0
            ) as answer
            """;

    /**
     * {@link #CHANGE} where users may not follow more than $5. The follows that a user has no room for are known by its
     * count in the snapshot, those that end here making room first, and are left out ({@code beyond_ceiling}). That the
     * count is never more is seen to where it is written: a statement whose snapshot is overtaken fails there and is sent
     * again. The ceiling costs a lookup of every pair, which CHANGE does without.
     *
     * <p>Uses follows_pkey and follow_counts_pkey beyond what CHANGE uses.
     */
    static final String CHANGE_BELOW_CEILING = CHANGE.replace("), removed as (", """
                    ), beyond as materialized (
                        select position
                        from (
                            select wanted.position, wanted.step,
                                c.following + sum(wanted.step) over (
                                    partition by c.user_id order by wanted.step, wanted.position
                                ) as following
                            from (
                                select position, follower_id,
                                    case
                                        when bool_or(ends) then bool_or(follows)::int * -1
                                        else (bool_or(begins) and not bool_or(follows or blocked))::int
                                    end as step
                                from (
                                    select position, follower_id, wish = 'unfollow' as ends,
                                        state is not distinct from 'following' and follower_id <> followed_id as begins,
                                        false as follows, false as blocked
                                    from pair
                                    union all
                                    select pair.position, pair.follower_id, null, null,
                                        f.state is not distinct from 'following',
                                        coalesce(f.blocks_since, f.blocked_by_since) is not null
                                    from pair
                                    join follows f
                                        on f.follower_id = pair.follower_id and f.followed_id = pair.followed_id
                                ) as part
                                group by position, follower_id
                            ) as wanted
                            join follow_counts c on c.user_id = wanted.follower_id
                            where wanted.step <> 0
                        ) as reckoned
                        where step > 0 and following > $5
                    ), removed as (""")
            .replace("where state is not null and follower_id <> followed_id", """
                    where state is not null and follower_id <> followed_id
                        and position not in (select position from beyond)""")
            .replace("and (follow_counts.takes_requests is not false or not moved.asks)", """
                    and (follow_counts.takes_requests is not false or not moved.asks)
                    and (moved.following <= 0 or follow_counts.following + moved.following <= $5)""")
            .replace("1 / ((select count(*) from counted)", """
                    position in (select position from beyond) as beyond_ceiling,
                    1 / ((select count(*) from counted)""");

    /**
     * What the followers $1 are to the followed $2, pair by pair: a row for each, with its place from 1 and which of the
     * two exist; and another one where a row of the two is there, with since when it follows. Uses users_username_key and
     * follows_pkey: not asked for the state, or the planner could take follows_following, and read all that a follower
     * follows.
     *
     * <p>United, and not joined from outside, for which Citus would fetch all of follows: see {@link #CHANGE}.
     */
    static final String CHECK = """
            with pair as materialized (
                select asked.position::int, follower.id as follower_id, followed.id as followed_id
                from unnest($1::text[], $2::text[]) with ordinality as asked (follower, followed, position)
                left join users follower on follower.username = asked.follower
                left join users followed on followed.username = asked.followed
            )
            select position, follower_id is not null, followed_id is not null, null::timestamptz as since
            from pair
            union all
            select pair.position, true, true, case when f.state = 'following' then f.since end
            from pair
            join follows f on f.follower_id = pair.follower_id and f.followed_id = pair.followed_id
            """;

    /*
     * Pages. Each takes the name of the owner $1; the bounds of the page, since $2 and id $3 exclusive at its beginning,
     * since $4 at its end; and how many $5. Each returns a row per item with the total, in any order, since sorting them
     * here would read as if the edges were sorted; one row without an item when the page is empty; none when there is no
     * such owner. The owner's id comes from a subquery, not from a join: joined, the
     * planner would expect the edges of an average user, and sort those of a celebrity.
     */

    /** Whom $1 follows, newest first. Uses follows_following backwards, and stops at the limit. */
    static final String FOLLOWING_NEWEST = """
            with owner as materialized (
                select c.user_id, c.following as total
                from users u
                join follow_counts c on c.user_id = u.id
                where u.username = $1
            )
            select owner.total, item.since, item.id, u.username, u.display_name
            from owner
            left join (
                select since, followed_id as id
                from follows
                where follower_id = (select user_id from owner) and state = 'following'
                    and (since, followed_id) < ($2, $3) and since >= $4
                order by since desc, followed_id desc
                limit $5
            ) as item on true
            left join users u on u.id = item.id
            """;

    /** Whom $1 follows, oldest first. Uses follows_following, and stops at the limit. */
    static final String FOLLOWING_OLDEST = """
            with owner as materialized (
                select c.user_id, c.following as total
                from users u
                join follow_counts c on c.user_id = u.id
                where u.username = $1
            )
            select owner.total, item.since, item.id, u.username, u.display_name
            from owner
            left join (
                select since, followed_id as id
                from follows
                where follower_id = (select user_id from owner) and state = 'following'
                    and (since, followed_id) > ($2, $3) and since < $4
                order by since, followed_id
                limit $5
            ) as item on true
            left join users u on u.id = item.id
            """;

    /** Who follows $1, newest first. Uses followers_pkey backwards, and stops at the limit. */
    static final String FOLLOWERS_NEWEST = """
            with owner as materialized (
                select c.user_id, c.followers as total
                from users u
                join follow_counts c on c.user_id = u.id
                where u.username = $1
            )
            select owner.total, item.since, item.id, u.username, u.display_name
            from owner
            left join (
                select since, follower_id as id
                from followers
                where followed_id = (select user_id from owner)
                    and (since, follower_id) < ($2, $3) and since >= $4
                order by since desc, follower_id desc
                limit $5
            ) as item on true
            left join users u on u.id = item.id
            """;

    /** Who follows $1, oldest first. Uses followers_pkey, and stops at the limit. */
    static final String FOLLOWERS_OLDEST = """
            with owner as materialized (
                select c.user_id, c.followers as total
                from users u
                join follow_counts c on c.user_id = u.id
                where u.username = $1
            )
            select owner.total, item.since, item.id, u.username, u.display_name
            from owner
            left join (
                select since, follower_id as id
                from followers
                where followed_id = (select user_id from owner)
                    and (since, follower_id) > ($2, $3) and since < $4
                order by since, follower_id
                limit $5
            ) as item on true
            left join users u on u.id = item.id
            """;
}
