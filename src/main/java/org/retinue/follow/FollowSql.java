package org.retinue.follow;

/** The statements of the follow graph, each with the indexes that it uses. {@link #CHANGE} follows and unfollows. */
final class FollowSql {

    private FollowSql() {}

    /**
     * Follows and unfollows: one pair or thousands, all of them or none. Both tables and both counts of each pair change
     * together, and only by what RETURNING reports, so that the counts are exact by construction.
     *
     * <p>Parameters, for distinct pairs: the followers' names $1, the followed users' names $2, the label of the
     * {@link Wish} for each $3, and the instant at which the follow began $4 (null: now).
     *
     * <p>Returns per pair a row with part {@code changed}: its position from 1, what the pair became, and what is known
     * of both users. A pair that did not change has a row with part {@code there} if it has a row in {@code follows}. A
     * follow has a row with part {@code back} if the other direction has a row.
     *
     * <p>If a follow finds no row, or an unfollow finds one, the row changed after the snapshot. The caller retries.
     *
     * <p>Locks rows in the order of their keys, edges before counts. Uses users_username_key, follows_pkey,
     * followers_pkey and follow_counts_pkey.
     */
    static final String CHANGE = change("", "", "", "false");

    /* The four parts by which the statement with a limit differs. */

    static final String BEYOND_LIMIT = """
            ), beyond_limit as materialized (
                -- The follows for which a user has no room, by its count in the snapshot; unfollows of the same statement
                -- make room first. If the snapshot is stale, the condition on the counts aborts the statement.
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
                            select position, follower_id, action = 'unfollow' as ends,
                                state is not distinct from 'following' and follower_id <> followed_id as begins,
                                false as follows, false as blocked
                            from pair
                            union all
                            select pair.position, pair.follower_id, null, null,
                                f.state is not distinct from 'following',
                                coalesce(f.blocks_since, f.blocked_by_since) is not null
                            from pair
                            join follows f on f.follower_id = pair.follower_id and f.followed_id = pair.followed_id
                        ) as part
                        group by position, follower_id
                    ) as wanted
                    join follow_counts c on c.user_id = wanted.follower_id
                    where wanted.step <> 0
                ) as planned
                where step > 0 and following > $5
            """;

    static final String ONLY_WITHIN_LIMIT = "and position not in (select position from beyond_limit)";

    static final String ONLY_IF_COUNT_WITHIN_LIMIT =
            "and (moved.following <= 0 or follow_counts.following + moved.following <= $5)";

    static final String IS_BEYOND_LIMIT = "position in (select position from beyond_limit)";

    /**
     * {@link #CHANGE} with a limit: a user may follow at most $5 users. It looks every pair up once more, which takes
     * 60 µs for one pair, so a service without a limit uses CHANGE. Uses follows_pkey and follow_counts_pkey for that.
     */
    static final String CHANGE_WITHIN_LIMIT =
            change(BEYOND_LIMIT, ONLY_WITHIN_LIMIT, ONLY_IF_COUNT_WITHIN_LIMIT, IS_BEYOND_LIMIT);

