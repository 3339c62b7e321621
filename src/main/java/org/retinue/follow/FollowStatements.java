package org.retinue.follow;

import static org.retinue.database.Instants.instant;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.retinue.database.Retry;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;
import org.retinue.user.FollowCeiling;

/** Runs the statements of {@link FollowSql} for many pairs at a time and reads their rows. */
final class FollowStatements {

    private FollowStatements() {}

    /**
     * The result of a check.
     *
     * @param since the instant at which the follow began; null if there is no follow
     */
    record Check(boolean followerKnown, boolean followedKnown, Instant since) {

        Optional<Instant> since(Pair pair) {
            requireKnown(pair, followerKnown, followedKnown);
            return Optional.ofNullable(since);
        }
    }

    /** Checks pairs; returns one result per pair, in their order. */
    static Uni<List<Check>> check(SqlClient database, List<Pair> pairs) {
        String[] followers = pairs.stream().map(Pair::follower).toArray(String[]::new);
        String[] followed = pairs.stream().map(Pair::followed).toArray(String[]::new);
        return database.preparedQuery(FollowSql.CHECK)
                .execute(Tuple.of(followers, followed))
                .map(rows -> {
                    Check[] checks = new Check[pairs.size()];
                    for (Row row : rows) {
                        int index = row.getInteger(0) - 1;
                        Instant since = instant(row, "since");
                        if (checks[index] == null || since != null) {
                            checks[index] = new Check(row.getBoolean(1), row.getBoolean(2), since);
                        }
                    }
                    return List.of(checks);
                });
    }

    /**
     * Runs the commands of several callers in one statement, which commits. Commands for the same pair are equal. Committed
     * results are returned even if the retry of a stale command fails.
     */
    static Uni<List<ChangeResult>> changeAll(SqlClient database, List<Change> changes, FollowCeiling ceiling) {
        DistinctChanges distinct = new DistinctChanges(changes);
        return send(database, distinct.list(), ceiling)
                .chain(results -> withRetries(distinct.list(), results, stale -> retryStale(database, stale, ceiling)))
                .map(distinct::results);
    }

    private static Uni<List<ChangeResult>> retryStale(SqlClient database, List<Change> changes, FollowCeiling ceiling) {
        return Retry.transients(() -> send(database, changes, ceiling))
                .chain(results -> withRetries(changes, results, stale -> retryStale(database, stale, ceiling)))
                .onFailure()
                .recoverWithItem(failure -> Collections.nCopies(changes.size(), new ChangeResult.Failed(failure)));
    }

    /** Changes distinct pairs within a transaction, which the caller rolls back on failure. Retries stale commands. */
    static Uni<List<ChangeResult>> change(SqlClient transaction, List<Change> changes, FollowCeiling ceiling) {
        return send(transaction, changes, ceiling)
                .chain(results -> withRetries(changes, results, stale -> change(transaction, stale, ceiling)));
    }

    private static Uni<List<ChangeResult>> send(SqlClient database, List<Change> changes, FollowCeiling ceiling) {
        Tuple parameters = toTuple(changes);
        return database.preparedQuery(ceiling.isSet() ? FollowSql.CHANGE_WITHIN_LIMIT : FollowSql.CHANGE)
                .execute(ceiling.isSet() ? parameters.addLong(ceiling.most()) : parameters)
                .map(rows -> results(changes, rows, ceiling));
    }

