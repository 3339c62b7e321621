package org.retinue.transfer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.retinue.problem.Problem;

/** What a caller says about the columns of an import, by their order or by the names of the header. */
sealed interface ColumnChoice {

    /** The names that a choice can give to a column. */
    List<String> NAMES = List.of("follower", "followed", "since", "state", "displayName", "private");

    /** The name of a column that is left out. */
    String IGNORED = "-";

    /**
     * The columns in their order.
     *
     * @param names of each column: one of {@link #NAMES}, or {@link #IGNORED}
     */
    record ByOrder(List<String> names) implements ColumnChoice {

        GraphColumns columns(Separator separator) {
            return new GraphColumns(
                    separator,
                    List.of(),
                    names.indexOf("follower"),
                    names.indexOf("followed"),
                    names.indexOf("since"),
                    names.indexOf("state"),
                    names.indexOf("displayName"),
                    names.indexOf("private"));
        }
    }

    /**
     * The columns by the names that the header has.
     *
     * @param headers the name in the header of each of {@link #NAMES} that is given
     */
    record ByHeader(Map<String, String> headers) implements ColumnChoice {

        /**
         * The columns of a header.
         *
         * @throws UnrecognizedInputException if it has not all the names
         */
        GraphColumns columns(Separator separator, List<String> header) {
            List<String> plain = header.stream().map(ColumnRole::normalize).toList();
            Map<String, Integer> indexes = new LinkedHashMap<>();
            headers.forEach((name, column) -> {
                int index = plain.indexOf(ColumnRole.normalize(column));
                if (index < 0) {
                    throw new UnrecognizedInputException("The header has no column '" + column
                            + "', which the parameter columns names. It has: " + String.join(", ", header));
                }
                indexes.put(name, index);
            });
            return new GraphColumns(
                    separator,
                    header,
                    indexes.get("follower"),
                    indexes.get("followed"),
                    indexes.getOrDefault("since", -1),
                    indexes.getOrDefault("state", -1),
                    indexes.getOrDefault("displayName", -1),
                    indexes.getOrDefault("private", -1));
        }
    }

    /**
     * Reads the parameter {@code columns}: {@code followed,follower,-,since}, or {@code follower:user_a,followed:user_b}.
     *
     * @param text null for no choice
     * @return null for no choice
     * @throws Problem {@code malformed}
     */
    static ColumnChoice parse(String text) {
        if (text == null) {
            return null;
        }
        List<String> names = new ArrayList<>();
        Map<String, String> headers = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int colon = part.indexOf(':');
            String name = name((colon < 0 ? part : part.substring(0, colon)).strip());
            if (!name.equals(IGNORED) && names.contains(name)) {
                throw malformed("names " + name + " twice");
            }
            names.add(name);
            if (colon >= 0) {
                headers.put(name, part.substring(colon + 1).strip());
            }
        }
        if (!names.contains("follower") || !names.contains("followed")) {
            throw malformed("must name follower and followed, got '" + text + "'");
        }
        if (headers.isEmpty()) {
            return new ByOrder(List.copyOf(names));
        }
        if (headers.size() < names.size() || headers.containsValue("") || headers.containsKey(IGNORED)) {
            throw malformed("must give the header's name of every column or of none, got '" + text + "'");
        }
        return new ByHeader(headers);
    }

    private static String name(String written) {
        if (written.equals(IGNORED)) {
            return IGNORED;
        }
        return NAMES.stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).equals(written.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> malformed("must consist of " + String.join(", ", NAMES) + " and - for a column to"
                        + " leave out, got '" + written + "'"));
    }

    private static Problem malformed(String rule) {
        return Problem.malformed(
                "columns",
                "columns " + rule + ". Examples: followed,follower,-,since or follower:user_a,followed:user_b");
    }
}
