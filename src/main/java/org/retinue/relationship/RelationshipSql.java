package org.retinue.relationship;

/** What holds between two users, for whoever of this package asks: each statement beside the index it uses. */
final class RelationshipSql {

    private RelationshipSql() {}

    /**
     * What holds between the users $1 and the others $2, pair by pair, both ways: a row for each, in their order. Uses
     * users_username_key, and follows_pkey twice. Not asked for a state, and united: see {@code FollowSql.CHECK}.
     */
    static final String LOOKUP = """
            with pair as materialized (
                select asked.position, one.id as one_id, other.id as other_id
                from unnest($1::text[], $2::text[]) with ordinality as asked (username, other, position)
                left join users one on one.username = asked.username
                left join users other on other.username = asked.other
            )
            select bool_or(one_id is not null) as known, bool_or(other_id is not null) as other_known,
                max(state) as state, max(since) as since,
                max(back) as back, max(back_since) as back_since,
                max(blocks_since) as blocks_since, max(blocked_by_since) as blocked_by_since,
                max(mutes_since) as mutes_since
            from (
                select position, one_id, other_id, null as state, null::timestamptz as since,
                    null as back, null::timestamptz as back_since, null::timestamptz as blocks_since,
                    null::timestamptz as blocked_by_since, null::timestamptz as mutes_since
                from pair
                union all
                select pair.position, null, null, f.state::text, f.since, null, null, f.blocks_since, f.blocked_by_since,
                    case when (f.mutes_until > now()) is not false then f.mutes_since end
                from pair
                join follows f on f.follower_id = pair.one_id and f.followed_id = pair.other_id
                union all
                select pair.position, null, null, null, null, f.state::text, f.since, null, null, null
                from pair
                join follows f on f.follower_id = pair.other_id and f.followed_id = pair.one_id
            ) as part
            group by position
            order by position
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
            left join (
                select *
                from follows
                where follower_id = (select one_id from pair) and followed_id = (select other_id from pair)
            ) as f on true
            """;
}
