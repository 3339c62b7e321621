package org.retinue.discover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.retinue.Crowd;
import org.retinue.RandomGraph;
import org.retinue.TestDatabase;
import org.retinue.Viewer;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/** A path is as short as a plain search in breadth finds it. */
class PathsTest {

    private static final int USERS = 40;
    private static final int VIEWER = 0;

    private final Paths paths = new Paths(TestDatabase.pool());

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void itIsAShortestPath(@ForAll("graphs") RandomGraph graph) {
        graph.write();
        for (int from = 0; from < 3; from++) {
            Map<Integer, Integer> degrees = degrees(graph, from, graph.users());
            for (int to = 0; to < USERS; to += 5) {
                if (degrees.getOrDefault(to, Integer.MAX_VALUE) > Paths.LONGEST_PATH) {
                    fails(paths, RandomGraph.name(from), RandomGraph.name(to), ProblemCode.NO_PATH);
                } else {
                    FollowPath path = find(RandomGraph.name(from), RandomGraph.name(to));
                    assertThat(path.degrees()).isEqualTo(degrees.get(to));
                    leadsFromTo(graph, path, from, to);
                }
            }
        }
    }

    private static void leadsFromTo(RandomGraph graph, FollowPath path, int from, int to) {
        List<Integer> users = path.path().stream()
                .map(name -> Integer.parseInt(name.substring(1)))
                .toList();
        assertThat(users).hasSize(path.degrees() + 1).startsWith(from).endsWith(to);
        for (int i = 0; i < path.degrees(); i++) {
            assertThat(graph.following(users.get(i))).contains(users.get(i + 1));
        }
    }

    private static Map<Integer, Integer> degrees(RandomGraph graph, int from, Set<Integer> passable) {
        Map<Integer, Integer> degrees = new HashMap<>(Map.of(from, 0));
        List<Integer> queue = new ArrayList<>(List.of(from));
        for (int i = 0; i < queue.size(); i++) {
            int user = queue.get(i);
            for (int other : graph.following(user)) {
                if (passable.contains(other) && degrees.putIfAbsent(other, degrees.get(user) + 1) == null) {
                    queue.add(other);
                }
            }
        }
        return degrees;
    }

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void viewerReceivesShortestVisiblePath(@ForAll("graphs") RandomGraph graph) {
        Viewer viewer = new Viewer(graph, VIEWER);
        viewer.write();
        Set<Integer> visible = viewer.visible();
        for (int from : visible) {
            Map<Integer, Integer> degrees = degrees(graph, from, visible);
            for (int to : some(visible, 5)) {
                Object answer = answer(paths, VIEWER, from, to);
                if (degrees.getOrDefault(to, Integer.MAX_VALUE) > Paths.LONGEST_PATH) {
                    assertThat(answer).isEqualTo(ProblemCode.NO_PATH);
                } else {
                    assertThat(answer)
                            .isInstanceOfSatisfying(
                                    FollowPath.class, path -> leadsThrough(graph, path, from, to, visible));
                    assertThat(((FollowPath) answer).degrees()).isEqualTo(degrees.get(to));
                }
            }
        }
    }

    /** Neither the path nor {@code no-path} nor {@code too-expensive} may depend on what the viewer can't see. */
    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void invisibleFollowsChangeNoAnswer(@ForAll("graphs") RandomGraph graph) {
        Viewer viewer = new Viewer(graph, VIEWER);
        viewer.write();
        List<Object> before = answers(viewer);
        viewer.changeWhatIsHidden();

        assertThat(answers(viewer)).isEqualTo(before);
    }

