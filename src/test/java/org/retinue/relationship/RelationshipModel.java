package org.retinue.relationship;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.retinue.follow.FollowState;
import org.retinue.follow.Pair;

/** What holds between users, and what each action makes of it: the simplest thing that could be right, in memory. */
final class RelationshipModel {

    /** What one user can do to another; or, the last ones, what is done to the one alone. */
    enum Act {
        FOLLOW,
        UNFOLLOW,
        REMOVE_FOLLOWER,
        ACCEPT,
        REJECT,
        BLOCK,
        UNBLOCK,
        MUTE,
        UNMUTE,
        SUSPEND,
        RESTORE,
        ERASE,
        GO_PRIVATE,
        GO_PUBLIC
    }

    /** What one user has towards another. */
    record Row(FollowState state, boolean blocks, boolean mutes) {

        static final Row NOTHING = new Row(FollowState.NONE, false, false);

        Row with(FollowState other) {
            return new Row(other, blocks, mutes);
        }

        Row withBlock(boolean other) {
            return new Row(state, other, mutes);
        }

        Row withMute(boolean other) {
            return new Row(state, blocks, other);
        }
    }

    private final Map<Pair, Row> rows = new HashMap<>();
    private final Set<String> users = new HashSet<>();
    private final Set<String> privates = new HashSet<>();
    private final Set<String> suspended = new HashSet<>();

    void register(String user, boolean isPrivate, boolean isSuspended) {
        users.add(user);
        if (isPrivate) {
            privates.add(user);
        }
        if (isSuspended) {
            suspended.add(user);
        }
    }

    void put(Pair pair, Row row) {
        rows.put(pair, row);
    }

    Row row(String one, String other) {
        return rows.getOrDefault(new Pair(one, other), Row.NOTHING);
    }

    boolean knows(String user) {
        return users.contains(user);
    }

    boolean isPrivate(String user) {
        return privates.contains(user);
    }

    boolean isSuspended(String user) {
        return suspended.contains(user);
    }

    /** Whom a user has in that state, by name. */
    Set<String> to(String user, FollowState state) {
        return select(user, true, state);
    }

    /** Who has a user in that state, by name. */
    Set<String> from(String user, FollowState state) {
        return select(user, false, state);
    }

    /** What the rows of the association should be, without those that are about nothing. */
    Map<String, String> table() {
        Map<String, String> table = new TreeMap<>();
        for (String one : users) {
            for (String other : users) {
                Row row = row(one, other);
                boolean blockedBy = row(other, one).blocks();
                if (!row.equals(Row.NOTHING) || blockedBy) {
                    table.put(one + " > " + other, told(row.state(), row.blocks(), blockedBy, row.mutes()));
                }
            }
        }
        return table;
    }

    static String told(FollowState state, boolean blocks, boolean blockedBy, boolean mutes) {
        return state + (blocks ? " blocks" : "") + (blockedBy ? " blocked" : "") + (mutes ? " mutes" : "");
    }

    /** Does it; the answer is the HTTP status. */
    int act(Act act, String one, String other) {
        boolean alone = act.compareTo(Act.SUSPEND) >= 0;
        if (!users.contains(one) || (!alone && !users.contains(other))) {
            return 404;
        }
        Row mine = row(one, other);
        Row back = row(other, one);
        switch (act) {
            case FOLLOW -> {
                if (one.equals(other)) {
                    return 422;
                }
                if (suspended.contains(one) || suspended.contains(other) || mine.blocks() || back.blocks()) {
                    return 403;
                }
                if (mine.state() == FollowState.FOLLOWING) {
                    return 200;
                }
                FollowState state = privates.contains(other) ? FollowState.REQUESTED : FollowState.FOLLOWING;
                set(one, other, mine.with(state));
                return state == FollowState.REQUESTED ? 202 : 201;
            }
            case UNFOLLOW -> {
                set(one, other, mine.with(FollowState.NONE));
                return 204;
            }
            case REMOVE_FOLLOWER -> {
                set(other, one, back.with(FollowState.NONE));
                return 204;
            }
            case ACCEPT -> {
                if (back.state() == FollowState.REQUESTED) {
                    set(other, one, back.with(FollowState.FOLLOWING));
                    return 200;
                }
                if (suspended.contains(one) || suspended.contains(other)) {
                    return 403;
                }
                return back.state() == FollowState.FOLLOWING ? 200 : 404;
            }
            case REJECT -> {
                if (back.state() == FollowState.REQUESTED) {
                    set(other, one, back.with(FollowState.NONE));
                }
                return 204;
            }
            case BLOCK -> {
                if (one.equals(other)) {
                    return 422;
                }
                set(other, one, back.with(FollowState.NONE));
                set(one, other, mine.with(FollowState.NONE).withBlock(true));
                return mine.blocks() ? 200 : 201;
            }
            case UNBLOCK -> {
                set(one, other, mine.withBlock(false));
                return 204;
            }
            case MUTE -> {
                if (one.equals(other)) {
                    return 422;
                }
                set(one, other, mine.withMute(true));
                return 200;
            }
            case UNMUTE -> {
                set(one, other, mine.withMute(false));
                return 204;
            }
            case SUSPEND -> {
                suspended.add(one);
                ends(one)
                        .forEach(pair -> rows.computeIfPresent(pair, (key, row) -> switch (row.state()) {
                            case FOLLOWING, SUSPENDED -> row.with(FollowState.SUSPENDED);
                            case REQUESTED, NONE -> row.with(FollowState.NONE);
                        }));
                return 200;
            }
            case RESTORE -> {
                suspended.remove(one);
                ends(one)
                        .forEach(pair -> rows.computeIfPresent(pair, (key, row) -> {
                            boolean stays = suspended.contains(pair.follower()) || suspended.contains(pair.followed());
                            return row.state() == FollowState.SUSPENDED && !stays
                                    ? row.with(FollowState.FOLLOWING)
                                    : row;
                        }));
                return 200;
            }
            case ERASE -> {
                ends(one).forEach(rows::remove);
                users.remove(one);
                privates.remove(one);
                suspended.remove(one);
                return 202;
            }
            case GO_PRIVATE -> {
                privates.add(one);
                return 200;
            }
            case GO_PUBLIC -> {
                privates.remove(one);
                from(one, FollowState.REQUESTED)
                        .forEach(asks -> set(asks, one, row(asks, one).with(FollowState.FOLLOWING)));
                return 200;
            }
        }
        throw new IllegalStateException(act.toString());
    }

    private void set(String one, String other, Row row) {
        if (!one.equals(other)) {
            rows.put(new Pair(one, other), row);
        }
    }

    private Set<Pair> ends(String user) {
        Set<Pair> ends = new HashSet<>(rows.keySet());
        ends.removeIf(pair -> !pair.follower().equals(user) && !pair.followed().equals(user));
        return ends;
    }

    private Set<String> select(String user, boolean outgoing, FollowState state) {
        Set<String> others = new HashSet<>();
        rows.forEach((pair, row) -> {
            if (row.state() == state && (outgoing ? pair.follower() : pair.followed()).equals(user)) {
                others.add(outgoing ? pair.followed() : pair.follower());
            }
        });
        return others;
    }
}
