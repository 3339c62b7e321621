package org.retinue.transfer;

import java.util.ArrayList;
import java.util.List;

/** One record of CSV (RFC 4180) on one line, with a comma or another separator. */
final class Csv {

    private static final char QUOTE = '"';

    private Csv() {}

    /** The fields of a line, without their quotes; null if a quoted field has no end. */
    static List<String> split(String line, char separator) {
        List<String> fields = new ArrayList<>();
        int at = 0;
        while (true) {
            if (at < line.length() && line.charAt(at) == QUOTE) {
                StringBuilder field = new StringBuilder();
                at = unquote(line, at + 1, field);
                if (at < 0 || (at < line.length() && line.charAt(at) != separator)) {
                    return null;
                }
                fields.add(field.toString());
            } else {
                int next = line.indexOf(separator, at);
                int end = next < 0 ? line.length() : next;
                fields.add(line.substring(at, end).strip());
                at = end;
            }
            if (at >= line.length()) {
                return fields;
            }
            at++;
        }
    }

    /** A field as it stands in a line, quoted if it must be. */
    static String quote(String field) {
        boolean plain = field.indexOf(',') < 0
                && field.indexOf(QUOTE) < 0
                && field.strip().equals(field);
        return plain ? field : QUOTE + field.replace("\"", "\"\"") + QUOTE;
    }

    /** Reads up to the closing quote, and returns the place after it; -1 if there is none. */
    private static int unquote(String line, int from, StringBuilder field) {
        for (int i = from; i < line.length(); i++) {
            if (line.charAt(i) != QUOTE) {
                field.append(line.charAt(i));
            } else if (i + 1 < line.length() && line.charAt(i + 1) == QUOTE) {
                field.append(QUOTE);
                i++;
            } else {
                return i + 1;
            }
        }
        return -1;
    }
}
