package org.retinue.audit;

/** The truths of the graph, as one statement. */
final class AuditSql {

    private AuditSql() {}

    /** Where the chunk that starts at the id $1 ends, $2 users later: the id after it, or null for the last chunk. */
    static final String CHUNK_END = """
            select max(id) + 1 as chunk_end
            from (select id from users where id >= $1 order by id limit $2) as chunk
            having count(*) = $2
            """;

    /**
     * For the transaction around {@link #DRIFT}: an edge's other side is looked up by its key. After an import the
     * statistics may still tell of empty tables, and the planner would compare each with each. It may take its time.
     */
    static final String BY_KEYS =
            "set local enable_hashjoin = off; set local enable_mergejoin = off; set local statement_timeout = 0";

    /**
     * How often each truth is broken among the users with ids from $1 up to and without $2, seen in one snapshot. A
     * healthy graph has zero everywhere. What a user has and what it should have are added up, rather than joined; what
     * should be on the other side and is not is counted as a difference of inner joins: forms that are cheap whatever the
     * statistics say, and that a distributed database can plan. Uses the primary keys, follows_requests, follows_kept and
     * follow_counts_suspensions.
     */
    static final String DRIFT = """
            with edge as materialized (
                select follower_id, followed_id, since, state, blocks_since, blocked_by_since
                from follows
                where follower_id >= $1 and follower_id < $2
            ), mirror as materialized (
                select followed_id, since, follower_id
                from followers
                where followed_id >= $1 and followed_id < $2
            ), unfinished as materialized (
                select user_id from follow_counts where suspension in ('suspending', 'restoring')
            ), account as materialized (
                select user_id,
                    sum(users) as users, sum(tallies) as tallies, sum(edges) as edges,
                    sum(shown) as shown, sum(suspended) as suspended,
                    sum(following) as following, sum(following_tally) as following_tally,
                    sum(followers) as followers, sum(followers_tally) as followers_tally
                from (
                    select id as user_id, 1 as users, 0 as tallies, 0 as edges, 0 as shown, 0 as suspended,
                        0 as following, 0 as following_tally, 0 as followers, 0 as followers_tally
                    from users
                    where id >= $1 and id < $2 and erased_at is null
                    union all
                    select user_id, 0, 1, 0, 0, coalesce((suspension = 'suspended')::int, 0), 0, following, 0, followers
                    from follow_counts
                    where user_id >= $1 and user_id < $2
                    union all
                    select follower_id, 0, 0, 1, (state in ('following', 'requested'))::int, 0,
                        (state = 'following')::int, 0, 0, 0
                    from edge
                    union all
                    select followed_id, 0, 0, 1, 1, 0, 0, 0, 1, 0
                    from mirror
                    union all
                    select followed_id, 0, 0, 1, 1, 0, 0, 0, 0, 0
                    from follows
                    where followed_id >= $1 and followed_id < $2 and state = 'requested'
                    union all
                    select followed_id, 0, 0, 1, 0, 0, 0, 0, 0, 0
                    from follows
                    where followed_id >= $1 and followed_id < $2 and (state = 'suspended' or mutes_since is not null)
                ) as item
                group by user_id
            )
            select
                coalesce(sum(users), 0)::bigint as users,
                coalesce(sum(following), 0)::bigint as follows,
                (select count(*) from edge where state = 'following')
                    - (select count(*)
                        from edge
                        join followers m on m.followed_id = edge.followed_id
                            and m.since = edge.since and m.follower_id = edge.follower_id
                        where edge.state = 'following') as follows_without_follower,
                (select count(*) from mirror)
                    - (select count(*)
                        from mirror
                        join follows f on f.follower_id = mirror.follower_id and f.followed_id = mirror.followed_id
                        where f.since = mirror.since and f.state = 'following') as followers_without_follow,
                count(*) filter (where tallies > 0 and following_tally <> following) as following_counts,
                count(*) filter (where tallies > 0 and followers_tally <> followers) as followers_counts,
                count(*) filter (where users > 0 and tallies = 0) as users_without_counts,
                count(*) filter (where users = 0 and tallies > 0) as counts_without_user,
                coalesce(sum(edges) filter (
                    where users = 0 and user_id not in (select user_id from erasures where phase is not null)),
                    0)::bigint as edges_without_user,
                (select count(*) from edge where coalesce(blocks_since, blocked_by_since) is not null)
                    - (select count(*)
                        from edge
                        join follows back on back.follower_id = edge.followed_id and back.followed_id = edge.follower_id
                        where coalesce(edge.blocks_since, edge.blocked_by_since) is not null
                            and back.blocked_by_since is not distinct from edge.blocks_since
                            and back.blocks_since is not distinct from edge.blocked_by_since) as blocks_on_one_side,
                (select count(*)
                    from edge
                    join follows back on back.follower_id = edge.followed_id and back.followed_id = edge.follower_id
                    where coalesce(edge.blocks_since, edge.blocked_by_since) is not null
                        and back.state is not null) as follows_across_blocks,
                coalesce(sum(shown) filter (where suspended > 0), 0)::bigint as follows_of_suspended,
                (select count(*)
                    from edge
                    join users follower on follower.id = edge.follower_id
                    join users followed on followed.id = edge.followed_id
                    where edge.state = 'suspended'
                        and coalesce(follower.suspended_at, follower.erased_at) is null
                        and coalesce(followed.suspended_at, followed.erased_at) is null
                        and edge.follower_id not in (select user_id from unfinished)
                        and edge.followed_id not in (select user_id from unfinished)) as follows_not_restored
            from account
            """;
}
