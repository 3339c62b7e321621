package org.retinue.select;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * Which users are asked for: a set, or what is made of two. Its text, as {@code toString} gives it, reads back as the
 * same expression.
 */
public sealed interface Expression permits UserSet, Combination {

    /**
     * Reads an expression.
     *
     * @throws org.retinue.problem.Problem {@code malformed}, with {@code position}
     */
    static Expression parse(String text) {
        return new ExpressionParser(text).parse();
    }

    /** The distinct sets in it, in the order in which they are written. */
    Set<UserSet> sets();

    /** Whether somebody belongs to it who is in those of its sets for which this is true. */
    boolean contains(Predicate<UserSet> isIn);

    /**
     * Distinct sets of it that hold, together, everybody who belongs to it: those with the smallest sum of sizes.
     *
     * @param size how many users a set has, about
     */
    List<UserSet> sources(ToLongFunction<UserSet> size);

    /** The same expression with other names. */
    Expression renamed(UnaryOperator<String> name);
}
