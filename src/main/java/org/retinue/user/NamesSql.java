package org.retinue.user;

/** How names lead to users and users to names, each statement beside the index it uses. */
final class NamesSql {

    private NamesSql() {}

    /**
     * The users of the names $1, with their counts and the instant at which the transaction began; no row for who is not
     * there. Uses users_username_key and follow_counts_pkey.
     */
    static final String KNOWN = """
            select u.username, u.id, c.following, c.followers, now() as begun
            from unnest($1::text[]) as asked (username)
            join users u on u.username = asked.username
            join follow_counts c on c.user_id = u.id
            """;

    /** The names of the users $1, without those who are erased or suspended. Uses users_pkey. */
    static final String SHOWN = """
            select id, username, display_name
            from users
            where id = any($1::bigint[]) and username is not null and suspended_at is null
            """;
}
