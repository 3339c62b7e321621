package org.retinue.select;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * The users on one side of a user, such as {@code followers:alice}.
 *
 * @param username a valid one
 */
public record UserSet(Kind kind, String username) implements Expression {

    /** What its members have to do with the user. */
    public enum Kind {
        /** Who follows the user. */
        FOLLOWERS(SelectSql.FOLLOWERS),
        /** Whom the user follows. */
        FOLLOWING(SelectSql.FOLLOWING),
        /** Whom the user blocks. */
        BLOCKS(SelectSql.BLOCKS),
        /** Whom the user mutes at present. */
        MUTES(SelectSql.MUTES);

        private final String newest;

        Kind(String newest) {
            this.newest = newest;
        }

        /** The statement that reads the members from the newest on. */
        String newest() {
            return newest;
        }

        /** As it is written. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Set<UserSet> sets() {
        return Set.of(this);
    }

    @Override
    public boolean contains(Predicate<UserSet> isIn) {
        return isIn.test(this);
    }

    @Override
    public List<UserSet> sources(ToLongFunction<UserSet> size) {
        return List.of(this);
    }

    @Override
    public Expression renamed(UnaryOperator<String> name) {
        return new UserSet(kind, name.apply(username));
    }

    @Override
    public String toString() {
        return kind.label() + ':' + (username.indexOf('|') < 0 ? username : '"' + username + '"');
    }
}
