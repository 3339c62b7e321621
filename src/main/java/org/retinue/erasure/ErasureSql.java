package org.retinue.erasure;

/** Every statement about erasures, each beside the index it uses. */
final class ErasureSql {

    private ErasureSql() {}

    /**
     * Makes the user $1 one that no name leads to, and begins the erasure of the id $2 of what it leaves in the graph, to
     * be held by the service $3 for $4 seconds; if $5 says so, keeps a hash of the name. If $6 is not null, it
     * has to hold the instant at which the user was last updated. Returns the id of the user: also
     * if another erased it, or gave it another name, while this waited, and nothing began. No row for a user who is not
     * there.
     *
     * <p>From here on no statement can add an edge of this user: it would find no counts to write, and fail (see
     * FollowSql.CHANGE). One that came before has its edges committed by the time the counts are gone. The user comes before
     * its counts, as for all who change one, so that none of them waits for another in a circle. Uses
     * users_username_key, users_pkey and follow_counts_pkey.
     */
    static final String TOMBSTONE = """
            with target as materialized (
                select id from users where username = $1
            ), scrubbed as materialized (
                update users
                set username = null, display_name = null, private = false, suspended_at = null,
                    created_at = now(), updated_at = now(), erased_at = now()
                from target
                where users.id = target.id and users.username = $1
                    -- checked again on the current row, if another transaction has changed it meanwhile
                    and ($6::timestamptz[] is null or users.updated_at = any($6))
                returning users.id
            ), ended as (
                delete from follow_counts
                where user_id = (select id from scrubbed)
            ), remembered as (
                insert into erased_names (hash)
                select sha256((select secret from erased_names_secret) || convert_to($1, 'UTF8'))
                from scrubbed
                where $5
                on conflict do nothing
            ), begun as (
                insert into erasures (id, user_id, holder, held_until)
                select $2, id, $3, now() + make_interval(secs => $4)
                from scrubbed
            )
            select id as user_id from target
            """;

    /** The erasure of the user of the id $1. Uses erasures_user_id_key. */
    static final String OF_USER = """
            select id, following, followers, requests, blocks, mutes, started_at, finished_at
            from erasures
            where user_id = $1
            """;

    /** The erasure of the id $1. Uses erasures_pkey. */
    static final String FIND = """
            select id, following, followers, requests, blocks, mutes, started_at, finished_at
            from erasures
            where id = $1
            """;

    /**
     * Takes up to $3 erasures that are not done and that no service holds any more, for the service $1 and $2 seconds.
     * Uses erasures_running.
     */
    static final String TAKE = """
            update erasures
            set holder = $1, held_until = now() + make_interval(secs => $2)
            where user_id in (
                    select user_id
                    from erasures
                    where phase is not null and held_until < now()
                    order by held_until
                    limit $3)
                and phase is not null
                and held_until < now()
            returning user_id
            """;