    /** The text of both statements; each argument is empty or the part that holds the limit. */
    private static String change(
            String beyondLimit, String onlyWithinLimit, String onlyIfCountWithinLimit, String isBeyondLimit) {
        return """
                with pair as materialized (
                    select asked.position, asked.action, coalesce(asked.since, now()) as since,
                        follower.id as follower_id, followed.id as followed_id, followed.private as asks_first,
                        follower.suspended_at is not null as follower_suspended,
                        followed.suspended_at is not null as followed_suspended,
                        case
                            when asked.action = 'unfollow'
                                or coalesce(follower.suspended_at, followed.suspended_at) is not null then null
                            when asked.action = 'follow' and followed.private then 'requested'
                            else 'following'
                        end::follow_state as state
                    from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[])
                        with ordinality as asked (follower, followed, action, since, position)
                    left join users follower on follower.username = asked.follower
                    left join users followed on followed.username = asked.followed
                %s), removed as (
                    -- Removes the row as it is now, even if it is newer than the snapshot. A follow never ends by an update: its row is
                    -- deleted, and a mute is inserted again below. So a row that follows now and in the snapshot is the same
                    -- follow. On Citus a delete reaches all shards, so it comes first and waits before it holds any lock.
                    delete from follows
                    using (
                        select follower_id, followed_id
                        from pair
                        where action = 'unfollow'
                        order by follower_id, followed_id
                    ) as unwanted
                    where follows.follower_id = unwanted.follower_id
                        and follows.followed_id = unwanted.followed_id
                        -- Always true, but taken for selective: the planner then looks rows up by key, in the order of the
                        -- list. Without it, it may scan a small table and lock rows in another order (LockOrderTest).
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
                    -- A row without a state, which holds a block or a mute, becomes a follow unless it holds a block. The
                    -- conflict is on the key, so a block is found even if it is newer than the snapshot.
                    insert into follows (follower_id, followed_id, since, state)
                    select follower_id, followed_id, since, state
                    from pair
                    where state is not null and follower_id <> followed_id
                        %s
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
                    -- Requests change no count but are included: a user that takes no requests is marked in its counts.
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
                    -- The counts decide what may be added, not the snapshot: an erased user has no counts, a
                    -- suspended user accepts no edge, a public user accepts no request, and the limit holds. If one count does
                    -- not accept its change, the statement fails below and is retried with a new snapshot. Counts are written
                    -- late, so that batches with the same celebrity wait for the shortest time.
                    update follow_counts
                    set following = follow_counts.following + moved.following,
                        followers = follow_counts.followers + moved.followers
                    from moved
                    where follow_counts.user_id = moved.user_id
                        and moved.user_id + 0 = moved.user_id
                        and ((follow_counts.suspension in ('suspending', 'suspended')) is not true or not moved.adds)
                        and (follow_counts.takes_requests is not false or not moved.asks)
                        %s
                    returning follow_counts.user_id
                ), mirrored as (
                    -- After the counts in the text, because Citus runs the parts in this order, each with new snapshots: a
                    -- transaction that has written a user's counts sees the mirror rows that were committed with them.
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
                    -- Inner joins, united below with the pairs: for a left join Citus would fetch the whole table
                    -- (ClusterPlanTest).
                    select outcome.position, 'there' as part, f.state, f.since, f.mutes_since, f.mutes_until,
                        coalesce(f.blocks_since, f.blocked_by_since) is not null as blocked
                    from outcome
                    join follows f on f.follower_id = outcome.follower_id and f.followed_id = outcome.followed_id
                    where outcome.changed is null
                    union all
                    select outcome.position, 'back', f.state, f.since, f.mutes_since, f.mutes_until, false
                    from outcome
                    join follows f on f.follower_id = outcome.followed_id and f.followed_id = outcome.follower_id
                    where outcome.action <> 'unfollow'
                )
                -- Division by zero (22012) aborts the statement if a count did not accept its change, or if fewer mirror rows
                -- than follows were removed: a request that was accepted after the snapshot has a mirror row outside of it.
                select position::int, part, state::text, since,
                    case when (mutes_until > now()) is not false then mutes_since end as mutes_since, blocked,
                    follower_known, followed_known, follower_suspended, followed_suspended, asks_first,
                    %s as beyond_limit,
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
                ) as result
                """.formatted(beyondLimit, onlyWithinLimit, onlyIfCountWithinLimit, isBeyondLimit);
    }

    /**
     * Checks whether the followers $1 follow the users $2, pair by pair. Returns a row per pair with its position from 1
     * and which of the two users exist, and a second row if the pair has a row in {@code follows}, with the instant at which the follow began
     * or null. Uses users_username_key and follows_pkey.
     */
    static final String CHECK = """
            with pair as materialized (
                select asked.position::int, follower.id as follower_id, followed.id as followed_id
                from unnest($1::text[], $2::text[]) with ordinality as asked (follower, followed, position)
                left join users follower on follower.username = asked.follower
                left join users followed on followed.username = asked.followed
            )
            -- No condition on the state: the planner could then choose follows_following, and read all follows of a follower.
            -- United instead of a left join, for which Citus would fetch the whole table.
            select position, follower_id is not null, followed_id is not null, null::timestamptz as since
            from pair
            union all
            select pair.position, true, true, case when f.state = 'following' then f.since end
            from pair
            join follows f on f.follower_id = pair.follower_id and f.followed_id = pair.followed_id
            """;

    /*
     * Pages. Parameters: the owner's name $1, the exclusive start of the page as since $2 and id $3, the bound of since at
     * its end $4, and the limit $5. Each returns a row per item with the total, in any order: the caller sorts them. An
     * empty page is one row without an item. An unknown owner has no row. The owner's id comes from a subquery, not from
     * a join: with a join the planner expects the edges of an average user, and would sort those of a celebrity.
     */

    /** The users that $1 follows, newest first. Uses follows_following backwards, and stops at the limit. */
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

    /** The users that $1 follows, oldest first. Uses follows_following, and stops at the limit. */
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

    /** The followers of $1, newest first. Uses followers_pkey backwards, and stops at the limit. */
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

    /** The followers of $1, oldest first. Uses followers_pkey, and stops at the limit. */
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