    @Example
    void unregisteredViewerReceivesPathsThroughPublicUsers() {
        aChainOfEight();
        TestDatabase.sql("update users set private = true where username = 'c'");

        assertThat(paths.findVisibleTo("nobody", "a", "b")
                        .await()
                        .indefinitely()
                        .degrees())
                .isEqualTo(1);
        assertThat(paths.findVisibleTo("a\0b", "d", "f").await().indefinitely().degrees())
                .isEqualTo(2);
        assertThatThrownBy(() -> paths.findVisibleTo("nobody", "b", "d").await().indefinitely())
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.NO_PATH));
    }

    private static List<Integer> some(Set<Integer> users, int step) {
        List<Integer> all = List.copyOf(users);
        List<Integer> some = new ArrayList<>();
        for (int i = 0; i < all.size(); i += step) {
            some.add(all.get(i));
        }
        return some;
    }

    private List<Object> answers(Viewer viewer) {
        List<Object> answers = new ArrayList<>();
        List<Integer> ends = some(viewer.visible(), 6);
        for (int budget : List.of(20, 60, 1_000)) {
            Paths bounded = new Paths(TestDatabase.pool(), budget);
            for (int from : ends) {
                for (int to : ends) {
                    answers.add(answer(bounded, VIEWER, from, to));
                }
            }
        }
        return answers;
    }

    private static Object answer(Paths paths, int viewer, int from, int to) {
        try {
            return paths.findVisibleTo(RandomGraph.name(viewer), RandomGraph.name(from), RandomGraph.name(to))
                    .await()
                    .indefinitely();
        } catch (Problem problem) {
            return problem.code();
        }
    }

    private static void leadsThrough(RandomGraph graph, FollowPath path, int from, int to, Set<Integer> passable) {
        leadsFromTo(graph, path, from, to);
        assertThat(path.path()).allMatch(name -> passable.contains(Integer.parseInt(name.substring(1))));
    }

    @Example
    void sixFollowsAreFoundAndSevenAreNot() {
        aChainOfEight();

        assertThat(find("a", "g")).isEqualTo(new FollowPath(6, List.of("a", "b", "c", "d", "e", "f", "g")));
        assertThat(find("b", "h").degrees()).isEqualTo(6);
        fails(paths, "a", "h", ProblemCode.NO_PATH);
        fails(paths, "b", "a", ProblemCode.NO_PATH);
    }

    @Example
    void fromAUserToItselfThereIsAPathOfNoFollows() {
        aChainOfEight();

        assertThat(find("a", "a")).isEqualTo(new FollowPath(0, List.of("a")));
    }

    @Example
    void whoDoesNotExistIsNamed() {
        aChainOfEight();

        fails(paths, "a", "nobody", ProblemCode.UNKNOWN_USER);
        fails(paths, "nobody", "a", ProblemCode.UNKNOWN_USER);
    }

    @Example
    void whatWouldReadTooMuchIsGivenUp() {
        aChainOfEight();
        Paths thrifty = new Paths(TestDatabase.pool(), 4);

        fails(thrifty, "a", "g", ProblemCode.TOO_EXPENSIVE);
        assertThat(thrifty.find("a", "b").await().indefinitely().degrees()).isEqualTo(1);
        assertThat(thrifty.find("a", "c").await().indefinitely().degrees()).isEqualTo(2);
    }

    @Example
    void whoIsBeingSuspendedIsNotOnAPath() {
        aChainOfEight();
        Crowd.of("detour", "around");
        Crowd.follows("b", "detour");
        Crowd.follows("detour", "around");
        Crowd.follows("around", "d");
        TestDatabase.sql("update users set suspended_at = now() where username = 'c'");

        assertThat(find("a", "d").path()).containsExactly("a", "b", "detour", "around", "d");
    }

    private static void aChainOfEight() {
        TestDatabase.empty();
        String[] names = {"a", "b", "c", "d", "e", "f", "g", "h"};
        Crowd.of(names);
        for (int i = 0; i + 1 < names.length; i++) {
            Crowd.follows(names[i], names[i + 1]);
        }
    }

    private FollowPath find(String from, String to) {
        return paths.find(from, to).await().indefinitely();
    }

    private static void fails(Paths paths, String from, String to, ProblemCode code) {
        assertThatThrownBy(() -> paths.find(from, to).await().indefinitely())
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(code));
    }

    @Provide
    Arbitrary<RandomGraph> graphs() {
        return Combinators.combine(Arbitraries.integers().between(1, 12), Arbitraries.longs())
                .as((density, seed) -> new RandomGraph(USERS, density, seed));
    }
}
