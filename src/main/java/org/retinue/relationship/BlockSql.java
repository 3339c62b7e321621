package org.retinue.relationship;

/**
 * Every statement about blocks, each beside the index it uses.
 *
 * <p>What changes the graph keeps to the rules of {@code FollowSql.CHANGE}: edges in the order of their keys, then counts
 * in the order of ids; counts by what RETURNING reports, and written as they are where nothing is counted, so that
 * nothing is left with an erased user; a follow ends by its row being deleted; mirror rows after the counts, in the text;
 * and a division by zero where the snapshot was overtaken.
 *
 * <p>A row that is looked up by its key is not asked for a state in so many words: the planner would take a partial index
 * for it, and read all requests to a user for one of them.
 */
final class BlockSql {

    private BlockSql() {}

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
            ), side as materialized (
                select blocker_id as follower_id, blocked_id as followed_id, true as blocks from pair
                union all
                select blocked_id, blocker_id, false from pair
            ), standing as materialized (
                select f.follower_id, f.followed_id, f.state, f.blocks_since, f.blocked_by_since
                from side
                join follows f on f.follower_id = side.follower_id and f.followed_id = side.followed_id
            ), wanted as materialized (
                select side.follower_id, side.followed_id, side.blocks, f.follower_id is not null as there,
                    f.state as before
                from side
                left join standing f on f.follower_id = side.follower_id and f.followed_id = side.followed_id
                where side.follower_id <> side.followed_id
                    and case when side.blocks then f.blocks_since else f.blocked_by_since end is null
            ), ended as materialized (
                delete from follows
                using (
                    select follower_id, followed_id, before from wanted where there order by follower_id, followed_id
                ) as seen
                where follows.follower_id = seen.follower_id
                    and follows.followed_id = seen.followed_id
                    and seen.follower_id + 0 = seen.follower_id
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
                    and moved.user_id + 0 = moved.user_id
                returning follow_counts.user_id
            ), unmirrored as (
                delete from followers
                using ended
                where ended.state = 'following'
                    and followers.followed_id = ended.followed_id
                    and followers.since = ended.since
                    and followers.follower_id = ended.follower_id
            )
            select blocker_id is not null as known, blocked_id is not null as other_known,
                (select count(*) from wanted where blocks) as changed,
                coalesce(f.blocks_since, now()) as since,
                1 / ((select count(*) from written) = (select count(*) from wanted)
                    and (select count(*) from counted) = (select count(*) from moved))::int as all_done
            from pair
            left join standing f on f.follower_id = pair.blocker_id and f.followed_id = pair.blocked_id
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
                    and seen.follower_id + 0 = seen.follower_id
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
                    and moved.user_id + 0 = moved.user_id
                returning follow_counts.user_id
            )
            select blocker_id is not null as known, blocked_id is not null as other_known,
                1 / ((select count(*) from ended) = (select count(*) from wanted)
                    and (select count(*) from counted) = (select count(*) from moved))::int as all_done
            from pair
            """;

    /*
     * Pages, as in FollowSql, but without a total: these are not counted.
     */

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
}
