package org.retinue.user;

import org.retinue.problem.CharacterSet;
import org.retinue.problem.Problem;

/**
 * The form of a username: an opaque, case-sensitive key that the caller chooses, such as a handle, a UUID or
 * {@code auth0|123}. In a path or query {@code |} is percent-encoded, since RFC 3986 allows it in no URI.
 */
public final class Username {

    /** 1 to 128 of these characters; a URL's path would swallow "." and "..". */
    public static final String PATTERN = "(?!\\.{1,2}$)[A-Za-z0-9._~@:+=|-]{1,128}";

    private static final int LONGEST = 128;

    private static final CharacterSet ALLOWED = CharacterSet.alphanumericAnd("._~@:+=|-");

    private Username() {}

    /**
     * Takes a name as it is, if it has the form.
     *
     * @param field what the caller knows it as
     * @throws Problem {@code malformed}, with the field
     */
    public static String require(String field, String name) {
        if (!isValid(name)) {
            throw Problem.malformed(field, rule(field));
        }
        return name;
    }

    /** Whether it has the form; null has not. */
    public static boolean isValid(String name) {
        return name != null && !name.isEmpty() && isPrefix(name) && !name.equals(".") && !name.equals("..");
    }

    /** What the form is, in a sentence about the field. */
    public static String rule(String field) {
        return field + " is 1 to 128 of A-Z a-z 0-9 . _ ~ @ : + = | - and not . or ..";
    }

    /**
     * The beginning of a name; null is the empty one.
     *
     * @throws Problem {@code malformed}
     */
    static String requirePrefix(String prefix) {
        String given = prefix == null ? "" : prefix;
        if (!isPrefix(given)) {
            throw Problem.malformed("prefix", "prefix is up to 128 of A-Z a-z 0-9 . _ ~ @ : + = | -");
        }
        return given;
    }

    private static boolean isPrefix(String given) {
        return given.length() <= LONGEST && ALLOWED.makesUp(given);
    }
}
