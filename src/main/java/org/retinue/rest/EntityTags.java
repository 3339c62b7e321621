package org.retinue.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.retinue.problem.Problem;
import org.retinue.problem.Quoted;

/**
 * The value of If-Match or If-None-Match (RFC 9110, section 13.1).
 *
 * @param isAny whether it is an asterisk: any representation
 * @param strong the strong tags, without their quotes
 * @param all the strong and the weak tags, without quotes and {@code W/}
 */
public record EntityTags(boolean isAny, List<String> strong, List<String> all) {

    private static final Pattern TAG =
            Pattern.compile("\\s*(W/)?\"([\\x21\\x23-\\x7E\\x80-\\xFF]*)\"\\s*(,|$)|\\s*(,|$)");

    /**
     * Reads the values of all headers of a name; nothing if there are none.
     *
     * @throws Problem {@code malformed}, with the name of the header
     */
    public static Optional<EntityTags> of(String header, List<String> values) {
        if (values == null || values.isEmpty()) {
            return Optional.empty();
        }
        String value = String.join(",", values).strip();
        if (value.equals("*")) {
            return Optional.of(new EntityTags(true, List.of(), List.of()));
        }
        List<String> strong = new ArrayList<>();
        List<String> all = new ArrayList<>();
        Matcher tag = TAG.matcher(value);
        int end = 0;
        while (end < value.length() && tag.find(end) && tag.start() == end) {
            if (tag.group(2) != null) {
                all.add(tag.group(2));
                if (tag.group(1) == null) {
                    strong.add(tag.group(2));
                }
            }
            end = tag.end();
        }
        if (end < value.length() || all.isEmpty()) {
            throw Problem.malformed(header, header + " must be * or ETags in double quotes, got " + Quoted.of(value));
        }
        return Optional.of(new EntityTags(false, strong, all));
    }

    /** Whether a tag is among these by weak comparison. */
    public boolean matchesWeakly(String tag) {
        return isAny || all.contains(tag);
    }
}
