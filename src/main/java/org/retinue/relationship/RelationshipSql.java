package org.retinue.relationship;

/**
 * Every statement about what holds between two users beside a follow, each beside the index it uses.
 *
 * <p>What changes the graph keeps to the rules of {@code FollowSql.CHANGE}: edges in the order of their keys, then counts
 * in the order of ids; counts by what RETURNING reports, and written as they are where nothing is counted, so that
 * nothing is left with an erased user; a follow ends by its row being deleted; and a division by zero where the snapshot
 * was overtaken.
 *
 * <p>A row that is looked up by its key is not asked for a state in so many words: the planner would take a partial index
 * for it, and read all requests to a user for one of them.
 */
final class RelationshipSql {

    private RelationshipSql() {}

    /**
     * What holds between the users $1 and the others $2, pair by pair, both ways: a row for each, in their order. Uses
     * users_username_key, and follows_pkey twice. Not asked for a state: see {@code FollowSql.CHECK}.
     */
    static final String LOOKUP = """
            select one.id is not null as known, other.id is not null as other_known,
                mine.state::text as state, mine.since,
                back.state::text as back, back.since as back_since,
                mine.blocks_since, mine.blocked_by_since,
                case when (mine.mutes_until > now()) is not false then mine.mutes_since end as mutes_since
            from unnest($1::text[], $2::text[]) with ordinality as asked (username, other, position)
            left join users one on one.username = asked.username
            left join users other on other.username = asked.other
            left join follows mine on mine.follower_id = one.id and mine.followed_id = other.id
            left join follows back on back.follower_id = other.id and back.followed_id = one.id
            order by asked.position
            """;

    /** What the user $1 has towards the user $2, if both exist. Uses users_username_key and follows_pkey. */
    static final String FIND = """
            with pair as materialized (
                select (select id from users where username = $1) as one_id,
                    (select id from users where username = $2) as other_id
            )
            select pair.one_id is not null as known, pair.other_id is not null as other_known,
                case when f.state = 'requested' then f.since end as requested_since,
                f.blocks_since,
                case when (f.mutes_until > now()) is not false then f.mutes_since end as mutes_since,
                f.mutes_until
            from pair
            left join follows f on f.follower_id = pair.one_id and f.followed_id = pair.other_id
            """;

    /**
     * Makes a follow of the request of the user $1 to the user $2. Uses users_username_key, follows_pkey and
     * follow_counts_pkey.
     */
    static final String ACCEPT = """
            with pair as materialized (
                select follower.id as follower_id, followed.id as followed_id,
                    follower.suspended_at is not null as suspended,
                    followed.suspended_at is not null as other_suspended,
                    'requested'::follow_state as awaited
                from (values ($1::text, $2::text)) as asked (follower, followed)
                left join users follower on follower.username = asked.follower
                left join users followed on followed.username = asked.followed
            ), accepted as (
                update follows
                set state = 'following', since = now()
                from pair
                where not pair.suspended
                    and not pair.other_suspended
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
                    and (follow_counts.suspension in ('suspending', 'suspended')) is not true
                returning follow_counts.user_id
            )
            select pair.follower_id is not null as known, pair.followed_id is not null as other_known,
                pair.suspended, pair.other_suspended,
                accepted.since as changed_since,
                f.state::text as state, f.since,
                1 / ((select count(*) from counted) = (select count(*) from moved))::int as every_count_moved
            from pair
            left join accepted on true
            left join follows f on f.follower_id = pair.follower_id and f.followed_id = pair.followed_id
            """;

    /**
     * Makes follows of the requests to the user $1, $2 of them, oldest first, without those of users who are suspended;
     * tells how many. Uses users_username_key, follows_requests, follows_pkey and follow_counts_pkey.
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
                    where u.suspended_at is null
                    order by asked.follower_id
                ) as one
                where follows.follower_id = one.follower_id
                    and follows.followed_id = one.followed_id
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
                    and (follow_counts.suspension in ('suspending', 'suspended')) is not true
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
                returning follow_counts.user_id
            )
            select follower_id is not null as known, followed_id is not null as other_known,
                1 / ((select count(*) from counted) = (select count(*) from moved))::int as every_count_moved
            from pair
            """;

    /**
     * Has the user $1 block the user $2: on the row of the one, and so that a follow back meets it, on the row of the
     * other. Ends what there is of follows and requests, both ways. Each row is replaced by another one, if it is as the
     * snapshot saw it; if one of them is not, the statement fails (22012) and leaves nothing. Uses users_username_key,
     * follows_pkey, followers_pkey and follow_counts_pkey.
     */
    static final String BLOCK = """
            with pair as materialized (
                select (select id from users where username = $1) as blocker_id,
                    (select id from users where username = $2) as blocked_id
            ), wanted as materialized (
                select side.follower_id, side.followed_id, side.blocks, f.follower_id is not null as there,
                    f.state as before
                from (
                    select blocker_id as follower_id, blocked_id as followed_id, true as blocks from pair
                    union all
                    select blocked_id, blocker_id, false from pair
                ) as side
                left join follows f on f.follower_id = side.follower_id and f.followed_id = side.followed_id
                where side.follower_id <> side.followed_id
                    and case when side.blocks then f.blocks_since else f.blocked_by_since end is null
            ), ended as materialized (
                delete from follows
                using (
                    select follower_id, followed_id, before from wanted where there order by follower_id, followed_id
                ) as seen
                where follows.follower_id = seen.follower_id
                    and follows.followed_id = seen.followed_id
                    and follows.state is not distinct from seen.before
                returning follows.follower_id, follows.followed_id, follows.state, follows.since,
                    follows.blocks_since, follows.blocked_by_since, follows.mutes_since, follows.mutes_until
            ), written as (
                insert into follows (
                    follower_id, followed_id, blocks_since, blocked_by_since, mutes_since, mutes_until)
                select wanted.follower_id, wanted.followed_id,
                    case when wanted.blocks then now() else ended.blocks_since end,
                    case when wanted.blocks then ended.blocked_by_since else now() end,
                    ended.mutes_since, ended.mutes_until
                from wanted
                left join ended
                    on ended.follower_id = wanted.follower_id and ended.followed_id = wanted.followed_id
                order by wanted.follower_id, wanted.followed_id
                on conflict do nothing
                returning follower_id
            ), unmirrored as (
                delete from followers
                using ended
                where ended.state = 'following'
                    and followers.followed_id = ended.followed_id
                    and followers.since = ended.since
                    and followers.follower_id = ended.follower_id
            ), moved as materialized (
                select user_id, sum(following)::bigint as following, sum(followers)::bigint as followers
                from (
                    select follower_id as user_id, 0 as following, 0 as followers from wanted
                    union all
                    select follower_id, 1, 0 from ended where state = 'following'
                    union all
                    select followed_id, 0, 1 from ended where state = 'following'
                ) as side
                group by user_id
                order by user_id
            ), counted as (
                update follow_counts
                set following = follow_counts.following - moved.following,
                    followers = follow_counts.followers - moved.followers
                from moved
                where follow_counts.user_id = moved.user_id
                returning follow_counts.user_id
            )
            select blocker_id is not null as known, blocked_id is not null as other_known,
                (select count(*) from wanted where blocks) as changed,
                coalesce(
                    (select f.blocks_since from follows f where f.follower_id = blocker_id and f.followed_id = blocked_id),
                    now()) as since,
                1 / ((select count(*) from written) = (select count(*) from wanted)
                    and (select count(*) from counted) = (select count(*) from moved))::int as all_done
            from pair
            """;

