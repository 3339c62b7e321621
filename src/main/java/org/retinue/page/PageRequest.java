package org.retinue.page;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.retinue.problem.Problem;
import org.retinue.problem.Quoted;

/**
 * Which part of a list ordered by time is asked for.
 *
 * @param limit how many items at most, 1 to {@value #MOST}
 * @param order which end comes first
 * @param from the earliest {@code since}, inclusive
 * @param to the latest {@code since}, exclusive
 * @param cursor where the last page ended; null for the first page
 */
public record PageRequest(int limit, Order order, Instant from, Instant to, String cursor) {

    /** How many items a page has when nobody says. */
    public static final int USUAL = 50;

    /** How many items a page has at most. */
    public static final int MOST = 1_000;

    /** Of ASCII: parseInt also takes a plus, and the digits of other scripts. */
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    /** Everything that PostgreSQL and ISO 8601 both can say in four digits, and for the exclusive end a bit more. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

    /** The first page, newest first. */
    public static PageRequest first(int limit) {
        return new PageRequest(limit, Order.NEWEST, EARLIEST, LATEST, null);
    }

    /** The page after one that ended with this cursor. */
    public PageRequest after(String next) {
        return new PageRequest(limit, order, from, to, next);
    }

    /**
     * Reads the query parameters, each null when absent.
     *
     * @throws Problem {@code malformed}, with the field
     */
    public static PageRequest parse(String limit, String order, String from, String to, String cursor) {
        return new PageRequest(
                limit(limit), Order.parse(order), instant("from", from, EARLIEST), instant("to", to, LATEST), cursor);
    }

    /**
     * Reads the parameter {@code limit}; null is {@value #USUAL}.
     *
     * @throws Problem {@code malformed}
     */
    public static int limit(String limit) {
        try {
            int parsed = limit == null ? USUAL : DIGITS.matcher(limit).matches() ? Integer.parseInt(limit) : 0;
            if (parsed >= 1 && parsed <= MOST) {
                return parsed;
            }
        } catch (NumberFormatException e) {
            // the same answer as for a number out of range
        }
        throw Problem.malformed("limit", "limit must be between 1 and " + MOST + ", got " + Quoted.of(limit));
    }

    /**
     * Reads an instant, such as {@code 2026-03-01T12:00:00Z} or {@code 2026-03-01T12:00:00+01:00}, to the microsecond.
     *
     * @throws Problem {@code malformed}, with the field
     */
    public static Instant instant(String field, String text, Instant absent) {
        if (text == null) {
            return absent;
        }
        try {
            // an unescaped + arrives as a space
            Instant parsed =
                    OffsetDateTime.parse(text.replace(' ', '+')).toInstant().truncatedTo(ChronoUnit.MICROS);
            if (isListed(parsed)) {
                return parsed;
            }
        } catch (DateTimeException e) {
            // the same answer as for an instant out of range
        }
        throw Problem.malformed(
                field, field + " must be an instant such as 2026-03-01T12:00:00Z, got " + Quoted.of(text));
    }

    /** Whether a follow can have begun then, as far as lists and imports know: in the years 1 to 9999. */
    public static boolean isListed(Instant since) {
        return !since.isBefore(EARLIEST) && !since.isAfter(LATEST);
    }
}
