package org.retinue.follow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.retinue.page.Order;

/** What the follow graph should be: the simplest thing that could be right, in memory. */
final class FollowModel {

    private final Map<String, Account> users = new HashMap<>();
    private final Map<Pair, Edge> edges = new HashMap<>();
    private int registrations;
    private int statements;

    private record Account(int id, boolean isPrivate) {}

    /** A follow or request, and the statement that made it: what one statement makes has one {@code since}. */
    private record Edge(FollowState state, int statement) {}

    boolean register(String user, boolean isPrivate) {
        return users.putIfAbsent(user, new Account(registrations++, isPrivate)) == null;
    }

    boolean erase(String user) {
        edges.keySet()
                .removeIf(
                        pair -> pair.follower().equals(user) || pair.followed().equals(user));
        return users.remove(user) != null;
    }

    void setPrivate(String user, boolean isPrivate) {
        users.computeIfPresent(user, (name, account) -> new Account(account.id, isPrivate));
    }

    /** What an earlier change can't tell of a later one: all are made at once. Empty if one of them can't be. */
    Optional<List<FollowOutcome>> change(List<Change> changes) {
        statements++;
        for (Change change : changes) {
            Pair pair = change.pair();
            boolean self = pair.follower().equals(pair.followed()) && change.wish() != Wish.UNFOLLOW;
            if (self || !users.containsKey(pair.follower()) || !users.containsKey(pair.followed())) {
                return Optional.empty();
            }
        }
        return Optional.of(changes.stream().map(this::change).toList());
    }

    private FollowOutcome change(Change change) {
        Pair pair = change.pair();
        FollowState before = state(pair);
        FollowState after =
                switch (change.wish()) {
                    case UNFOLLOW -> FollowState.NONE;
                    case FOLLOWING -> FollowState.FOLLOWING;
                    case FOLLOW ->
                        higher(
                                before,
                                users.get(pair.followed()).isPrivate() ? FollowState.REQUESTED : FollowState.FOLLOWING);
                };
        if (after == FollowState.NONE) {
            edges.remove(pair);
        } else if (after != before) {
            edges.put(pair, new Edge(after, statements));
        }
        return FollowOutcome.of(before, after);
    }

    private static FollowState higher(FollowState one, FollowState other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    boolean knows(String user) {
        return users.containsKey(user);
    }

    FollowState state(Pair pair) {
        return edges.containsKey(pair) ? edges.get(pair).state() : FollowState.NONE;
    }

    List<String> following(String user, Order order) {
        List<Pair> side = new ArrayList<>(edges.keySet());
        side.removeIf(pair -> !pair.follower().equals(user) || state(pair) != FollowState.FOLLOWING);
        return sorted(side, Comparator.comparing(pair -> id(pair.followed())), order).stream()
                .map(Pair::followed)
                .toList();
    }

    List<String> followers(String user, Order order) {
        List<Pair> side = new ArrayList<>(edges.keySet());
        side.removeIf(pair -> !pair.followed().equals(user) || state(pair) != FollowState.FOLLOWING);
        return sorted(side, Comparator.comparing(pair -> id(pair.follower())), order).stream()
                .map(Pair::follower)
                .toList();
    }

    private List<Pair> sorted(List<Pair> side, Comparator<Pair> byId, Order order) {
        Comparator<Pair> oldest =
                Comparator.comparing((Pair pair) -> edges.get(pair).statement()).thenComparing(byId);
        side.sort(order == Order.OLDEST ? oldest : oldest.reversed());
        return side;
    }

    private int id(String user) {
        return users.get(user).id();
    }
}
