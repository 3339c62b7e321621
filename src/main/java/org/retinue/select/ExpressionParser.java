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
 * set        = ("followers" | "following" | "blocks" | "mutes") ":" name
 * name       = username | '"' username '"'
 * </pre>
 *
 * White space can stand between any two of these, except within a set. A username without quotes ends at white space,
 * {@code & | (} or {@code )}: there has to be white space before a minus, and a username that holds {@code |} is quoted.
 */
final class ExpressionParser {

    /** How many sets an expression may have. */
    static final int MOST_SETS = 16;

    /** How many parentheses may be open at once. */
    static final int DEEPEST = 16;

    private static final char QUOTE = '"';

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
        for (Kind kind : Kind.values()) {
            String label = kind.label() + ':';
            if (text.startsWith(label, begin)) {
                at += label.length();
                return set(kind, begin);
            }
        }
        throw malformed(
                begin,
                "A set such as followers:alice, following:, blocks: or mutes: is expected here, or (. A username that"
                        + " holds | is quoted, as in followers:\"auth0|alice\"");
    }

    private UserSet set(Kind kind, int begin) {
        int nameBegin = at;
        String username = at < text.length() && text.charAt(at) == QUOTE ? quoted() : unquoted();
        if (!Username.isValid(username)) {
            throw malformed(nameBegin, Username.rule("a username"));
        }
        if (++sets > MOST_SETS) {
            throw malformed(begin, "There can be at most " + MOST_SETS + " sets");
        }
        return new UserSet(kind, username);
    }

    private String unquoted() {
        int begin = at;
        while (at < text.length() && !endsName(text.charAt(at))) {
            at++;
        }
        return text.substring(begin, at);
    }

    private String quoted() {
        int end = text.indexOf(QUOTE, at + 1);
        if (end < 0) {
            throw malformed(at, "This quote is not closed");
        }
        String inner = text.substring(at + 1, end);
        at = end + 1;
        return inner;
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
