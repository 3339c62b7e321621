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
     * How often each truth is broken among the users with ids from $1 up to and without $2, seen in one snapshot. A healthy graph
     * has zero everywhere. What should be there and is not is counted as a difference of inner joins, the form that a
     * distributed database can plan. Uses the primary keys.
     */
    static final String DRIFT = """
            with edge as materialized (
                select follower_id, followed_id, since, state
                from follows
                where follower_id >= $1 and follower_id < $2
            ), mirror as materialized (
                select followed_id, since, follower_id
                from followers
                where followed_id >= $1 and followed_id < $2
            ), account as materialized (
                select id from users where id >= $1 and id < $2 and erased_at is null
            ), tally as materialized (
                select user_id, following, followers from follow_counts where user_id >= $1 and user_id < $2
            ), counted_following as materialized (
                select follower_id as user_id, count(*) as edges from edge where state = 'following' group by follower_id
            ), counted_followers as materialized (
                select followed_id as user_id, count(*) as edges from mirror group by followed_id
            )
            select
                (select count(*) from account) as users,
                (select count(*) from edge where state = 'following') as follows,
                (select count(*) from edge where state = 'following')
                    - (select count(*)
                        from edge
                        join followers m on m.followed_id = edge.followed_id
                            and m.since = edge.since and m.follower_id = edge.follower_id
                        where edge.state = 'following') as follows_without_follower,
                (select count(*) from mirror)
                    - (select count(*)
                        from mirror
                        join follows f on f.follower_id = mirror.follower_id
                            and f.followed_id = mirror.followed_id
                        where f.since = mirror.since and f.state = 'following') as followers_without_follow,
                (select count(*)
                    from tally
                    left join counted_following c on c.user_id = tally.user_id
                    where tally.following <> coalesce(c.edges, 0)) as following_counts,
                (select count(*)
                    from tally
                    left join counted_followers c on c.user_id = tally.user_id
                    where tally.followers <> coalesce(c.edges, 0)) as followers_counts,
                (select count(*) from account)
                    - (select count(*) from account join tally on tally.user_id = account.id) as users_without_counts,
                (select count(*) from tally)
                    - (select count(*) from tally join account on account.id = tally.user_id) as counts_without_user,
                (select count(*) from edge)
                    - (select count(*)
                        from edge
                        join users follower on follower.id = edge.follower_id and follower.erased_at is null
                        join users followed on followed.id = edge.followed_id and followed.erased_at is null)
                    as edges_without_user
            """;
}
