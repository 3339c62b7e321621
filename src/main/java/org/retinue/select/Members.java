package org.retinue.select;

import static org.retinue.database.Instants.instant;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.retinue.select.UserSet.Kind;

/** Which of some users are in which sets of a selection, and since when. */
final class Members {

    private final Selection selection;
    private final Map<UserSet, Map<Long, Instant>> since = new HashMap<>();

    Members(Selection selection) {
        this.selection = selection;
        selection.sets().forEach(set -> since.put(set, new HashMap<>()));
    }

    void add(UserSet set, long id, Instant from) {
        if (from != null) {
            since.get(set).put(id, from);
        }
    }

    /** Since when a user is in a set; null when it is not. */
    Instant since(UserSet set, long id) {
        return since.get(set).get(id);
    }

    boolean belongs(long id) {
        return selection.expression().contains(set -> since(set, id) != null);
    }

    /** Looks users up in all sets but one: in at most two statements, a row by its key for each user and set. */
    Uni<Void> lookUp(SqlClient database, UserSet known, Collection<Long> ids) {
        List<UserSet> asked =
                selection.sets().stream().filter(set -> !set.equals(known)).toList();
        List<UserSet> followers =
                asked.stream().filter(set -> set.kind() == Kind.FOLLOWERS).toList();
        List<UserSet> others =
                asked.stream().filter(set -> set.kind() != Kind.FOLLOWERS).toList();
        Long[] users = ids.toArray(Long[]::new);
        return between(database, users, owners(followers))
                .invoke(rows -> rows.forEach(row -> read(row, followers, "followed_id", "follower_id")))
                .chain(() -> between(database, owners(others), users))
                .invoke(rows -> rows.forEach(row -> read(row, others, "follower_id", "followed_id")))
                .replaceWithVoid();
    }

    private static Uni<Iterable<Row>> between(SqlClient database, Long[] ones, Long[] others) {
        if (ones.length == 0 || others.length == 0) {
            return Uni.createFrom().item(List.of());
        }
        return database.preparedQuery(SelectSql.BETWEEN)
                .execute(Tuple.of(ones, others))
                .map(rows -> rows);
    }

    private Long[] owners(List<UserSet> sets) {
        return sets.stream().map(selection::owner).distinct().toArray(Long[]::new);
    }

    private void read(Row row, List<UserSet> sets, String owner, String member) {
        long ownerId = row.getLong(owner);
        long memberId = row.getLong(member);
        for (UserSet set : sets) {
            if (selection.owner(set) == ownerId) {
                add(set, memberId, instant(row, column(set.kind())));
            }
        }
    }

    private static String column(Kind kind) {
        return switch (kind) {
            case FOLLOWERS, FOLLOWING -> "following_since";
            case BLOCKS -> "blocks_since";
            case MUTES -> "mutes_since";
        };
    }
}
