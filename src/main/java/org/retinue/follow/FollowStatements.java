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

/** Sends the statements about pairs, many pairs at a time, and reads their answers. */
final class FollowStatements {

    private FollowStatements() {}

    /**
     * The answer to a check.
     *
     * @param since when the follow began; null when there is none
     */
    record Check(boolean followerKnown, boolean followedKnown, Instant since) {

        Optional<Instant> since(Pair pair) {
            requireKnown(pair, followerKnown, followedKnown);
            return Optional.ofNullable(since);
        }
    }

    /** What each pair is, in their order. */
    static Uni<List<Check>> check(SqlClient database, List<Pair> pairs) {
        String[] followers = pairs.stream().map(Pair::follower).toArray(String[]::new);
        String[] followed = pairs.stream().map(Pair::followed).toArray(String[]::new);
        return database.preparedQuery(FollowSql.CHECK)
                .execute(Tuple.of(followers, followed))
                .map(rows -> {
                    Check[] checks = new Check[pairs.size()];
                    for (Row row : rows) {
                        int place = row.getInteger(0) - 1;
                        Instant since = instant(row, "since");
                        if (checks[place] == null || since != null) {
                            checks[place] = new Check(row.getBoolean(1), row.getBoolean(2), since);
                        }
                    }
                    return List.of(checks);
                });
    }

    /**
     * Does what callers ask of pairs, in one statement; who ask of the same pair ask the same. It commits, so that what
     * it did is told, whatever becomes of those that are overtaken and sent again.
     */
    static Uni<List<ChangeResult>> changeAll(SqlClient database, List<Change> changes, FollowCeiling ceiling) {
        DistinctChanges distinct = new DistinctChanges(changes);
        return send(database, distinct.list(), ceiling)
                .chain(results ->
                        withOvertaken(distinct.list(), results, overtaken -> changeLater(database, overtaken, ceiling)))
                .map(distinct::results);
    }

    private static Uni<List<ChangeResult>> changeLater(
            SqlClient database, List<Change> changes, FollowCeiling ceiling) {
        return Retry.transients(() -> send(database, changes, ceiling))
                .chain(results ->
                        withOvertaken(changes, results, overtaken -> changeLater(database, overtaken, ceiling)))
                .onFailure()
                .recoverWithItem(failure -> Collections.nCopies(changes.size(), new ChangeResult.Failed(failure)));
    }

    /** Changes distinct pairs, in a transaction: if it fails, nothing is done. Sends again those that were overtaken. */
    static Uni<List<ChangeResult>> change(SqlClient transaction, List<Change> changes, FollowCeiling ceiling) {
        return send(transaction, changes, ceiling)
                .chain(results ->
                        withOvertaken(changes, results, overtaken -> change(transaction, overtaken, ceiling)));
    }

    private static Uni<List<ChangeResult>> send(SqlClient database, List<Change> changes, FollowCeiling ceiling) {
        Tuple parameters = toTuple(changes);
        return database.preparedQuery(ceiling.isSet() ? FollowSql.CHANGE_WITHIN_LIMIT : FollowSql.CHANGE)
                .execute(ceiling.isSet() ? parameters.addLong(ceiling.most()) : parameters)
                .map(rows -> results(changes, rows, ceiling));
    }

    /** The results of changes, those that were overtaken as they are when sent again. */
    private static Uni<List<ChangeResult>> withOvertaken(
            List<Change> changes,
            List<ChangeResult> results,
            Function<List<Change>, Uni<List<ChangeResult>>> sendAgain) {
        List<Integer> places = new ArrayList<>();
        List<Change> overtaken = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) instanceof ChangeResult.Overtaken) {
                places.add(i);
                overtaken.add(changes.get(i));
            }
        }
        if (overtaken.isEmpty()) {
            return Uni.createFrom().item(results);
        }
        return sendAgain.apply(overtaken).map(again -> {
            for (int i = 0; i < places.size(); i++) {
                results.set(places.get(i), again.get(i));
            }
            return results;
        });
    }

    private static Tuple toTuple(List<Change> changes) {
        int size = changes.size();
        String[] followers = new String[size];
        String[] followed = new String[size];
        String[] wishes = new String[size];
        OffsetDateTime[] since = new OffsetDateTime[size];
        for (int i = 0; i < size; i++) {
            Change change = changes.get(i);
            followers[i] = change.pair().follower();
            followed[i] = change.pair().followed();
            wishes[i] = change.wish().label();
            since[i] = change.since() == null ? null : change.since().atOffset(ZoneOffset.UTC);
        }
        return Tuple.of(followers, followed, wishes, since);
    }

    /**
     * What the statement tells of a pair.
     *
     * @param changed what it became, and who the two are
     * @param there what stands there, if nothing changed; null if nothing
     * @param back what there is the other way; null if nothing
     */
    private record Told(Row changed, Row there, Row back) {

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
            results.add(result(changes.get(i), new Told(changed[i], there[i], back[i]), ceiling));
        }
        return results;
    }

    private static ChangeResult result(Change change, Told told, FollowCeiling ceiling) {
        try {
            Row row = told.changed;
            requireKnown(change.pair(), row.getBoolean("follower_known"), row.getBoolean("followed_known"));
            if (change.wish() != Wish.UNFOLLOW) {
                requireAllowed(change.pair(), told);
                if (row.getBoolean("beyond_limit")) {
                    throw ceiling.reached(
                            change.pair().follower(), change.pair().followed());
                }
            }
        } catch (Problem refused) {
            return new ChangeResult.Refused(refused);
        }
        FollowState before = told.before();
        FollowState moved = told.moved();
        if (change.wish() == Wish.UNFOLLOW) {
            if (moved == FollowState.NONE && before != FollowState.NONE) {
                // Another row has taken the place of the one that was there, of a suspended follow perhaps.
                return new ChangeResult.Overtaken();
            }
            return changed(change, told, moved, FollowState.NONE, null);
        }
        if (moved != FollowState.NONE) {
            return changed(change, told, FollowState.NONE, moved, instant(told.changed, "since"));
        }
        if (before == FollowState.NONE) {
            // Another has put something there since, a block perhaps.
            return new ChangeResult.Overtaken();
        }
        return changed(change, told, before, before, instant(told.there, "since"));
    }

    private static Changed changed(Change change, Told told, FollowState before, FollowState after, Instant since) {
        Row back = told.back;
        return new Changed(
                change.pair(),
                before,
                after,
                since,
                instant(told.there == null ? told.changed : told.there, "mutes_since"),
                Told.state(back),
                back == null ? null : instant(back, "since"),
                back == null ? null : instant(back, "mutes_since"),
                told.changed.getBoolean("asks_first"));
    }

    private static void requireAllowed(Pair pair, Told told) {
        if (told.changed.getBoolean("follower_suspended")) {
            throw Problem.suspended(pair.follower());
        }
        if (told.changed.getBoolean("followed_suspended")) {
            throw Problem.suspended(pair.followed());
        }
        if (told.there != null && told.there.getBoolean("blocked")) {
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
