package org.retinue.relationship;

/** What holds between two users, for whoever of this package asks: each statement beside the index it uses. */
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
}
