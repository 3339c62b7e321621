package org.retinue.audit;

/**
 * The truths of the graph: how to find where one is broken, a bounded piece of a table at a time, and how to mend it.
 * Each statement stands beside the index it uses.
 *
 * <p>What finds is a statement of its own, and so sees one snapshot: the truths hold in each, whatever is being written.
 * It says where it ended (kind null), how many rows it looked at, and of each broken truth of which kind it is. What
 * should be somewhere and is not is found as the difference to an inner join: a form that is cheap whatever the statistics
 * say, and that a distributed database can plan. "in" is asked whether it is true where it should be hashed, and not become
 * a join.
 */
final class AuditSql {

    private AuditSql() {}

    /**
     * For the transaction around these: what belongs to a row is looked up by its key. After an import the statistics
     * may still tell of empty tables, and the planner would compare each with each. It plans for the limit that is given: a
     * general plan expects a tenth of the table, which is too much to hash, and would go through a whole piece for each of
     * its rows. To compile a statement takes longer than to run it. It may take its time.
     */
    static final String BY_KEYS =
            "set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off; "
                    + "set local plan_cache_mode = force_custom_plan; set local jit = off; "
                    + "set local statement_timeout = 0";

    /**
     * What is wrong with the $3 rows of follows after the one from $1 to $2. A user whose erasure goes on still has
     * edges. Uses follows_pkey, followers_pkey, users_pkey, follow_counts_pkey and follow_counts_suspensions.
     */
    static final String FOLLOWS = """
            with edge as materialized (
                select follower_id, followed_id, since, state, blocks_since, blocked_by_since
                from follows
                where (follower_id, followed_id) > ($1, $2)
                order by follower_id, followed_id
                limit $3
            ), mirrored as materialized (
                select edge.follower_id, edge.followed_id
                from edge
                join followers m on m.followed_id = edge.followed_id
                    and m.since = edge.since and m.follower_id = edge.follower_id
                where edge.state = 'following'
            ), named as materialized (
                select follower_id as id from edge
                union
                select followed_id from edge
            ), person as materialized (
                select u.id, u.erased_at is not null as erased, u.suspended_at is not null as suspended
                from named
                join users u on u.id = named.id
            ), absent as materialized (
                select id
                from named
                where id not in (select id from person where not erased)
                    and id not in (select user_id from erasures where phase is not null)
            ), suspended as materialized (
                select person.id, c.suspension
                from person
                join follow_counts c on c.user_id = person.id
                where person.suspended
            ), quiet as materialized (
                select id from suspended where suspension = 'suspended'
            ), settled as materialized (
                select id
                from person
                where not erased and not suspended
                    and id not in (
                        select user_id from follow_counts where suspension in ('suspending', 'restoring'))
            ), back as materialized (
                select edge.follower_id, edge.followed_id, back.state,
                    back.blocked_by_since is not distinct from edge.blocks_since
                        and back.blocks_since is not distinct from edge.blocked_by_since as told
                from edge
                join follows back on back.follower_id = edge.followed_id and back.followed_id = edge.follower_id
                where coalesce(edge.blocks_since, edge.blocked_by_since) is not null
            )
            select null as kind, max(last.follower_id) as one_id, max(last.followed_id) as other_id,
                null::timestamptz as since,
                (select count(*) from edge) as looked_at,
                (select count(*) from edge where state = 'following') as counted
            from (select follower_id, followed_id from edge order by follower_id desc, followed_id desc limit 1) as last
            union all
            select 'followsWithoutFollower', follower_id, followed_id, since, 0, 0
            from edge
            where state = 'following' and (follower_id, followed_id) not in (select follower_id, followed_id from mirrored)
            union all
            select 'edgesWithoutUser', follower_id, followed_id, since, 0, 0
            from edge
            where (follower_id in (select id from absent)) is true or (followed_id in (select id from absent)) is true
            union all
            select 'blocksOnOneSide', follower_id, followed_id, since, 0, 0
            from edge
            where coalesce(blocks_since, blocked_by_since) is not null
                and (follower_id, followed_id) not in (select follower_id, followed_id from back where told)
            union all
            select 'followsAcrossBlocks', follower_id, followed_id, null, 0, 0
            from back
            where state is not null
            union all
            select 'followsOfSuspended', follower_id, followed_id, since, 0, 0
            from edge
            where state in ('following', 'requested')
                and ((follower_id in (select id from quiet)) is true or (followed_id in (select id from quiet)) is true)
            union all
            select 'followsNotRestored', follower_id, followed_id, since, 0, 0
            from edge
            where state = 'suspended'
                and (follower_id in (select id from settled)) is true and (followed_id in (select id from settled)) is true
            """;

