package org.retinue.select;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/** What is made of two sets of users. */
public record Combination(Expression left, Operator operator, Expression right) implements Expression {

    /** How two sets make one. As in SQL, an intersection binds tighter, and the others go from left to right. */
    public enum Operator {
        /** Who is in both. */
        INTERSECTION('&', 2),
        /** Who is in either. */
        UNION('|', 1),
        /** Who is in the left one and not in the right one. */
        DIFFERENCE('-', 1);

        private final char sign;
        private final int tightness;

        Operator(char sign, int tightness) {
            this.sign = sign;
            this.tightness = tightness;
        }

        char sign() {
            return sign;
        }
    }

    @Override
    public Set<UserSet> sets() {
        Set<UserSet> sets = new LinkedHashSet<>(left.sets());
        sets.addAll(right.sets());
        return sets;
    }

    @Override
    public boolean contains(Predicate<UserSet> isIn) {
        return switch (operator) {
            case INTERSECTION -> left.contains(isIn) && right.contains(isIn);
            case UNION -> left.contains(isIn) || right.contains(isIn);
            case DIFFERENCE -> left.contains(isIn) && !right.contains(isIn);
        };
    }

    @Override
    public List<UserSet> sources(ToLongFunction<UserSet> size) {
        List<UserSet> ofLeft = left.sources(size);
        if (operator == Operator.DIFFERENCE) {
            return ofLeft;
        }
        List<UserSet> ofRight = right.sources(size);
        if (operator == Operator.INTERSECTION) {
            return sum(ofRight, size) < sum(ofLeft, size) ? ofRight : ofLeft;
        }
        Set<UserSet> both = new LinkedHashSet<>(ofLeft);
        both.addAll(ofRight);
        return new ArrayList<>(both);
    }

    private static long sum(List<UserSet> sets, ToLongFunction<UserSet> size) {
        return sets.stream().mapToLong(size).sum();
    }

    @Override
    public Expression renamed(UnaryOperator<String> name) {
        return new Combination(left.renamed(name), operator, right.renamed(name));
    }

    @Override
    public String toString() {
        return side(left, operator.tightness - 1) + ' ' + operator.sign + ' ' + side(right, operator.tightness);
    }

    /** In parentheses unless it is bound tighter than that. */
    private static String side(Expression side, int tightness) {
        return side instanceof Combination made && made.operator.tightness <= tightness
                ? "(" + side + ")"
                : side.toString();
    }
}
