package org.retinue.problem;

/** Some of the characters of ASCII, for what every request is looked at for: a pattern would make a matcher each time. */
public final class CharacterSet {

    /** Letters and digits, which are in every one. */
    private static final String ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private final boolean[] ascii = new boolean[128];

    private CharacterSet() {}

    /** Letters, digits and these. */
    public static CharacterSet alphanumericAnd(String others) {
        CharacterSet set = new CharacterSet();
        (ALPHANUMERIC + others).chars().forEach(character -> set.ascii[character] = true);
        return set;
    }

    /** Whether a text has no others; the empty one has none. */
    public boolean makesUp(String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character >= ascii.length || !ascii[character]) {
                return false;
            }
        }
        return true;
    }
}