    /**
     * What is wrong with the $4 rows of followers after the one of $1 since $2 by $3. Uses followers_pkey and
     * follows_pkey.
     */
    static final String FOLLOWERS = """
            with mirror as materialized (
                select followed_id, since, follower_id
                from followers
                where (followed_id, since, follower_id) > ($1, $2, $3)
                order by followed_id, since, follower_id
                limit $4
            ), founded as materialized (
                select mirror.followed_id, mirror.since, mirror.follower_id
                from mirror
                join follows f on f.follower_id = mirror.follower_id and f.followed_id = mirror.followed_id
                where f.since = mirror.since and f.state::text = 'following'
            )
            select null as kind, max(last.followed_id) as one_id, max(last.follower_id) as other_id,
                max(last.since) as since, (select count(*) from mirror) as looked_at, 0::bigint as counted
            from (
                select followed_id, since, follower_id
                from mirror
                order by followed_id desc, since desc, follower_id desc
                limit 1) as last
            union all
            select 'followersWithoutFollow', follower_id, followed_id, since, 0, 0
            from mirror
            where (followed_id, since, follower_id) not in (select followed_id, since, follower_id from founded)
            """;

    /**
     * Up to which id the users after the id $1 have $2 edges together by their counts, or a single one has more; null
     * when all that there are have fewer. Uses follow_counts_pkey.
     */
    static final String COUNTS_END = """
            select min(user_id) as last_id
            from (
                select user_id, sum(following + followers + 1) over (order by user_id) as edges
                from (
                    select user_id, following, followers
                    from follow_counts
                    where user_id > $1
                    order by user_id
                    limit $2
                ) as piece
            ) as upto
            where edges >= $2
            """;

    /**
     * What is wrong with the counts of the users with ids after $1 and up to $2. Uses users_pkey, follow_counts_pkey,
     * follows_following and followers_pkey.
     */
    static final String COUNTS = """
            with account as materialized (
                select user_id,
                    sum(users) as users, sum(tallies) as tallies,
                    sum(following) as following, sum(following_tally) as following_tally,
                    sum(followers) as followers, sum(followers_tally) as followers_tally
                from (
                    select id as user_id, 1 as users, 0 as tallies,
                        0 as following, 0 as following_tally, 0 as followers, 0 as followers_tally
                    from users
                    where id > $1 and id <= $2 and erased_at is null
                    union all
                    select user_id, 0, 1, 0, following, 0, followers
                    from follow_counts
                    where user_id > $1 and user_id <= $2
                    union all
                    select follower_id, 0, 0, count(*), 0, 0, 0
                    from follows
                    where follower_id > $1 and follower_id <= $2 and state = 'following'
                    group by follower_id
                    union all
                    select followed_id, 0, 0, 0, 0, count(*), 0
                    from followers
                    where followed_id > $1 and followed_id <= $2
                    group by followed_id
                ) as item
                group by user_id
            )
            select null as kind, 0::bigint as one_id, null::bigint as other_id, null::timestamptz as since,
                coalesce(sum(following + followers + 1), 0)::bigint as looked_at,
                coalesce(sum(users), 0)::bigint as counted
            from account
            union all
            select 'followingCounts', user_id, null, null, 0, 0
            from account
            where tallies > 0 and following_tally <> following
            union all
            select 'followersCounts', user_id, null, null, 0, 0
            from account
            where tallies > 0 and followers_tally <> followers
            union all
            select 'usersWithoutCounts', user_id, null, null, 0, 0
            from account
            where users > 0 and tallies = 0
            union all
            select 'countsWithoutUser', user_id, null, null, 0, 0
            from account
            where users = 0 and tallies > 0
            """;

    /*
     * Repairs: one after the other in one transaction, of which there is one at a time. It locks what it is about as all
     * that writes does: edges by key, then counts by user. Each then sees what is there now, and changes nothing that is
     * right.
     */

    /** Lets nobody else repair before this transaction has ended. */
    static final String ALONE = "update audits set only_one = only_one";

    /**
     * Holds the rows of follows between the users $1 and the users $2, pair by pair and both ways. Uses follows_pkey.
     */
    static final String HOLD_EDGES = """
            update follows
            set since = follows.since
            from (
                select one as follower_id, other as followed_id
                from unnest($1::bigint[], $2::bigint[]) as pair (one, other)
                union
                select other, one
                from unnest($1::bigint[], $2::bigint[]) as pair (one, other)
                order by 1, 2
            ) as seen
            where follows.follower_id = seen.follower_id
                and follows.followed_id = seen.followed_id
                and seen.follower_id + 0 = seen.follower_id
            """;

