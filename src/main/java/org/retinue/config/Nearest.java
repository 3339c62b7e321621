package org.retinue.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known name that a misspelled one probably means. */
public final class Nearest {

    /** Longer input is no misspelled name, and would only cost time. */
    private static final int MAX_LENGTH = 64;

    private Nearest() {}

    /**
     * The known name that takes the fewest edits, if it takes at most {@code maxEdits} and fewer than the given name has
     * characters.
     */
    public static Optional<String> of(String given, Collection<String> known, int maxEdits) {
        int limit = Math.min(maxEdits, Math.min(given.length(), MAX_LENGTH) - 1);
        return known.stream()
                .filter(name -> edits(given, name) <= limit)
                .min(Comparator.comparingInt(name -> edits(given, name)));
    }

    /**
     * The number of characters to add, remove or replace to turn one text into the other (Levenshtein); the length of the
     * first text if that is more than {@value #MAX_LENGTH}.
     */
    public static int edits(String from, String to) {
        if (from.length() > MAX_LENGTH) {
            return from.length();
        }
        int[] previous = new int[to.length() + 1];
        Arrays.setAll(previous, i -> i);
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
