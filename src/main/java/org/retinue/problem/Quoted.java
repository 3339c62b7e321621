package org.retinue.problem;

/** Text from a request, made fit to be repeated in an error text. */
public final class Quoted {

    private static final int MAX_LENGTH = 100;

    private Quoted() {}

    /** The text in single quotes: at most {@value #MAX_LENGTH} characters, with control characters replaced. */
    public static String of(String text) {
        return "'" + bounded(text) + "'";
    }

    /** The same without quotes. */
    static String bounded(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), MAX_LENGTH) + 1);
        text.codePoints().limit(MAX_LENGTH).forEach(c -> shown.appendCodePoint(isShown(c) ? c : '\uFFFD'));
        return text.codePointCount(0, text.length()) > MAX_LENGTH
                ? shown.append('\u2026').toString()
                : shown.toString();
    }

    private static boolean isShown(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE -> false;
            default -> true;
        };
    }
}
