package org.retinue.relationship;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.retinue.Caller;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.follow.FollowState;
import org.retinue.follow.Pair;
import org.retinue.relationship.RelationshipModel.Act;

/**
 * What each action does from each state of a pair, over REST: the whole table, generated, each cell with a pair of users
 * of its own, whose state is put into the database and compared with the model's after the action.
 */
@QuarkusTest
class RelationshipTableTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** As many as a cluster, where they take turns, answers in time. */
    private static final int AT_ONCE = TestDatabase.isDistributed() ? 12 : 200;

    /** A state of a pair, both directions, seen from the one who acts. */
    private record State(
            RelationshipModel.Row mine,
            RelationshipModel.Row back,
            boolean isPrivate,
            boolean otherPrivate,
            boolean suspended,
            boolean otherSuspended) {

        boolean canBe() {
            boolean follows = mine.state() != FollowState.NONE || back.state() != FollowState.NONE;
            boolean anySuspended = suspended || otherSuspended;
            return !(follows && (mine.blocks() || back.blocks()))
                    && canBe(mine.state(), otherPrivate, anySuspended)
                    && canBe(back.state(), isPrivate, anySuspended)
                    // what is left out: combinations that have nothing to do with each other
                    && !(isPrivate && otherPrivate)
                    && !(anySuspended && (mine.mutes() != back.mutes() || (!isPrivate && !otherPrivate)));
        }

        private static boolean canBe(FollowState state, boolean isAsked, boolean anySuspended) {
            return switch (state) {
                case NONE -> true;
                case REQUESTED -> isAsked && !anySuspended;
                case FOLLOWING -> !anySuspended;
                case SUSPENDED -> anySuspended;
            };
        }
    }

    /** An action in a state, on users of their own. */
    private record Cell(State state, Act act, String one, String other, RelationshipModel model) {

        @Override
        public String toString() {
            return act + " in " + state;
        }
    }

    @Test
    void everyActionDoesInEveryStateWhatTheModelSays() throws Exception {
        TestDatabase.empty();
        List<Cell> cells = cells();
        assertThat(cells).hasSizeGreaterThan(2_000);
        put(cells);
        Truths.hold();

        SoftAssertions all = new SoftAssertions();
        List<Integer> answers = statuses(cells.stream()
                .map(cell -> RelationshipRest.call(cell.act, cell.one, cell.other))
                .toList());
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            all.assertThat(answers.get(i)).as("%s", cell).isEqualTo(cell.model.act(cell.act, cell.one, cell.other));
        }
        theRowsAreTheModels(cells, all);
        theAnswersAreTheModels(cells, all);
        all.assertAll();
        Truths.hold();
    }

    private static List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (State state : states()) {
            for (Act act : Act.values()) {
                String number = String.format("%05d", cells.size());
                RelationshipModel model = new RelationshipModel();
                String one = "one" + number;
                String other = "other" + number;
                model.register(one, state.isPrivate, state.suspended);
                model.register(other, state.otherPrivate, state.otherSuspended);
                model.put(new Pair(one, other), state.mine);
                model.put(new Pair(other, one), state.back);
                cells.add(new Cell(state, act, one, other, model));
            }
        }
        return cells;
    }

    private static List<State> states() {
        List<State> states = new ArrayList<>();
        for (RelationshipModel.Row mine : rows()) {
            for (RelationshipModel.Row back : rows()) {
                for (int flags = 0; flags < 16; flags++) {
                    states.add(new State(
                            mine, back, (flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0, (flags & 8) != 0));
                }
            }
        }
        states.removeIf(state -> !state.canBe());
        return states;
    }

    private static List<RelationshipModel.Row> rows() {
        List<RelationshipModel.Row> rows = new ArrayList<>();
        for (FollowState state : FollowState.values()) {
            for (int flags = 0; flags < 4; flags++) {
                rows.add(new RelationshipModel.Row(state, (flags & 1) != 0, (flags & 2) != 0));
            }
        }
        return rows;
    }

    /** By hand, so that a state does not depend on the actions that lead to it. */
    private static void put(List<Cell> cells) {
        List<Tuple> users = new ArrayList<>();
        List<Tuple> rows = new ArrayList<>();
        for (Cell cell : cells) {
            State state = cell.state;
            users.add(Tuple.of(cell.one, state.isPrivate, state.suspended));
            users.add(Tuple.of(cell.other, state.otherPrivate, state.otherSuspended));
            addRow(rows, cell.one, cell.other, state.mine, state.back);
            addRow(rows, cell.other, cell.one, state.back, state.mine);
        }
        TestDatabase.pool().preparedQuery("""
                        insert into users (username, private, suspended_at)
                        values ($1, $2, case when $3 then now() end)
                        """).executeBatch(users).await().indefinitely();
        TestDatabase.pool().preparedQuery("""
                        insert into follows (follower_id, followed_id, state, since, blocks_since, blocked_by_since, mutes_since)
                        select a.id, b.id, $3::text::follow_state, case when $3::text is not null then timestamptz '2026-01-01Z' end,
                            case when $4 then timestamptz '2026-01-01Z' end, case when $5 then timestamptz '2026-01-01Z' end,
                            case when $6 then timestamptz '2026-01-01Z' end
                        from users a, users b
                        where a.username = $1 and b.username = $2
                        """).executeBatch(rows).await().indefinitely();
        TestDatabase.sql("""
                insert into followers select followed_id, since, follower_id from follows where state = 'following';
                insert into follow_counts (user_id, following, followers, suspension)
                select id, coalesce(following, 0), coalesce(followers, 0),
                    case when suspended_at is not null then 'suspended' end
                from users
                left join (
                    select follower_id, count(*) as following from follows where state = 'following' group by follower_id
                ) as one on follower_id = id
                left join (
                    select followed_id, count(*) as followers from followers group by followed_id
                ) as other on followed_id = id;
                analyze
                """);
    }

    private static void addRow(
            List<Tuple> rows, String one, String other, RelationshipModel.Row row, RelationshipModel.Row back) {
        if (!row.equals(RelationshipModel.Row.NOTHING) || back.blocks()) {
            String state =
                    row.state() == FollowState.NONE ? null : row.state().name().toLowerCase(java.util.Locale.ROOT);
            rows.add(Tuple.tuple()
                    .addString(one)
                    .addString(other)
                    .addString(state)
                    .addBoolean(row.blocks())
                    .addBoolean(back.blocks())
                    .addBoolean(row.mutes()));
        }
    }

    private static void theRowsAreTheModels(List<Cell> cells, SoftAssertions all) {
        Map<String, String> table = RelationshipRows.all();
        for (Cell cell : cells) {
            Map<String, String> found = new TreeMap<>();
            for (String key : List.of(cell.one + " > " + cell.other, cell.other + " > " + cell.one)) {
                if (table.containsKey(key)) {
                    found.put(key, table.get(key));
                }
            }
            all.assertThat(found).as("%s", cell).isEqualTo(cell.model.table());
        }
        Set<String> known = new HashSet<>();
        cells.forEach(cell -> known.addAll(cell.model.table().keySet()));
        all.assertThat(table.keySet()).isEqualTo(known);
    }

    private static void theAnswersAreTheModels(List<Cell> cells, SoftAssertions all) throws JsonProcessingException {
        List<Cell> left = cells.stream().filter(cell -> cell.act != Act.ERASE).toList();
        List<String> questions =
                List.of("", "/following", "/followers", "/requests", "/blocks", "/mutes", "/relationships?with=");
        List<Caller.Call> calls = new ArrayList<>();
        for (Cell cell : left) {
            for (String question : questions) {
                calls.add(Caller.Call.of(
                        "GET", "/v1/users/" + cell.one + question + (question.endsWith("=") ? cell.other : "")));
            }
        }
        List<String> bodies = bodies(calls);
        for (int i = 0; i < left.size(); i++) {
            Cell cell = left.get(i);
            List<String> answers = bodies.subList(i * questions.size(), (i + 1) * questions.size());
            RelationshipModel model = cell.model;
            RelationshipModel.Row mine = model.row(cell.one, cell.other);
            RelationshipModel.Row back = model.row(cell.other, cell.one);
            JsonNode profile = MAPPER.readTree(answers.get(0));
            all.assertThat(List.of(
                            profile.path("followingCount").asInt(),
                            profile.path("followersCount").asInt(),
                            profile.path("private").asBoolean(),
                            profile.path("suspended").asBoolean()))
                    .as("%s", cell)
                    .isEqualTo(List.of(
                            mine.state() == FollowState.FOLLOWING ? 1 : 0,
                            back.state() == FollowState.FOLLOWING ? 1 : 0,
                            model.isPrivate(cell.one),
                            model.isSuspended(cell.one)));
            listed(all, cell, answers.get(1), mine.state() == FollowState.FOLLOWING);
            listed(all, cell, answers.get(2), back.state() == FollowState.FOLLOWING);
            listed(all, cell, answers.get(3), back.state() == FollowState.REQUESTED);
            listed(all, cell, answers.get(4), mine.blocks());
            listed(all, cell, answers.get(5), mine.mutes());
            related(all, cell, answers.get(6), mine, back);
        }
    }

    private static void listed(SoftAssertions all, Cell cell, String page, boolean expected)
            throws JsonProcessingException {
        JsonNode items = MAPPER.readTree(page).path("items");
        all.assertThat(items.findValuesAsText("username"))
                .as("%s: %s", cell, page)
                .isEqualTo(expected ? List.of(cell.other) : List.of());
    }

    private static void related(
            SoftAssertions all, Cell cell, String answer, RelationshipModel.Row mine, RelationshipModel.Row back)
            throws JsonProcessingException {
        JsonNode found = MAPPER.readTree(answer).path("items").path(0);
        Map<String, Boolean> expected = new TreeMap<>(Map.of(
                "following", mine.state() == FollowState.FOLLOWING,
                "requested", mine.state() == FollowState.REQUESTED,
                "followedBy", back.state() == FollowState.FOLLOWING,
                "requestedBy", back.state() == FollowState.REQUESTED,
                "blocking", mine.blocks(),
                "blockedBy", back.blocks(),
                "muting", mine.mutes()));
        expected.forEach((field, holds) -> {
            all.assertThat(found.path(field).asBoolean())
                    .as("%s of %s: %s", field, cell, answer)
                    .isEqualTo(holds);
            all.assertThat(found.has(field + "Since"))
                    .as("%sSince of %s: %s", field, cell, answer)
                    .isEqualTo(holds);
        });
    }

    private static List<Integer> statuses(List<Caller.Call> calls) {
        List<Integer> statuses = new ArrayList<>();
        for (int at = 0; at < calls.size(); at += AT_ONCE) {
            statuses.addAll(Caller.atOnce(calls.subList(at, Math.min(calls.size(), at + AT_ONCE))));
        }
        return statuses;
    }

    private static List<String> bodies(Collection<Caller.Call> calls) {
        List<Caller.Call> left = new ArrayList<>(calls);
        List<String> bodies = new ArrayList<>();
        for (int at = 0; at < left.size(); at += AT_ONCE) {
            left.subList(at, Math.min(left.size(), at + AT_ONCE)).stream()
                    .map(Caller::send)
                    .toList()
                    .forEach(answer -> bodies.add(answer.join().body()));
        }
        return bodies;
    }
}
