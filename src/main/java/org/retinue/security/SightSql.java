package org.retinue.security;

/** What callers may see: each statement beside the index it uses. */
final class SightSql {

    private SightSql() {}

    /**
     * What the users $1 may see of the users $2, pair by pair: a row for each, with its place from 1. A user who does not
     * exist hides nothing and follows nobody. Uses users_username_key and follows_pkey: not asked for a state, see
     * {@code FollowSql.CHECK}, also for why it is united.
     */
    static final String LOOK = """
            with pair as materialized (
                select asked.position::int, viewer.id as viewer_id, owner.id as owner_id, owner.private
                from unnest($1::text[], $2::text[]) with ordinality as asked (viewer, owner, position)
                left join users viewer on viewer.username = asked.viewer
                left join users owner on owner.username = asked.owner
            )
            select position, bool_or(private) as private, bool_or(follows) as follows, bool_or(blocked) as blocked
            from (
                select position, coalesce(private, false) as private, false as follows, false as blocked
                from pair
                union all
                select pair.position, false, f.state is not distinct from 'following', f.blocked_by_since is not null
                from pair
                join follows f on f.follower_id = pair.viewer_id and f.followed_id = pair.owner_id
            ) as part
            group by position
            """;
}
