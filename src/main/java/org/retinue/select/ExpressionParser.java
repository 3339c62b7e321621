package org.retinue.select;

import org.retinue.problem.Problem;
import org.retinue.select.Combination.Operator;
import org.retinue.select.UserSet.Kind;
import org.retinue.user.Username;

/**
 * Reads an expression from left to right:
 *
 * <pre>
 * expression = term { ("|" | "-") term }
 * term       = operand { "&amp;" operand }
 * operand    = set | "(" expression ")"
 * set        = ("followers" | "following" | "blocks" | "mutes") ":" username
 * </pre>
 *
 * White space can stand between any two of these. A username ends at white space, {@code & | (} or {@code )}, so that
 * there has to be some before a minus.
 */
final class ExpressionParser {

    /** How many sets an expression may have. */
    static final int MOST_SETS = 16;

    /** How many parentheses may be open at once. */
    static final int DEEPEST = 16;

    private final String text;
    private int at;
    private int sets;
    private int depth;

    ExpressionParser(String text) {
        this.text = text;
    }

    Expression parse() {
        Expression whole = expression();
        if (at < text.length()) {
            throw text.charAt(at) == ')'
                    ? malformed(at, "This ) closes nothing")
                    : malformed(at, "& or | or - is expected here; before a - there is a space");
        }
        return whole;
    }

    private Expression expression() {
        Expression left = term();
        while (true) {
            if (take('|')) {
                left = new Combination(left, Operator.UNION, term());
            } else if (take('-')) {
                left = new Combination(left, Operator.DIFFERENCE, term());
            } else {
                return left;
            }
        }
    }

    private Expression term() {
        Expression left = operand();
        while (take('&')) {
            left = new Combination(left, Operator.INTERSECTION, operand());
        }
        return left;
    }

    private Expression operand() {
        int begin = skipSpace();
        if (!take('(')) {
            return set();
        }
        if (++depth > DEEPEST) {
            throw malformed(begin, "At most " + DEEPEST + " parentheses can be open at once");
        }
        Expression inner = expression();
        depth--;
        if (!take(')')) {
            throw at == text.length()
                    ? malformed(begin, "This ( is not closed")
                    : malformed(at, "& or | or - or ) is expected here; before a - there is a space");
        }
        return inner;
    }

    private UserSet set() {
        int begin = at;
        while (at < text.length() && !endsName(text.charAt(at))) {
            at++;
        }
        String word = text.substring(begin, at);
        for (Kind kind : Kind.values()) {
            String label = kind.label() + ':';
            if (word.startsWith(label)) {
                return set(kind, begin, begin + label.length());
            }
        }
        throw malformed(begin, "A set such as followers:alice, following:, blocks: or mutes: is expected here, or (");
    }

    private UserSet set(Kind kind, int begin, int nameBegin) {
        String username = text.substring(nameBegin, at);
        if (!Username.isValid(username)) {
            throw malformed(nameBegin, Username.rule("a username"));
        }
        if (++sets > MOST_SETS) {
            throw malformed(begin, "There can be at most " + MOST_SETS + " sets");
        }
        return new UserSet(kind, username);
    }

    private boolean take(char sign) {
        if (skipSpace() < text.length() && text.charAt(at) == sign) {
            at++;
            return true;
        }
        return false;
    }

    private int skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean endsName(char character) {
        return Character.isWhitespace(character) || "&|()".indexOf(character) >= 0;
    }

    private static Problem malformed(int position, String detail) {
        return Problem.malformed(SelectResource.OF, detail).with("position", position);
    }
}
