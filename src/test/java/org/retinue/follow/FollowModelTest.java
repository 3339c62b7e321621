package org.retinue.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.BeforeTry;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.audit.AuditReport;
import org.retinue.erasure.ErasedNames;
import org.retinue.erasure.Erasures;
import org.retinue.page.Order;
import org.retinue.page.PageRequest;
import org.retinue.problem.Problem;
import org.retinue.user.UserDirectory;
import org.retinue.user.UserProfile;

/** Whatever happens in whatever order, the graph is what a model in memory is. */
class FollowModelTest {

    private static final List<String> NAMES = List.of("ann", "ben", "cat", "dan", "eve", "fay");

    private final FollowGraph graph = new FollowGraph(TestDatabase.pool());
    private final UserDirectory users = new UserDirectory(TestDatabase.pool());
    private final Erasures erasures = new Erasures(TestDatabase.pool(), ErasedNames.REUSABLE);

    /** Something that happens. */
    sealed interface Event {
        record Register(String user, boolean isPrivate) implements Event {}

        record Erase(String user) implements Event {}

        record SetPrivate(String user, boolean isPrivate) implements Event {}

        record Statement(List<Change> changes) implements Event {}

        record UnitOfWork(List<Change> changes) implements Event {}
    }

    @BeforeTry
    void emptyGraph() {
        TestDatabase.empty();
    }

    @Property(tries = 50, shrinking = ShrinkingMode.BOUNDED)
    void anySequenceOfEventsLeavesWhatTheModelSays(@ForAll("events") List<Event> events) {
        FollowModel model = new FollowModel();
        for (String name : NAMES.subList(0, 3)) {
            happen(new Event.Register(name, false), model);
        }
        for (Event event : events) {
            happen(event, model);
        }
        theGraphIs(model);
    }

    @Property(tries = 30, shrinking = ShrinkingMode.OFF)
    void concurrentCallersLeaveBothSidesEqual(@ForAll("callers") List<List<Event>> callers) {
        FollowModel nobody = new FollowModel();
        for (String name : NAMES.subList(0, 4)) {
            happen(new Event.Register(name, name.equals("dan")), nobody);
        }
        List<Uni<Void>> sequences = callers.stream().map(this::oneAfterTheOther).toList();
        Uni.join().all(sequences).andFailFast().await().indefinitely();
        theTruthsHold();
    }

    @Provide
    Arbitrary<List<Event>> events() {
        return Arbitraries.integers()
                .between(2, NAMES.size())
                .flatMap(size ->
                        event(NAMES.subList(0, size)).list().ofMinSize(5).ofMaxSize(40));
    }

    @Provide
    Arbitrary<List<List<Event>>> callers() {
        return event(NAMES.subList(0, 4))
                .list()
                .ofMinSize(5)
                .ofMaxSize(25)
                .list()
                .ofMinSize(2)
                .ofMaxSize(4);
    }

    private static Arbitrary<Event> event(List<String> names) {
        Arbitrary<String> name = Arbitraries.of(names);
        Arbitrary<Boolean> isPrivate = Arbitraries.of(true, false);
        return Arbitraries.frequencyOf(
                Tuple.of(1, Combinators.combine(name, isPrivate).as(Event.Register::new)),
                Tuple.of(1, name.map(Event.Erase::new)),
                Tuple.of(1, Combinators.combine(name, isPrivate).as(Event.SetPrivate::new)),
                Tuple.of(6, change(names, Wish.values()).list().ofSize(1).map(Event.Statement::new)),
                Tuple.of(
                        3,
                        change(names, Wish.values())
                                .list()
                                .ofMinSize(1)
                                .ofMaxSize(8)
                                .uniqueElements(Change::pair)
                                .map(Event.Statement::new)),
                Tuple.of(
                        3,
                        change(names, Wish.FOLLOW, Wish.UNFOLLOW)
                                .list()
                                .ofMaxSize(8)
                                .map(Event.UnitOfWork::new)));
    }

    private static Arbitrary<Change> change(List<String> names, Wish... wishes) {
        Arbitrary<String> name = Arbitraries.of(names);
        return Combinators.combine(name, name, Arbitraries.of(wishes))
                .as((follower, followed, wish) -> Change.of(new Pair(follower, followed), wish));
    }

    private void happen(Event event, FollowModel model) {
        if (event instanceof Event.Register register) {
            boolean isNew = !register(register).await().indefinitely().created().isEmpty();
            assertThat(isNew).isEqualTo(model.register(register.user(), register.isPrivate()));
        } else if (event instanceof Event.Erase erase) {
            boolean erased = erase(erase).await().indefinitely();
            assertThat(erased).isEqualTo(model.erase(erase.user()));
        } else if (event instanceof Event.SetPrivate change) {
            setPrivate(change).await().indefinitely();
            model.setPrivate(change.user(), change.isPrivate());
        } else if (event instanceof Event.Statement statement) {
            Optional<List<FollowOutcome>> expected = model.change(statement.changes());
            assertThat(outcomes(graph.change(statement.changes()))).isEqualTo(expected);
        } else if (event instanceof Event.UnitOfWork work) {
            workAsTheModelDoes(work.changes(), model);
        }
    }

