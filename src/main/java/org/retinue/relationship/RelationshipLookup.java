package org.retinue.relationship;

import static org.retinue.database.Instants.instant;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowIterator;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.retinue.coalesce.Coalescer;
import org.retinue.coalesce.Limits;
import org.retinue.database.CancellableConnection;
import org.retinue.database.SqlFailure;
import org.retinue.follow.FollowState;
import org.retinue.follow.Pair;
import org.retinue.follow.Relationship;
import org.retinue.problem.Problem;

/** All that holds between one user and others. Callers that ask at the same time share one statement. */
@ApplicationScoped
public class RelationshipLookup {

    /** A call may ask of a thousand users by itself, and holds their names while it waits. */
    private static final Limits LIMITS = new Limits(2, 8, 20, 1_000, Limits.USUAL.deadline());

    private final Pool pool;
    private final Coalescer<Asked, Optional<Relationships>> lookups;

    private record Asked(String username, List<String> others) {}

    public RelationshipLookup(Pool pool) {
        this.pool = pool;
        this.lookups = new Coalescer<>("relationships", LIMITS, this::all, SqlFailure::verdict);
    }

    @PreDestroy
    void stop() {
        lookups.close();
    }

    /**
     * What holds between a user and others, as the user sees it.
     *
     * <p>Fails with {@code unknown-user} if there is no such user; of the others, those who don't exist are listed.
     *
     * @param others distinct
     */
    public Uni<Relationships> of(String username, List<String> others) {
        return lookups.submit(new Asked(username, others))
                .map(found -> found.orElseThrow(() -> Problem.unknownUser(username)));
    }

    private Uni<List<Optional<Relationships>>> all(List<Asked> asked) {
        List<String> usernames = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (Asked one : asked) {
            for (String other : one.others()) {
                usernames.add(one.username());
                others.add(other);
            }
        }
        return CancellableConnection.with(pool, connection -> connection
                        .preparedQuery(RelationshipSql.LOOKUP)
                        .execute(Tuple.of(usernames.toArray(String[]::new), others.toArray(String[]::new))))
                .map(rows -> answers(asked, rows));
    }

    private static List<Optional<Relationships>> answers(List<Asked> asked, RowSet<Row> rows) {
        RowIterator<Row> next = rows.iterator();
        List<Optional<Relationships>> answers = new ArrayList<>(asked.size());
        for (Asked one : asked) {
            boolean known = true;
            Relationships found = new Relationships(new ArrayList<>(), new ArrayList<>());
            for (String other : one.others()) {
                Row row = next.next();
                known = row.getBoolean("known");
                if (row.getBoolean("other_known")) {
                    found.items().add(relationship(new Pair(one.username(), other), row));
                } else {
                    found.unknown().add(other);
                }
            }
            answers.add(known ? Optional.of(found) : Optional.empty());
        }
        return answers;
    }

    private static Relationship relationship(Pair pair, Row row) {
        return Relationship.of(
                pair,
                FollowState.of(row.getString("state")),
                instant(row, "since"),
                FollowState.of(row.getString("back")),
                instant(row, "back_since"),
                instant(row, "blocks_since"),
                instant(row, "blocked_by_since"),
                instant(row, "mutes_since"));
    }
}
