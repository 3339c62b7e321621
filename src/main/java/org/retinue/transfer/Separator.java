package org.retinue.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What stands between the columns of a line. */
enum Separator {
    TAB('\t'),
    COMMA(','),
    SEMICOLON(';'),
    /** Any white space, commas and semicolons, one or several. There are no quotes and no empty columns. */
    ANY(' ');

    private static final Pattern ANY_SEPARATORS = Pattern.compile("[\\s,;]+");

    private final char character;

    Separator(char character) {
        this.character = character;
    }

    /** The separators that a line may have: those that it contains, the most specific one first. */
    static List<Separator> candidates(String line) {
        List<Separator> candidates = new ArrayList<>();
        for (Separator separator : List.of(TAB, COMMA, SEMICOLON)) {
            if (line.indexOf(separator.character) >= 0) {
                candidates.add(separator);
            }
        }
        candidates.add(ANY);
        return candidates;
    }

    /** The columns of a line, without their quotes; null if a quoted column has no end. */
    List<String> split(String line) {
        if (this == ANY) {
            return List.of(ANY_SEPARATORS.split(line.strip(), -1));
        }
        // A tab at the begin of a line is an empty column, and must stay.
        return Csv.split(this == TAB ? line : line.strip(), character);
    }
}