    private void workAsTheModelDoes(List<Change> changes, FollowModel model) {
        FollowSession session = graph.session();
        Map<Pair, Wish> last = new LinkedHashMap<>();
        for (Change change : changes) {
            if (add(change, session)) {
                last.put(change.pair(), change.wish());
                boolean follows = change.wish() == Wish.FOLLOW;
                var other = session.user(change.pair().follower());
                assertThat(session.user(change.pair().followed())
                                .followers()
                                .contains(other)
                                .await()
                                .indefinitely())
                        .isEqualTo(follows);
            }
        }
        assertThat(session.pending()).isEqualTo(last.size());
        List<Change> net = new ArrayList<>();
        last.forEach((pair, wish) -> net.add(Change.of(pair, wish)));
        Optional<List<FollowOutcome>> expected = model.change(net);
        assertThat(outcomes(session.flush())).isEqualTo(expected);
        assertThat(session.pending()).isZero();
    }

    /** Adds it from one side or the other; false when nobody can. */
    private static boolean add(Change change, FollowSession session) {
        var follower = session.user(change.pair().follower());
        var followed = session.user(change.pair().followed());
        try {
            switch (change.wish()) {
                case FOLLOW, FOLLOWING -> follower.following().add(followed);
                case UNFOLLOW -> followed.followers().remove(follower);
            }
            return true;
        } catch (Problem self) {
            assertThat(follower).isSameAs(followed);
            return false;
        }
    }

    private Uni<Void> oneAfterTheOther(List<Event> events) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (Event event : events) {
            all = all.chain(() -> happen(event));
        }
        return all;
    }

    /** Whoever isn't there may be refused: nothing else may fail. */
    private Uni<Void> happen(Event event) {
        Uni<?> happens;
        if (event instanceof Event.Register register) {
            happens = register(register);
        } else if (event instanceof Event.Erase erase) {
            happens = erase(erase);
        } else if (event instanceof Event.SetPrivate change) {
            happens = setPrivate(change);
        } else if (event instanceof Event.Statement statement) {
            happens = graph.change(statement.changes());
        } else {
            FollowSession session = graph.session();
            ((Event.UnitOfWork) event).changes().forEach(change -> add(change, session));
            happens = session.flush();
        }
        return happens.replaceWithVoid().onFailure(Problem.class).recoverWithNull();
    }

    private Uni<UserDirectory.Registered> register(Event.Register event) {
        return users.register(List.of(new UserDirectory.Entry(event.user(), null, event.isPrivate())));
    }

    private Uni<Boolean> erase(Event.Erase event) {
        return erasures.erase(event.user())
                .replaceWith(true)
                .onFailure(Problem.class)
                .recoverWithItem(false);
    }

    private static Uni<?> setPrivate(Event.SetPrivate event) {
        return TestDatabase.pool()
                .preparedQuery("update users set private = $2 where username = $1")
                .execute(io.vertx.mutiny.sqlclient.Tuple.of(event.user(), event.isPrivate()));
    }

    private static Optional<List<FollowOutcome>> outcomes(Uni<List<Changed>> changed) {
        return changed.map(all -> Optional.of(all.stream().map(Changed::outcome).toList()))
                .onFailure(Problem.class)
                .recoverWithItem(Optional.empty())
                .await()
                .indefinitely();
    }

    private void theGraphIs(FollowModel model) {
        long follows = 0;
        List<String> known = NAMES.stream().filter(model::knows).toList();
        for (String user : known) {
            for (Order order : Order.values()) {
                PageRequest all =
                        PageRequest.parse("1000", order.name().toLowerCase(java.util.Locale.ROOT), null, null, null);
                FollowPage following = graph.following(user, all).await().indefinitely();
                FollowPage followers = graph.followers(user, all).await().indefinitely();
                assertThat(names(following)).isEqualTo(model.following(user, order));
                assertThat(names(followers)).isEqualTo(model.followers(user, order));
                assertThat(following.total()).isEqualTo(following.items().size());
                assertThat(followers.total()).isEqualTo(followers.items().size());
            }
            UserProfile profile = users.profile(user).await().indefinitely();
            assertThat(profile.followingCount())
                    .isEqualTo(model.following(user, Order.NEWEST).size());
            assertThat(profile.followersCount())
                    .isEqualTo(model.followers(user, Order.NEWEST).size());
            follows += profile.followingCount();
            for (String other : known) {
                Pair pair = new Pair(user, other);
                assertThat(graph.since(pair).await().indefinitely().isPresent())
                        .isEqualTo(model.state(pair) == FollowState.FOLLOWING);
            }
        }
        AuditReport report = Truths.hold();
        assertThat(report.users()).isEqualTo(known.size());
        assertThat(report.follows()).isEqualTo(follows);
    }

    /** Besides the audit, which works on ids: what callers see on one side is what they see on the other. */
    private void theTruthsHold() {
        Truths.hold();
        Map<String, FollowPage> following = new HashMap<>();
        Map<String, FollowPage> followers = new HashMap<>();
        for (String user : NAMES) {
            PageRequest all = PageRequest.first(PageRequest.MOST);
            graph.following(user, all)
                    .invoke(page -> following.put(user, page))
                    .chain(() -> graph.followers(user, all))
                    .invoke(page -> followers.put(user, page))
                    .onFailure(Problem.class)
                    .recoverWithNull()
                    .await()
                    .indefinitely();
        }
        TreeSet<String> one = new TreeSet<>();
        TreeSet<String> other = new TreeSet<>();
        following.forEach((user, page) ->
                page.items().forEach(item -> one.add(user + " > " + item.username() + " " + item.since())));
        followers.forEach((user, page) ->
                page.items().forEach(item -> other.add(item.username() + " > " + user + " " + item.since())));
        assertThat(one).isEqualTo(other);
    }

    private static List<String> names(FollowPage page) {
        return page.items().stream().map(FollowPages.Item::username).toList();
    }
}
