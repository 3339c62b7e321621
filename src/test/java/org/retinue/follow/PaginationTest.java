package org.retinue.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.retinue.Crowd;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.erasure.ErasedNames;
import org.retinue.erasure.Erasures;
import org.retinue.page.CursorKey;
import org.retinue.page.Order;
import org.retinue.page.PageRequest;
import org.retinue.page.TimeList;
import org.retinue.problem.Problem;

/** Pages put together are the list, at every page size, on both sides, in both orders, whatever changes between them. */
class PaginationTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final int SIZE = 12;
    private static final CursorKey KEY = new CursorKey(TestDatabase.pool());

    /** Four items share each instant. */
    private static final int TIES = 4;

    private final FollowGraph graph = new FollowGraph(TestDatabase.pool());
    private List<String> others;

    @BeforeEach
    void aUserWithTwelveOnEitherSide() {
        TestDatabase.empty();
        Crowd.of("hub");
        others = Crowd.numbered("other", 2 * SIZE);
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            changes.add(change("hub", others.get(i), Wish.FOLLOWING, since(i)));
            changes.add(change(others.get(i), "hub", Wish.FOLLOWING, since(i)));
        }
        graph.change(changes).await().indefinitely();
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    static Stream<Arguments> lists() {
        return Stream.of(FollowPages.values())
                .flatMap(side -> Stream.of(Order.values()).map(order -> Arguments.of(side, order)));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void pagesOfEverySizeAreTheList(FollowPages side, Order order) {
        List<String> expected = inOrder(others.subList(0, SIZE), order);
        for (int limit = 1; limit <= SIZE + 1; limit++) {
            List<String> shown = new ArrayList<>();
            PageRequest request = request(limit, order);
            FollowPage page = fetch(side, request);
            while (true) {
                assertThat(page.total()).isEqualTo(SIZE);
                page.items().forEach(item -> shown.add(item.username()));
                if (page.next() == null) {
                    break;
                }
                assertThat(page.items()).hasSize(limit);
                page = fetch(side, request.after(page.next()));
                assertThat(page.items())
                        .as("a page that was announced has items")
                        .isNotEmpty();
            }
            assertThat(shown).as("pages of %s", limit).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("lists")
    void whatStayedIsShownOnceWhileOthersComeAndGo(FollowPages side, Order order) {
        List<String> all = inOrder(others.subList(0, SIZE), order);
        for (int limit = 1; limit <= SIZE + 1; limit++) {
            aUserWithTwelveOnEitherSide();
            List<String> stayed = new ArrayList<>(all);
            List<String> shown = new ArrayList<>();
            PageRequest request = request(limit, order);
            FollowPage page = fetch(side, request);
            for (int turn = 0; page.next() != null; turn++) {
                page.items().forEach(item -> shown.add(item.username()));
                // the very item that the cursor points at goes, and so does one further on; others come at both ends
                String last = page.items().get(page.items().size() - 1).username();
                stayed.remove(last);
                end(side, last);
                String ahead = all.get((all.indexOf(last) + 2) % SIZE);
                stayed.remove(ahead);
                end(side, ahead);
                begin(side, others.get(SIZE + turn % SIZE), NOON.minusSeconds(turn + 1));
                begin(side, others.get(SIZE + (turn + 5) % SIZE), NOON.plusSeconds(100 + turn));
                page = fetch(side, request.after(page.next()));
            }
            page.items().forEach(item -> shown.add(item.username()));
            assertThat(shown).as("pages of %s", limit).doesNotHaveDuplicates().containsAll(stayed);
            List<String> known = shown.stream().filter(all::contains).toList();
            assertThat(known)
                    .as("in order")
                    .isEqualTo(all.stream().filter(known::contains).toList());
        }
    }

    @ParameterizedTest
    @MethodSource("lists")
    void boundsHoldToTheMicrosecond(FollowPages side, Order order) {
        Instant second = since(TIES);
        Instant third = since(2 * TIES);
        List<String> middle = inOrder(others.subList(TIES, 2 * TIES), order);
        assertThat(within(side, order, second, third))
                .as("from inclusive, to exclusive")
                .isEqualTo(middle);
        assertThat(within(side, order, second.plus(1, ChronoUnit.MICROS), third))
                .isEmpty();
        assertThat(within(side, order, second, second)).isEmpty();
        assertThat(within(side, order, third, second)).isEmpty();
        assertThat(within(side, order, second, second.plus(1, ChronoUnit.MICROS)))
                .isEqualTo(middle);
        assertThat(within(side, order, second.minus(1, ChronoUnit.MICROS), third.plus(1, ChronoUnit.MICROS)))
                .hasSize(2 * TIES);
    }

    @ParameterizedTest
    @MethodSource("lists")
    void aCursorStaysValidWhenEverybodyIsRenamed(FollowPages side, Order order) {
        PageRequest request = request(5, order);
        FollowPage first = fetch(side, request);
        TestDatabase.sql("update users set username = 'renamed-' || username where username <> 'hub'");
        FollowPage second = fetch(side, request.after(first.next()));
        List<String> expected = inOrder(others.subList(0, SIZE), order).subList(5, 10);
        assertThat(names(second))
                .isEqualTo(expected.stream().map("renamed-"::concat).toList());
    }

    @ParameterizedTest
    @MethodSource("lists")
    void aCursorStaysValidWhenItsItemIsErased(FollowPages side, Order order) {
        PageRequest request = request(5, order);
        FollowPage first = fetch(side, request);
        new Erasures(TestDatabase.pool(), ErasedNames.REUSABLE)
                .erase(first.items().get(4).username())
                .await()
                .indefinitely();
        FollowPage second = fetch(side, request.after(first.next()));
        assertThat(names(second))
                .isEqualTo(inOrder(others.subList(0, SIZE), order).subList(5, 10));
        assertThat(second.total()).isEqualTo(SIZE - 1);
    }

    @ParameterizedTest
    @MethodSource("lists")
    void theFirstAndTheLastInstantThatCanBeAreListed(FollowPages side, Order order) {
        begin(side, others.get(SIZE), Instant.parse("0001-01-01T00:00:00Z"));
        begin(side, others.get(SIZE + 1), Instant.parse("9999-12-31T23:59:59Z"));
        FollowPage all = fetch(side, request(1000, order));
        assertThat(names(all)).contains(others.get(SIZE), others.get(SIZE + 1));
        assertThat(names(fetch(
                        side,
                        request(1, order).after(fetch(side, request(1, order)).next()))))
                .isEqualTo(names(all).subList(1, 2));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void nobodyHasNoListAndALonelyUserAnEmptyOne(FollowPages side, Order order) {
        assertThatThrownBy(() -> side.fetch(PaginationTest::send, KEY, "nobody", request(5, order))
                        .await()
                        .indefinitely())
                .isInstanceOf(Problem.class)
                .hasMessageContaining("nobody");
        FollowPage page = side.fetch(PaginationTest::send, KEY, others.get(SIZE), request(5, order))
                .await()
                .indefinitely();
        assertThat(page).isEqualTo(new FollowPage(List.of(), null, 0L));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void aCursorIsOfOneListInOneOrder(FollowPages side, Order order) {
        String next = fetch(side, request(5, order)).next();
        for (FollowPages otherSide : FollowPages.values()) {
            for (Order otherOrder : Order.values()) {
                if (otherSide != side || otherOrder != order) {
                    assertThatThrownBy(() ->
                                    fetch(otherSide, request(5, otherOrder).after(next)))
                            .isInstanceOf(Problem.class)
                            .hasMessageContaining("next");
                }
            }
        }
    }

    private static Uni<RowSet<Row>> send(TimeList.Query query) {
        return query.send(TestDatabase.pool());
    }

    private FollowPage fetch(FollowPages side, PageRequest request) {
        return side.fetch(PaginationTest::send, KEY, "hub", request).await().indefinitely();
    }

    private List<String> within(FollowPages side, Order order, Instant from, Instant to) {
        FollowPage page = fetch(side, new PageRequest(SIZE, order, from, to, null));
        assertThat(page.total()).isEqualTo(SIZE);
        return names(page);
    }

    private void begin(FollowPages side, String other, Instant since) {
        Change change =
                switch (side) {
                    case FOLLOWING -> change("hub", other, Wish.FOLLOWING, since);
                    case FOLLOWERS -> change(other, "hub", Wish.FOLLOWING, since);
                };
        graph.change(List.of(change)).await().indefinitely();
    }

    private void end(FollowPages side, String other) {
        Pair pair =
                switch (side) {
                    case FOLLOWING -> new Pair("hub", other);
                    case FOLLOWERS -> new Pair(other, "hub");
                };
        graph.unfollow(pair).await().indefinitely();
    }

    private static Change change(String follower, String followed, Wish wish, Instant since) {
        return new Change(new Pair(follower, followed), wish, since);
    }

    private static Instant since(int item) {
        return NOON.plusSeconds(item / TIES);
    }

    private static PageRequest request(int limit, Order order) {
        return PageRequest.parse(Integer.toString(limit), order.name().toLowerCase(Locale.ROOT), null, null, null);
    }

    private static List<String> inOrder(List<String> oldestFirst, Order order) {
        List<String> ordered = new ArrayList<>(oldestFirst);
        if (order == Order.NEWEST) {
            Collections.reverse(ordered);
        }
        return ordered;
    }

    private static List<String> names(FollowPage page) {
        return page.items().stream().map(FollowPages.Item::username).toList();
    }
}
