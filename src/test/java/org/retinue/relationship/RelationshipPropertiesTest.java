package org.retinue.relationship;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.BeforeTry;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.erasure.ErasedNames;
import org.retinue.erasure.Erasures;
import org.retinue.follow.FollowGraph;
import org.retinue.follow.FollowOutcome;
import org.retinue.follow.FollowPages;
import org.retinue.follow.FollowState;
import org.retinue.follow.Pair;
import org.retinue.page.PageRequest;
import org.retinue.problem.Problem;
import org.retinue.relationship.RelationshipModel.Act;
import org.retinue.suspension.Suspensions;
import org.retinue.user.UserDirectory;

/** Whatever two to five users do to each other in whatever order, what holds between them is what the model says. */
class RelationshipPropertiesTest {

    private static final List<String> NAMES = List.of("ann", "ben", "cat", "dan", "eve");

    /** Who is asked first. */
    private static final Set<String> PRIVATE = Set.of("ben", "dan");

    private static final List<Act> ACTS = List.of(
            Act.FOLLOW,
            Act.FOLLOW,
            Act.FOLLOW,
            Act.UNFOLLOW,
            Act.REMOVE_FOLLOWER,
            Act.ACCEPT,
            Act.ACCEPT,
            Act.REJECT,
            Act.BLOCK,
            Act.UNBLOCK,
            Act.UNBLOCK,
            Act.MUTE,
            Act.UNMUTE,
            Act.SUSPEND,
            Act.RESTORE,
            Act.RESTORE,
            Act.ERASE);

    private final FollowGraph graph = new FollowGraph(TestDatabase.pool());
    private final UserDirectory users = new UserDirectory(TestDatabase.pool());
    private final Erasures erasures = new Erasures(TestDatabase.pool(), ErasedNames.REUSABLE);
    private final Requests requests = new Requests(TestDatabase.pool());
    private final Blocks blocks = new Blocks(TestDatabase.pool());
    private final Mutes mutes = new Mutes(TestDatabase.pool());
    private final Suspensions suspensions = new Suspensions(TestDatabase.pool());

    /** One user does something to another. */
    record Event(Act act, String one, String other) {}

    @BeforeTry
    void emptyGraph() {
        TestDatabase.empty();
    }

    @Property(tries = 20, shrinking = ShrinkingMode.BOUNDED)
    void anySequenceLeavesWhatTheModelSays(@ForAll("events") List<Event> events) {
        RelationshipModel model = registered();
        for (Event event : events) {
            int status = happen(event).await().indefinitely();
            assertThat(status).as("%s", event).isEqualTo(model.act(event.act, event.one, event.other));
            if (event.act == Act.ERASE && status == 202) {
                register(event.one, model);
            }
        }
        assertThat(RelationshipRows.all()).isEqualTo(model.table());
        for (String user : NAMES) {
            assertThat(listed(user, true)).isEqualTo(model.to(user, FollowState.FOLLOWING));
            assertThat(listed(user, false)).isEqualTo(model.from(user, FollowState.FOLLOWING));
        }
        Truths.hold();
    }

    @Property(tries = 15, shrinking = ShrinkingMode.OFF)
    void concurrentCallersLeaveNoDriftAndNoFollowAcrossABlock(@ForAll("callers") List<List<Event>> callers) {
        registered();
        List<Uni<Void>> sequences = callers.stream().map(this::oneAfterTheOther).toList();
        Uni.join().all(sequences).andFailFast().await().indefinitely();
        Truths.hold();
        Map<String, String> rows = RelationshipRows.all();
        rows.forEach((pair, row) -> {
            if (row.contains("block")) {
                assertThat(row).as(pair).startsWith(FollowState.NONE.name());
            }
        });
    }

    @Provide
    Arbitrary<List<Event>> events() {
        return Arbitraries.integers()
                .between(2, NAMES.size())
                .flatMap(size ->
                        event(NAMES.subList(0, size)).list().ofMinSize(10).ofMaxSize(60));
    }

    @Provide
    Arbitrary<List<List<Event>>> callers() {
        return Arbitraries.integers().between(2, NAMES.size()).flatMap(size -> event(NAMES.subList(0, size))
                .list()
                .ofMinSize(10)
                .ofMaxSize(30)
                .list()
                .ofMinSize(3)
                .ofMaxSize(6));
    }

    private static Arbitrary<Event> event(List<String> names) {
        Arbitrary<String> name = Arbitraries.of(names);
        return Combinators.combine(Arbitraries.of(ACTS), name, name).as(Event::new);
    }

    private RelationshipModel registered() {
        RelationshipModel model = new RelationshipModel();
        NAMES.forEach(name -> register(name, model));
        return model;
    }

    private void register(String name, RelationshipModel model) {
        register(name).await().indefinitely();
        model.register(name, PRIVATE.contains(name), false);
    }

    private Uni<?> register(String name) {
        return users.register(List.of(new UserDirectory.Entry(name, null, PRIVATE.contains(name))));
    }

    private Uni<Void> oneAfterTheOther(List<Event> events) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (Event event : events) {
            all = all.chain(() -> happen(event))
                    .chain(status -> event.act == Act.ERASE
                            ? register(event.one)
                            : Uni.createFrom().voidItem())
                    .replaceWithVoid();
        }
        return all;
    }

    /** Does it; the answer is the HTTP status that it would have. */
    private Uni<Integer> happen(Event event) {
        String one = event.one;
        String other = event.other;
        Uni<Integer> status =
                switch (event.act) {
                    case FOLLOW -> graph.follow(new Pair(one, other)).map(changed -> status(changed.outcome()));
                    case UNFOLLOW -> graph.unfollow(new Pair(one, other)).replaceWith(204);
                    case REMOVE_FOLLOWER -> graph.unfollow(new Pair(other, one)).replaceWith(204);
                    case ACCEPT -> requests.accept(other, one).replaceWith(200);
                    case REJECT -> requests.reject(other, one).replaceWith(204);
                    case BLOCK -> blocks.block(one, other).map(block -> block.created() ? 201 : 200);
                    case UNBLOCK -> blocks.unblock(one, other).replaceWith(204);
                    case MUTE -> mutes.mute(one, other, Mutes.Until.FOR_EVER).replaceWith(200);
                    case UNMUTE -> mutes.unmute(one, other).replaceWith(204);
                    case SUSPEND -> suspensions.suspend(one).replaceWith(200);
                    case RESTORE -> suspensions.restore(one).replaceWith(200);
                    case ERASE -> erasures.erase(one).replaceWith(202);
                    case GO_PRIVATE, GO_PUBLIC -> throw new IllegalArgumentException(event.toString());
                };
        return status.onFailure(Problem.class)
                .recoverWithItem(problem -> problem.code().status());
    }

    private static int status(FollowOutcome outcome) {
        return switch (outcome) {
            case FOLLOWED -> 201;
            case REQUESTED, ALREADY_REQUESTED -> 202;
            case ALREADY_FOLLOWING -> 200;
            case UNFOLLOWED, WITHDRAWN, NOT_FOLLOWING -> throw new IllegalArgumentException(outcome.toString());
        };
    }

    private Set<String> listed(String user, boolean following) {
        PageRequest all = PageRequest.first(PageRequest.MOST);
        return (following ? graph.following(user, all) : graph.followers(user, all))
                .await().indefinitely().items().stream()
                        .map(FollowPages.Item::username)
                        .collect(Collectors.toSet());
    }
}