    /** Replaces the results of stale commands by the results of a retry. */
    private static Uni<List<ChangeResult>> withRetries(
            List<Change> changes, List<ChangeResult> results, Function<List<Change>, Uni<List<ChangeResult>>> retry) {
        List<Integer> indexes = new ArrayList<>();
        List<Change> stale = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) instanceof ChangeResult.Overtaken) {
                indexes.add(i);
                stale.add(changes.get(i));
            }
        }
        if (stale.isEmpty()) {
            return Uni.createFrom().item(results);
        }
        return retry.apply(stale).map(retried -> {
            for (int i = 0; i < indexes.size(); i++) {
                results.set(indexes.get(i), retried.get(i));
            }
            return results;
        });
    }

    private static Tuple toTuple(List<Change> changes) {
        int size = changes.size();
        String[] followers = new String[size];
        String[] followed = new String[size];
        String[] actions = new String[size];
        OffsetDateTime[] since = new OffsetDateTime[size];
        for (int i = 0; i < size; i++) {
            Change change = changes.get(i);
            followers[i] = change.pair().follower();
            followed[i] = change.pair().followed();
            actions[i] = change.wish().label();
            since[i] = change.since() == null ? null : change.since().atOffset(ZoneOffset.UTC);
        }
        return Tuple.of(followers, followed, actions, since);
    }

    /**
     * The rows that the statement returns for a pair.
     *
     * @param changed what the pair became, and what is known of both users
     * @param there the existing row, if the pair did not change; null if there is none
     * @param back the row of the other direction; null if there is none
     */
    private record PairRows(Row changed, Row there, Row back) {

        FollowState before() {
            return state(there);
        }

        FollowState moved() {
            return state(changed);
        }

        private static FollowState state(Row row) {
            return row == null ? FollowState.NONE : FollowState.of(row.getString("state"));
        }
    }

    private static List<ChangeResult> results(List<Change> changes, RowSet<Row> rows, FollowCeiling ceiling) {
        int size = changes.size();
        Row[] changed = new Row[size];
        Row[] there = new Row[size];
        Row[] back = new Row[size];
        for (Row row : rows) {
            Row[] part =
                    switch (row.getString("part")) {
                        case "changed" -> changed;
                        case "there" -> there;
                        default -> back;
                    };
            part[row.getInteger("position") - 1] = row;
        }
        List<ChangeResult> results = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            results.add(result(changes.get(i), new PairRows(changed[i], there[i], back[i]), ceiling));
        }
        return results;
    }

    private static ChangeResult result(Change change, PairRows pairRows, FollowCeiling ceiling) {
        try {
            Row row = pairRows.changed;
            requireKnown(change.pair(), row.getBoolean("follower_known"), row.getBoolean("followed_known"));
            if (change.wish() != Wish.UNFOLLOW) {
                requireAllowed(change.pair(), pairRows);
                if (row.getBoolean("beyond_limit")) {
                    throw ceiling.reached(
                            change.pair().follower(), change.pair().followed());
                }
            }
        } catch (Problem refused) {
            return new ChangeResult.Refused(refused);
        }
        FollowState before = pairRows.before();
        FollowState moved = pairRows.moved();
        if (change.wish() == Wish.UNFOLLOW) {
            if (moved == FollowState.NONE && before != FollowState.NONE) {
                // Another transaction replaced the row after the snapshot, for example when it suspended the follow.
                return new ChangeResult.Overtaken();
            }
            return changed(change, pairRows, moved, FollowState.NONE, null);
        }
        if (moved != FollowState.NONE) {
            return changed(change, pairRows, FollowState.NONE, moved, instant(pairRows.changed, "since"));
        }
        if (before == FollowState.NONE) {
            // Another transaction inserted a row after the snapshot, for example a block.
            return new ChangeResult.Overtaken();
        }
        return changed(change, pairRows, before, before, instant(pairRows.there, "since"));
    }

    private static Changed changed(
            Change change, PairRows pairRows, FollowState before, FollowState after, Instant since) {
        Row back = pairRows.back;
        return new Changed(
                change.pair(),
                before,
                after,
                since,
                instant(pairRows.there == null ? pairRows.changed : pairRows.there, "mutes_since"),
                PairRows.state(back),
                back == null ? null : instant(back, "since"),
                back == null ? null : instant(back, "mutes_since"),
                pairRows.changed.getBoolean("asks_first"));
    }

    private static void requireAllowed(Pair pair, PairRows pairRows) {
        if (pairRows.changed.getBoolean("follower_suspended")) {
            throw Problem.suspended(pair.follower());
        }
        if (pairRows.changed.getBoolean("followed_suspended")) {
            throw Problem.suspended(pair.followed());
        }
        if (pairRows.there != null && pairRows.there.getBoolean("blocked")) {
            throw Problem.ofPair(
                    ProblemCode.BLOCKED,
                    "'" + pair.follower() + "' can't follow '" + pair.followed() + "': there is a block between them",
                    pair.follower(),
                    pair.followed());
        }
    }

    private static void requireKnown(Pair pair, boolean followerKnown, boolean followedKnown) {
        if (!followerKnown) {
            throw Problem.unknownUser(pair.follower());
        }
        if (!followedKnown) {
            throw Problem.unknownUser(pair.followed());
        }
    }
}
