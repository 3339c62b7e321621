package org.retinue.discover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.retinue.RandomGraph;
import org.retinue.TestDatabase;
import org.retinue.Viewer;
import org.retinue.database.WorkShares;
import org.retinue.follow.FollowGraph;
import org.retinue.page.PageRequest;
import org.retinue.relationship.RelationshipLookup;
import org.retinue.select.Expression;
import org.retinue.select.Selector;

/** A change that no list shows to the caller changes no response to it. {@link PathsTest} does the same for paths. */
class HiddenListsTest {

    private static final int USERS = 30;
    private static final int VIEWER = 0;
    private static final FollowGraph FOLLOWS = new FollowGraph(TestDatabase.pool());
    private static final RelationshipLookup RELATIONSHIPS = new RelationshipLookup(TestDatabase.pool());

    private final Selector selector = new Selector(TestDatabase.pool(), new WorkShares());
    private final Suggestions suggestions = new Suggestions(TestDatabase.pool());

    @Property(tries = 10, shrinking = ShrinkingMode.OFF)
    void whatIsHiddenChangesNoAnswer(@ForAll("graphs") RandomGraph graph) {
        Viewer viewer = new Viewer(graph, VIEWER);
        viewer.write();
        List<Object> before = answers(viewer);
        viewer.changeWhatIsHidden();

        assertThat(answers(viewer)).isEqualTo(before);
    }

    private List<Object> answers(Viewer viewer) {
        List<Object> answers = new ArrayList<>();
        List<String> owners =
                viewer.visible().stream().limit(8).map(RandomGraph::name).toList();
        for (String owner : owners) {
            answers.add(
                    FOLLOWS.following(owner, PageRequest.first(1_000)).await().indefinitely());
            answers.add(
                    FOLLOWS.followers(owner, PageRequest.first(1_000)).await().indefinitely());
            answers.add(selector.mutuals(owner, 1_000, null).await().indefinitely());
            answers.add(selector.followersKnownTo(owner, viewer.name(), 1_000, null)
                    .await()
                    .indefinitely());
            Expression expression =
                    Expression.parse("followers:%s & following:%s | following:%s - followers:%s - mutes:%s - blocks:%s"
                            .formatted(
                                    owner, viewer.name(), owners.get(0), owners.get(1), viewer.name(), viewer.name()));
            answers.add(selector.page(expression, 1_000, null).await().indefinitely());
            answers.add(selector.count(expression).await().indefinitely());
        }
        answers.add(suggestions.page(viewer.name(), 1_000, null).await().indefinitely());
        answers.add(RELATIONSHIPS
                .of(
                        viewer.name(),
                        viewer.graph().users().stream().map(RandomGraph::name).toList())
                .await()
                .indefinitely());
        return answers;
    }

    @Provide
    Arbitrary<RandomGraph> graphs() {
        return Combinators.combine(Arbitraries.integers().between(4, 16), Arbitraries.longs())
                .as((density, seed) -> new RandomGraph(USERS, density, seed));
    }
}
