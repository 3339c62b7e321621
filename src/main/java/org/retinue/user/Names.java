package org.retinue.user;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.retinue.problem.Problem;

/** From names to users, and back to the names that are shown. */
public final class Names {

    private Names() {}

    /**
     * A user who was found by name.
     *
     * @param username the name
     * @param following how many it follows
     * @param followers how many follow it
     * @param begun the database's instant at the beginning of the transaction
     */
    public record Known(long id, String username, long following, long followers, Instant begun) {}

    /**
     * Finds users by their names.
     *
     * <p>Fails with {@code unknown-user} for the first who is not there.
     */
    public static Uni<Map<String, Known>> find(SqlClient database, Collection<String> usernames) {
        return database.preparedQuery(NamesSql.KNOWN)
                .execute(Tuple.of(usernames.stream().distinct().toArray(String[]::new)))
                .map(rows -> {
                    Map<String, Known> known = new HashMap<>();
                    rows.forEach(row -> known.put(row.getString("username"), known(row)));
                    for (String username : usernames) {
                        if (!known.containsKey(username)) {
                            throw Problem.unknownUser(username);
                        }
                    }
                    return known;
                });
    }

    private static Known known(Row row) {
        return new Known(
                row.getLong("id"),
                row.getString("username"),
                row.getLong("following"),
                row.getLong("followers"),
                row.get(OffsetDateTime.class, "begun").toInstant());
    }

    /** What is shown of the users with these ids; without those who are erased or suspended. */
    public static Uni<Map<Long, NamePage.Item>> of(SqlClient database, Collection<Long> ids) {
        if (ids.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return database.preparedQuery(NamesSql.SHOWN)
                .execute(Tuple.of(ids.toArray(Long[]::new)))
                .map(rows -> {
                    Map<Long, NamePage.Item> shown = new HashMap<>();
                    rows.forEach(row -> shown.put(
                            row.getLong("id"),
                            new NamePage.Item(row.getString("username"), row.getString("display_name"))));
                    return shown;
                });
    }
}
