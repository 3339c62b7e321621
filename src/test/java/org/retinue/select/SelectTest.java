package org.retinue.select;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.retinue.RandomGraph;
import org.retinue.TestDatabase;
import org.retinue.select.Combination.Operator;
import org.retinue.select.UserSet.Kind;
import org.retinue.user.NamePage;

/** A select is what plain arithmetic makes of the sets, page by page, whatever changes between the pages. */
class SelectTest {

    private static final int USERS = 10;
    private static final int DEPTH = 3;

    /** None of them is about how long a statement may take. */
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Selector selector = new Selector(TestDatabase.pool(), LONG, 100_000);

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void pagesPutTogetherAreWhatTheSetsSay(
            @ForAll("graphs") RandomGraph graph,
            @ForAll("expressions") Expression expression,
            @ForAll @IntRange(min = 1, max = 11) int limit) {
        graph.write();

        List<String> shown = new ArrayList<>();
        SelectPage page = fetch(selector, expression, limit, null);
        while (page.next() != null) {
            assertThat(page.items()).hasSize(limit);
            shown.addAll(names(page));
            page = fetch(selector, expression, limit, page.next());
            assertThat(page.items()).as("a page that was announced").isNotEmpty();
        }
        shown.addAll(names(page));

        assertThat(shown).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(names(graph, expression));
        assertThat(selector.count(expression).await().indefinitely()).isEqualTo(new SelectCount(shown.size(), true));
    }

    @Property(tries = 30, shrinking = ShrinkingMode.OFF)
    void shortOfBudgetItGoesOnFromPageToPage(
            @ForAll("graphs") RandomGraph graph, @ForAll("expressions") Expression expression) {
        graph.write();
        Selector thrifty = new Selector(TestDatabase.pool(), LONG, 1);

        List<String> shown = new ArrayList<>();
        String next = null;
        do {
            SelectPage page = fetch(thrifty, expression, 2, next);
            shown.addAll(names(page));
            next = page.next();
        } while (next != null);

        assertThat(shown).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(names(graph, expression));
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void whoBelongsThroughoutIsShownThoughTheGraphChanges(
            @ForAll("graphs") RandomGraph graph, @ForAll("expressions") Expression expression) {
        graph.write();
        boolean union = expression.toString().contains("|");
        Set<String> throughout = names(graph, expression);
        List<String> shown = new ArrayList<>();
        SelectPage page = fetch(selector, expression, 1, null);
        while (true) {
            assertThat(names(graph, expression)).containsAll(names(page));
            shown.addAll(names(page));
            if (page.next() == null) {
                break;
            }
            for (int i = 0; i < 5; i++) {
                Map<UserSet, Set<Integer>> before = sets(graph, expression);
                graph.change();
                // Looked at after each change: who left and came back does not belong throughout.
                throughout.retainAll(names(graph, expression));
                if (union) {
                    // Nor does a union promise to show who goes over from one of its sets to another.
                    throughout.removeAll(names(moved(before, sets(graph, expression))));
                }
            }
            graph.write();
            page = fetch(selector, expression, 1, page.next());
        }

        assertThat(shown).containsAll(throughout);
        assertThat(shown.stream().filter(throughout::contains)).doesNotHaveDuplicates();
    }

    private static Map<UserSet, Set<Integer>> sets(RandomGraph graph, Expression expression) {
        return expression.sets().stream().collect(Collectors.toMap(set -> set, set -> members(graph, set)));
    }

    /** Who is in a set and was not, or was and is not. */
    private static Set<Integer> moved(Map<UserSet, Set<Integer>> before, Map<UserSet, Set<Integer>> after) {
        Set<Integer> moved = new TreeSet<>();
        after.forEach((set, now) -> {
            now.stream().filter(user -> !before.get(set).contains(user)).forEach(moved::add);
            before.get(set).stream().filter(user -> !now.contains(user)).forEach(moved::add);
        });
        return moved;
    }

    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void mutualsFollowBothWaysAndKnownFollowersAreFollowedByTheOther(@ForAll("graphs") RandomGraph graph) {
        graph.write();
        for (int user = 0; user < 3; user++) {
            Set<Integer> mutuals = graph.following(user);
            mutuals.retainAll(graph.followers(user));
            assertThat(names(selector.mutuals(RandomGraph.name(user), 100, null)
                            .await()
                            .indefinitely()))
                    .containsExactlyInAnyOrderElementsOf(names(mutuals));

            Set<Integer> known = graph.followers(user);
            known.retainAll(graph.following(3));
            assertThat(names(selector.followersKnownTo(RandomGraph.name(user), RandomGraph.name(3), 100, null)
                            .await()
                            .indefinitely()))
                    .containsExactlyInAnyOrderElementsOf(names(known));
        }
    }

    private static SelectPage fetch(Selector selector, Expression expression, int limit, String cursor) {
        return selector.page(expression, limit, cursor).await().indefinitely();
    }

    private static List<String> names(SelectPage page) {
        return page.items().stream().map(NamePage.Item::username).toList();
    }

    private static Set<String> names(RandomGraph graph, Expression expression) {
        return names(members(graph, expression));
    }

    private static Set<String> names(Set<Integer> users) {
        return users.stream().map(RandomGraph::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Integer> members(RandomGraph graph, Expression expression) {
        if (expression instanceof UserSet set) {
            int user = Integer.parseInt(set.username().substring(1));
            return switch (set.kind()) {
                case FOLLOWERS -> graph.followers(user);
                case FOLLOWING -> graph.following(user);
                case BLOCKS -> graph.blocks(user);
                case MUTES -> graph.mutes(user);
            };
        }
        Combination made = (Combination) expression;
        Set<Integer> members = members(graph, made.left());
        switch (made.operator()) {
            case INTERSECTION -> members.retainAll(members(graph, made.right()));
            case UNION -> members.addAll(members(graph, made.right()));
            case DIFFERENCE -> members.removeAll(members(graph, made.right()));
        }
        return members;
    }

    @Provide
    Arbitrary<RandomGraph> graphs() {
        return Combinators.combine(Arbitraries.integers().between(20, 80), Arbitraries.longs())
                .as((density, seed) -> new RandomGraph(USERS, density, seed));
    }

    @Provide
    Arbitrary<Expression> expressions() {
        return expressions(DEPTH);
    }

    private static Arbitrary<Expression> expressions(int depth) {
        Arbitrary<Expression> set = Combinators.combine(
                        Arbitraries.of(
                                Kind.FOLLOWERS,
                                Kind.FOLLOWERS,
                                Kind.FOLLOWING,
                                Kind.FOLLOWING,
                                Kind.BLOCKS,
                                Kind.MUTES),
                        Arbitraries.integers().between(0, 3))
                .as((kind, user) -> new UserSet(kind, RandomGraph.name(user)));
        return depth == 0
                ? set
                : Arbitraries.oneOf(
                        set,
                        Combinators.combine(
                                        expressions(depth - 1), Arbitraries.of(Operator.class), expressions(depth - 1))
                                .as(Combination::new));
    }
}