    /**
     * Ends the block of the user $2 by the user $1, and the rows that held nothing else. Restores nothing. Fails (22012)
     * when one of the rows is no longer what the snapshot saw. Uses users_username_key, follows_pkey and
     * follow_counts_pkey.
     */
    static final String UNBLOCK = """
            with pair as materialized (
                select (select id from users where username = $1) as blocker_id,
                    (select id from users where username = $2) as blocked_id
            ), wanted as materialized (
                select side.follower_id, side.followed_id, side.blocks
                from (
                    select blocker_id as follower_id, blocked_id as followed_id, true as blocks from pair
                    union all
                    select blocked_id, blocker_id, false from pair
                ) as side
                join follows f on f.follower_id = side.follower_id and f.followed_id = side.followed_id
                where case when side.blocks then f.blocks_since else f.blocked_by_since end is not null
            ), ended as materialized (
                delete from follows
                using (
                    select follower_id, followed_id, blocks from wanted order by follower_id, followed_id
                ) as seen
                where follows.follower_id = seen.follower_id
                    and follows.followed_id = seen.followed_id
                    and case when seen.blocks then follows.blocks_since else follows.blocked_by_since end is not null
                returning follows.follower_id, follows.followed_id,
                    case when not seen.blocks then follows.blocks_since end as blocks_since,
                    case when seen.blocks then follows.blocked_by_since end as blocked_by_since,
                    follows.mutes_since, follows.mutes_until
            ), kept as (
                insert into follows (
                    follower_id, followed_id, blocks_since, blocked_by_since, mutes_since, mutes_until)
                select follower_id, followed_id, blocks_since, blocked_by_since, mutes_since, mutes_until
                from ended
                where coalesce(blocks_since, blocked_by_since, mutes_since) is not null
            ), moved as materialized (
                select follower_id as user_id from wanted order by follower_id
            ), counted as (
                update follow_counts
                set following = follow_counts.following
                from moved
                where follow_counts.user_id = moved.user_id
                returning follow_counts.user_id
            )
            select blocker_id is not null as known, blocked_id is not null as other_known,
                1 / ((select count(*) from ended) = (select count(*) from wanted)
                    and (select count(*) from counted) = (select count(*) from moved))::int as all_done
            from pair
            """;

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
                        when follows.mutes_since is null or follows.mutes_until <= now() then excluded.mutes_since
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

    /** Whom $1 blocks, newest first. Uses follows_blocks backwards, and stops at the limit. */
    static final String BLOCKS_NEWEST = """
            with owner as materialized (
                select id from users where username = $1
            )
            select item.since, item.id, u.username, u.display_name
            from owner
            left join (
                select blocks_since as since, followed_id as id
                from follows
                where follower_id = (select id from owner) and blocks_since is not null
                    and (blocks_since, followed_id) < ($2, $3) and blocks_since >= $4
                order by blocks_since desc, followed_id desc
                limit $5
            ) as item on true
            left join users u on u.id = item.id
            """;

    /** Whom $1 blocks, oldest first. Uses follows_blocks, and stops at the limit. */
    static final String BLOCKS_OLDEST = """
            with owner as materialized (
                select id from users where username = $1
            )
            select item.since, item.id, u.username, u.display_name
            from owner
            left join (
                select blocks_since as since, followed_id as id
                from follows
                where follower_id = (select id from owner) and blocks_since is not null
                    and (blocks_since, followed_id) > ($2, $3) and blocks_since < $4
                order by blocks_since, followed_id
                limit $5
            ) as item on true
            left join users u on u.id = item.id
            """;

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
