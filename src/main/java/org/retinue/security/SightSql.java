package org.retinue.security;

/** What callers may see: each statement beside the index it uses. */
final class SightSql {

    private SightSql() {}

    /**
     * What the users $1 may see of the users $2, pair by pair: a row for each, with its place from 1. A user who does not
     * exist hides nothing and follows nobody. Uses users_username_key and follows_pkey: not asked for a state, see
     * {@code FollowSql.CHECK}.
     */
    static final String LOOK = """
            select asked.position::int, coalesce(owner.private, false) as private,
                coalesce(f.state = 'following', false) as follows, f.blocked_by_since is not null as blocked
            from unnest($1::text[], $2::text[]) with ordinality as asked (viewer, owner, position)
            left join users viewer on viewer.username = asked.viewer
            left join users owner on owner.username = asked.owner
            left join follows f on f.follower_id = viewer.id and f.followed_id = owner.id
            """;
}