    /**
     * Removes up to $2 rows of what the erased user $1 leaves, and says how far that is. It goes through what the user has
     * towards others; its followers; the requests to it; and what else others have towards it, each by an ordered scan
     * after the place where the step before ended, so that what is removed already is not read again. A block is in the
     * rows of both directions, and is removed with the user's own.
     *
     * <p>In each, a row can only go: nobody can add one, since the user has no counts. But a suspension of the other one
     * may replace it, follow by suspended follow, so that it is not as the snapshot saw it: then the place stays, and the
     * next step finds what is there. What so leaves the followers is kept, which comes last.
     *
     * <p>A follower's own row may be missing: it was suspended since, or was never there, or on a cluster is committed with
     * its mirror row and not to be seen yet. Then its counts are written as they are, after which it is to be seen if there
     * is one, and a mirror row that has one stays for the next step.
     *
     * <p>Edges are locked by key, then the erasure, then counts by user, as in FollowSql.CHANGE. The others' counts change
     * by what RETURNING reports; who is being erased too has none. Two services that do this at once remove no row twice.
     * Holds the erasure for $4 more seconds, if the service $3 holds it. Returns no row when nothing is left to do.
     *
     * <p>Uses erasures_user_id_key, follows_pkey, followers_pkey, follows_requests, follows_kept and follow_counts_pkey.
     */
    static final String STEP = """
            with place as materialized (
                select phase, last_since, last_id from erasures where user_id = $1 and phase is not null
            ), chosen as materialized (
                (select follower_id, followed_id, timestamptz '-infinity' as since, followed_id as id,
                    coalesce(blocks_since, blocked_by_since) is not null as blocks
                from follows
                where (select phase from place) = 'following'
                    and follower_id = $1 and followed_id > (select last_id from place)
                order by followed_id
                limit $2)
                union all
                (select follower_id, followed_id, since, follower_id, false
                from followers
                where (select phase from place) = 'followers'
                    and followed_id = $1
                    and (since, follower_id) > ((select last_since from place), (select last_id from place))
                order by since, follower_id
                limit $2)
                union all
                (select follower_id, followed_id, since, follower_id, false
                from follows
                where (select phase from place) = 'requests'
                    and followed_id = $1 and state = 'requested'
                    and (since, follower_id) > ((select last_since from place), (select last_id from place))
                order by since, follower_id
                limit $2)
                union all
                (select follower_id, followed_id, timestamptz '-infinity', follower_id, false
                from follows
                where (select phase from place) = 'kept'
                    and followed_id = $1 and follower_id > (select last_id from place)
                    and (state = 'suspended' or mutes_since is not null)
                order by follower_id
                limit $2)
            ), doomed as materialized (
                select follower_id, followed_id from chosen
                union
                select followed_id, follower_id from chosen where blocks
            ), ended as materialized (
                delete from follows
                using (select follower_id, followed_id from doomed order by follower_id, followed_id) as seen
                where follows.follower_id = seen.follower_id
                    and follows.followed_id = seen.followed_id
                    and seen.follower_id + 0 = seen.follower_id
                returning follows.follower_id, follows.followed_id, follows.since, follows.state,
                    follows.blocks_since, follows.mutes_since
            ), lone as materialized (
                select follower_id, followed_id
                from chosen
                where (select phase from place) = 'followers'
                    and follower_id not in (select follower_id from ended where followed_id = $1)
            ), moved as materialized (
                select user_id, sum(following)::bigint as following, sum(followers)::bigint as followers
                from (
                    select follower_id as user_id, 1 as following, 0 as followers from ended where state = 'following'
                    union all
                    select followed_id, 0, 1 from ended where state = 'following'
                    union all
                    select follower_id, 0, 0 from lone
                ) as side
                where user_id <> $1
                group by user_id
                order by user_id
            ), counted as (
                update follow_counts
                set following = follow_counts.following - moved.following,
                    followers = follow_counts.followers - moved.followers
                from moved
                where follow_counts.user_id = moved.user_id
                    and moved.user_id + 0 = moved.user_id
            ), founded as materialized (
                select f.follower_id
                from lone
                join follows f on f.follower_id = lone.follower_id and f.followed_id = lone.followed_id
            ), unmirrored as (
                delete from followers
                using (
                    select followed_id, since, follower_id from ended where state = 'following'
                    union
                    select followed_id, since, follower_id
                    from chosen
                    where (select phase from place) = 'followers'
                        and follower_id not in (select follower_id from founded)
                ) as gone
                where followers.followed_id = gone.followed_id
                    and followers.since = gone.since
                    and followers.follower_id = gone.follower_id
            ), step as materialized (
                select now() as at, now() + make_interval(secs => $4) as until,
                    (select count(*) from ended) = (select count(*) from doomed) as all_gone,
                    (select count(*) from chosen) < $2 as at_end,
                    (select since from chosen order by since desc, id desc limit 1) as since,
                    (select id from chosen order by since desc, id desc limit 1) as id,
                    count(*) filter (where follower_id = $1 and state in ('following', 'suspended')) as following,
                    count(*) filter (where followed_id = $1 and state in ('following', 'suspended')) as followers,
                    count(*) filter (where state = 'requested') as requests,
                    count(*) filter (where blocks_since is not null) as blocks,
                    count(*) filter (where mutes_since is not null) as mutes
                from ended
            )
            update erasures
            set following = erasures.following + step.following,
                followers = erasures.followers + step.followers,
                requests = erasures.requests + step.requests,
                blocks = erasures.blocks + step.blocks,
                mutes = erasures.mutes + step.mutes,
                phase = case
                    when not (step.all_gone and step.at_end) or erasures.phase <> place.phase then erasures.phase
                    when place.phase = 'following' then 'followers'
                    when place.phase = 'followers' then 'requests'
                    when place.phase = 'requests' then 'kept'
                end,
                last_since = case
                    when not step.all_gone or erasures.phase <> place.phase then erasures.last_since
                    when step.at_end then '-infinity'
                    else step.since
                end,
                last_id = case
                    when not step.all_gone or erasures.phase <> place.phase then erasures.last_id
                    when step.at_end then 0
                    else step.id
                end,
                finished_at = case
                    when step.all_gone and step.at_end and place.phase = 'kept' then step.at
                end,
                held_until = case
                    when erasures.holder = $3 then step.until
                    else erasures.held_until
                end
            from step, place
            where erasures.user_id = $1 and erasures.phase is not null
            returning erasures.holder = $3 and erasures.phase is not null as goes_on, step.at_end
            """;
}
