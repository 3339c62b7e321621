package org.retinue.discover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.retinue.People;
import org.retinue.RandomGraph;
import org.retinue.TestDatabase;

/** Suggestions are what counting by hand gives. */
class SuggestionsTest {

    private static final int USERS = 12;

    private final Suggestions suggestions = new Suggestions(TestDatabase.pool());

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void theyAreWhoeverIsFollowedByTheMostOfThoseFollowed(
            @ForAll("graphs") RandomGraph graph, @ForAll @IntRange(min = 1, max = 13) int limit) {
        graph.write();

        List<Suggestion> shown = new ArrayList<>();
        String next = null;
        do {
            SuggestionPage page = page("u0", limit, next);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            shown.addAll(page.items());
            next = page.next();
        } while (next != null);

        Map<String, Set<String>> expected = expected(graph, 0);
        assertThat(shown.stream().map(Suggestion::username)).containsExactlyElementsOf(expected.keySet());
        for (Suggestion each : shown) {
            Set<String> why = expected.get(each.username());
            assertThat(why).containsAll(each.followedBy());
            assertThat(each.followedBy()).doesNotHaveDuplicates().hasSize(Math.min(2, why.size()));
            assertThat(each.others()).isEqualTo(why.size() - each.followedBy().size());
        }
    }

    /** Whom to suggest, in order, and who of those followed follows them. */
    private static Map<String, Set<String>> expected(RandomGraph graph, int user) {
        Map<Integer, Set<String>> why = new LinkedHashMap<>();
        for (int candidate : graph.users()) {
            Set<Integer> between = graph.following(user);
            between.retainAll(graph.followers(candidate));
            if (candidate != user && !between.isEmpty() && !graph.related(user, candidate)) {
                why.put(
                        candidate,
                        new TreeSet<>(between.stream().map(RandomGraph::name).toList()));
            }
        }
        Map<String, Set<String>> ordered = new LinkedHashMap<>();
        why.entrySet().stream()
                .sorted(Comparator.<Map.Entry<Integer, Set<String>>>comparingInt(
                                each -> each.getValue().size())
                        .thenComparingInt(Map.Entry::getKey)
                        .reversed())
                .forEach(each -> ordered.put(RandomGraph.name(each.getKey()), each.getValue()));
        return ordered;
    }

    @Example
    void onlyTheNewestOfThoseFollowedAreAsked() {
        TestDatabase.empty();
        People.registered("alice", "old", "found-by-old", "found");
        List<String> asked = People.crowd("asked", Suggestions.MOST_ASKED);
        People.follow("alice", "old");
        People.follow("old", "found-by-old");
        asked.forEach(each -> {
            if (each.endsWith("7")) {
                People.follow(each, "found");
            }
        });
        TestDatabase.sql("""
                insert into follows (follower_id, followed_id, since, state)
                select a.id, b.id, now(), 'following' from users a, users b
                where a.username = 'alice' and b.username like 'asked%'
                """);
        RandomGraph.mirror();

        assertThat(page("alice", 10, null).items())
                .containsExactly(new Suggestion("found", null, List.of("asked-00007", "asked-00497"), 48));
    }

    @Example
    void whoFollowsThousandsIsNotAsked() {
        TestDatabase.empty();
        People.registered("alice", "selective", "indiscriminate", "dave");
        People.crowd("many", Suggestions.MOST_FOLLOWED_BY_EACH + 1);
        for (String other : List.of("selective", "indiscriminate")) {
            People.follow("alice", other);
        }
        People.follow("selective", "dave");
        TestDatabase.sql("""
                insert into follows (follower_id, followed_id, since, state)
                select a.id, b.id, now(), 'following' from users a, users b
                where a.username = 'indiscriminate' and b.username like 'many%'
                """);
        RandomGraph.mirror();

        assertThat(page("alice", 10, null))
                .isEqualTo(new SuggestionPage(List.of(new Suggestion("dave", null, List.of("selective"), 0)), null));
    }

    @Example
    void aPageOfThoseWhoAreFollowedAlreadyLeadsOn() {
        TestDatabase.empty();
        People.registered("alice", "hub", "second", "dave");
        TestDatabase.sql("insert into users (username) select 'z' || n from generate_series(1, 600) as n");
        TestDatabase.sql("""
                insert into follows (follower_id, followed_id, since, state)
                select a.id, b.id, timestamptz '2026-01-01Z', 'following' from users a, users b
                where a.username in ('alice', 'hub', 'second') and b.username like 'z%'
                """);
        RandomGraph.mirror();
        People.follow("hub", "dave");
        // so that the newest are these two, and few of the others are asked
        TestDatabase.sql(
                "update follow_counts set following = 2001 from users u where u.id = user_id and username like 'z%'");
        People.follow("alice", "hub");
        People.follow("alice", "second");

        SuggestionPage first = page("alice", 10, null);
        assertThat(first.items()).isEmpty();
        assertThat(first.next()).isNotNull();
        assertThat(page("alice", 10, first.next()))
                .isEqualTo(new SuggestionPage(List.of(new Suggestion("dave", null, List.of("hub"), 0)), null));
        TestDatabase.empty();
    }

    private SuggestionPage page(String username, int limit, String cursor) {
        return suggestions.page(username, limit, cursor).await().indefinitely();
    }

    @Provide
    Arbitrary<RandomGraph> graphs() {
        return Combinators.combine(Arbitraries.integers().between(15, 60), Arbitraries.longs())
                .as((density, seed) -> new RandomGraph(USERS, density, seed));
    }
}