    /**
     * Makes the rows of follows between the users $1 and $2, both ways, what they should be: none with a user that is not
     * there; each block told on the other row too, as the blocker's own row has it; and no follow or request across
     * one. Returns the pairs of which it changed something. Uses follows_pkey, followers_pkey and users_pkey.
     */
    static final String MEND_EDGES = """
            with pair as materialized (
                select one as follower_id, other as followed_id
                from unnest($1::bigint[], $2::bigint[]) as asked (one, other)
                union
                select other, one
                from unnest($1::bigint[], $2::bigint[]) as asked (one, other)
            ), present as materialized (
                select u.id
                from users u
                where u.id = any($1::bigint[] || $2::bigint[])
                    and (u.erased_at is null or u.id in (select user_id from erasures where phase is not null))
            ), seen as materialized (
                select f.follower_id, f.followed_id, f.since, f.state, f.blocks_since, f.blocked_by_since,
                    f.mutes_since, f.mutes_until,
                    f.follower_id not in (select id from present)
                        or f.followed_id not in (select id from present) as absent
                from pair
                join follows f on f.follower_id = pair.follower_id and f.followed_id = pair.followed_id
            ), wanted as materialized (
                select mine.follower_id, mine.followed_id, mine.absent, mine.mutes_since, mine.mutes_until,
                    mine.blocks_since, back.blocks_since as blocked_by_since,
                    case when coalesce(mine.blocks_since, back.blocks_since) is null then mine.since end as since,
                    case when coalesce(mine.blocks_since, back.blocks_since) is null then mine.state end as state
                from seen mine
                left join seen back on back.follower_id = mine.followed_id and back.followed_id = mine.follower_id
                where mine.absent
                    or mine.blocked_by_since is distinct from back.blocks_since
                    or mine.state is not null and coalesce(mine.blocks_since, back.blocks_since) is not null
            ), ended as materialized (
                delete from follows
                using (select follower_id, followed_id from wanted order by follower_id, followed_id) as wrong
                where follows.follower_id = wrong.follower_id
                    and follows.followed_id = wrong.followed_id
                returning follows.follower_id, follows.followed_id, follows.since, follows.state
            ), written as (
                insert into follows (follower_id, followed_id, since, state, blocks_since, blocked_by_since,
                    mutes_since, mutes_until)
                select w.follower_id, w.followed_id, w.since, w.state, w.blocks_since, w.blocked_by_since,
                    w.mutes_since, w.mutes_until
                from wanted w
                join ended on ended.follower_id = w.follower_id and ended.followed_id = w.followed_id
                where not w.absent and num_nonnulls(w.state, w.blocks_since, w.blocked_by_since, w.mutes_since) > 0
            ), told as (
                insert into follows (follower_id, followed_id, blocked_by_since)
                select followed_id, follower_id, blocks_since
                from seen
                where not absent and blocks_since is not null
                    and (followed_id, follower_id) not in (select follower_id, followed_id from seen)
                on conflict do nothing
                returning follower_id, followed_id
            ), unmirrored as (
                delete from followers
                using ended
                where ended.state = 'following'
                    and followers.followed_id = ended.followed_id
                    and followers.since = ended.since
                    and followers.follower_id = ended.follower_id
                    and (ended.follower_id, ended.followed_id) not in (
                        select follower_id, followed_id from wanted where state = 'following' and not absent)
            )
            select follower_id as one_id, followed_id as other_id from ended
            union all
            select follower_id, followed_id from told
            """;

    /**
     * Makes followers what follows says of the pairs $1 and $2; of the rows that are too many, it takes away those since
     * $3. Returns the pairs of which it changed something. Uses follows_pkey and followers_pkey.
     */
    static final String MEND_FOLLOWERS = """
            with edge as materialized (
                select f.follower_id, f.followed_id, f.since
                from (select distinct one, other from unnest($1::bigint[], $2::bigint[]) as asked (one, other)) as pair
                join follows f on f.follower_id = pair.one and f.followed_id = pair.other
                where f.state::text = 'following'
            ), removed as (
                delete from followers
                using unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) as asked (one, other, since)
                where followers.followed_id = asked.other
                    and followers.since = asked.since
                    and followers.follower_id = asked.one
                    and (followers.followed_id, followers.since, followers.follower_id) not in (
                        select followed_id, since, follower_id from edge)
                returning followers.follower_id, followers.followed_id
            ), added as (
                insert into followers (followed_id, since, follower_id)
                select followed_id, since, follower_id from edge
                on conflict do nothing
                returning follower_id, followed_id
            )
            select follower_id as one_id, followed_id as other_id from removed
            union all
            select follower_id, followed_id from added
            """;

