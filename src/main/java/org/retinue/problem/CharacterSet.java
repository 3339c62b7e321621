package org.retinue.problem;

import java.util.BitSet;

/** Some of the characters of ASCII, for what every request is looked at for: a pattern would make a matcher each time. */
public final class CharacterSet {

    /** Letters and digits, which are in every one. */
    private static final String ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private final BitSet characters = new BitSet();

    private CharacterSet() {}

    /** Letters, digits and these. */
    public static CharacterSet alphanumericAnd(String others) {
        CharacterSet set = new CharacterSet();
        (ALPHANUMERIC + others).chars().forEach(set.characters::set);
        return set;
    }

    /** Whether a text has no others; the empty one has none. */
    public boolean makesUp(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!characters.get(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
