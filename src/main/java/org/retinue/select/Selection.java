package org.retinue.select;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.retinue.user.Names.Known;

/**
 * An expression whose users were found.
 *
 * @param users by their names
 */
record Selection(Expression expression, Map<String, Known> users) {

    /** What a list of blocks or mutes is taken for, which nobody counts: short. */
    private static final long UNCOUNTED = 1_000;

    /** The id of the user that a set belongs to. */
    long owner(UserSet set) {
        return users.get(set.username()).id();
    }

    /** The instant at which it was asked for. */
    Instant begun() {
        return users.values().iterator().next().begun();
    }

    /** The smallest sets that hold, together, everybody who belongs to it; in the order in which they are written. */
    List<UserSet> sources() {
        Set<UserSet> chosen = Set.copyOf(expression.sources(this::size));
        return sets().stream().filter(chosen::contains).toList();
    }

    private long size(UserSet set) {
        Known owner = users.get(set.username());
        return switch (set.kind()) {
            case FOLLOWERS -> owner.followers();
            case FOLLOWING -> owner.following();
            case BLOCKS, MUTES -> UNCOUNTED;
        };
    }

    Set<UserSet> sets() {
        return expression.sets();
    }

    /** What its cursors belong to: the same users, whatever they are called. */
    String list() {
        return "select/"
                + expression.renamed(name -> String.valueOf(users.get(name).id()));
    }
}