    /**
     * By how much the counts of the users $1 are short of their edges: those of whom they are, or are too high. It
     * counts in one snapshot, and holds nobody up, however many there are. All that writes changes edges and counts by
     * the same, so the difference stays what it is until the counts are held. Uses follow_counts_pkey, follows_following and
     * followers_pkey.
     */
    static final String WEIGH_COUNTS = """
            select user_id as one_id, null::bigint as other_id,
                sum(following)::bigint as following, sum(followers)::bigint as followers
            from (
                select user_id, -following as following, -followers as followers
                from follow_counts
                where user_id = any($1::bigint[])
                union all
                select follower_id, count(*), 0
                from follows
                where follower_id = any($1::bigint[]) and state = 'following'
                group by follower_id
                union all
                select followed_id, 0, count(*)
                from followers
                where followed_id = any($1::bigint[])
                group by followed_id
            ) as side
            group by user_id
            having sum(following) <> 0 or sum(followers) <> 0
            """;

    /** Holds the counts of the users $1. Uses follow_counts_pkey. */
    static final String HOLD_COUNTS = """
            update follow_counts
            set following = follow_counts.following
            from (select distinct id from unnest($1::bigint[]) as asked (id) order by id) as seen
            where follow_counts.user_id = seen.id
                and seen.id + 0 = seen.id
            """;

    /** Gives counts to those of the users $1 who have none, and takes them from who is not there. Uses users_pkey. */
    static final String MEND_ROWS_OF_COUNTS = """
            with present as materialized (
                select id from users where id = any($1::bigint[]) and erased_at is null
            ), added as (
                insert into follow_counts (user_id)
                select id from present
                on conflict do nothing
                returning user_id
            ), removed as (
                delete from follow_counts
                where user_id = any($1::bigint[]) and user_id not in (select id from present)
                returning user_id
            )
            select user_id as one_id, null::bigint as other_id from added
            union all
            select user_id, null from removed
            """;

    /**
     * Has the suspensions of the users $1, or their ends, gone on with: of those who are suspended, and of those who are
     * not and have follows that are set aside with another one of $2. Uses follow_counts_pkey, follows_pkey and users_pkey.
     */
    static final String MEND_SUSPENSIONS = """
            with aside as materialized (
                select f.follower_id
                from unnest($1::bigint[], $2::bigint[]) as pair (one, other)
                join follows f on f.follower_id = pair.one and f.followed_id = pair.other
                where f.state::text = 'suspended'
            ), free as materialized (
                select id
                from users
                where id = any($1::bigint[]) and suspended_at is null and erased_at is null
            )
            update follow_counts
            set suspension = case when suspension = 'suspended' then 'suspending' else 'restoring' end
            where user_id = any($1::bigint[] || $2::bigint[])
                and (suspension = 'suspended'
                    or suspension is null
                        and user_id in (select follower_id from aside)
                        and user_id in (select id from free))
            returning user_id as one_id, null::bigint as other_id
            """;

    /**
     * Changes the counts of the users $1 by $2 followed and $3 followers. Returns whose it changed. Uses
     * follow_counts_pkey.
     */
    static final String MEND_COUNTS = """
            update follow_counts
            set following = follow_counts.following + short.following,
                followers = follow_counts.followers + short.followers
            from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as short (user_id, following, followers)
            where follow_counts.user_id = short.user_id
            returning follow_counts.user_id as one_id, null::bigint as other_id
            """;

    /*
     * The audit that goes on in the background.
     */

    /**
     * Takes the audit for the service $1 and $2 seconds, or keeps it; no row if another has it. Returns where it is, and
     * whether it is due.
     */
    static final String TAKE = """
            update audits
            set holder = $1, held_until = now() + make_interval(secs => $2)
            from (select now()) as clock
            where holder = $1 or held_until < clock.now
            returning place, next_at <= clock.now as due
            """;

    /** The highest id of a user, by which the audit tells how far it is. Uses users_pkey. */
    static final String LAST_USER = "select coalesce(max(id), 0) as id from users";

    /** Keeps the place $2 to which the service $1 came, and goes on after $3 seconds. */
    static final String KEEP = """
            update audits
            set place = $2, next_at = now() + make_interval(secs => $3)
            where holder = $1
            """;
}
