package org.retinue.user;

import java.util.OptionalInt;

/**
 * The form of a display name: text that UTF-8 and PostgreSQL can hold, that a person can see, and that changes the display
 * of no text around it.
 */
public final class DisplayName {

    static final int MAX_CODE_POINTS = 200;

    private DisplayName() {}

    /** Whether text has the form. */
    public static boolean isValid(String text) {
        int codePoints = text.codePointCount(0, text.length());
        return codePoints >= 1
                && codePoints <= MAX_CODE_POINTS
                && firstRefused(text).isEmpty()
                && text.codePoints().anyMatch(DisplayName::isVisible);
    }

    /** A sentence about a text that does not have the form: what is wrong with it, and what the form is. */
    public static String explain(String text) {
        OptionalInt refused = firstRefused(text);
        String form = "displayName must be 1 to " + MAX_CODE_POINTS + " characters, at least one of them visible";
        if (refused.isPresent()) {
            return form + ", without control characters, bidirectional controls, line separators and noncharacters: "
                    + "remove U+%04X".formatted(refused.getAsInt());
        }
        int codePoints = text.codePointCount(0, text.length());
        return form + (codePoints <= MAX_CODE_POINTS ? ": none is visible" : ", got " + codePoints);
    }

    private static OptionalInt firstRefused(String text) {
        return text.codePoints().filter(DisplayName::isRefused).findFirst();
    }

    private static boolean isRefused(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            default -> isBidirectionalControl(c) || isNoncharacter(c);
        };
    }

    /** Unicode's property Bidi_Control. */
    private static boolean isBidirectionalControl(int c) {
        return c == 0x061C
                || c == 0x200E
                || c == 0x200F
                || isBetween(c, 0x202A, 0x202E)
                || isBetween(c, 0x2066, 0x2069);
    }

    private static boolean isNoncharacter(int c) {
        return (c & 0xFFFE) == 0xFFFE || isBetween(c, 0xFDD0, 0xFDEF);
    }

    /** Neither white space nor one of the characters that Unicode's property Default_Ignorable_Code_Point names. */
    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.SPACE_SEPARATOR, Character.FORMAT, Character.CONTROL -> false;
            default ->
                c != 0x034F
                        && c != 0x115F
                        && c != 0x1160
                        && c != 0x17B4
                        && c != 0x17B5
                        && !isBetween(c, 0x180B, 0x180F)
                        && c != 0x2065
                        && c != 0x2800 // the blank pattern of Braille
                        && c != 0x3164
                        && !isBetween(c, 0xFE00, 0xFE0F)
                        && c != 0xFFA0
                        && !isBetween(c, 0xFFF0, 0xFFF8)
                        && !isBetween(c, 0xE0000, 0xE0FFF);
        };
    }

    private static boolean isBetween(int c, int first, int last) {
        return c >= first && c <= last;
    }
}
