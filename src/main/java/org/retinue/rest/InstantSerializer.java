package org.retinue.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Writes an instant as {@link Instant#toString} does, digit by digit. Jackson's own goes through a formatter that is put
 * together at run time, and takes two thirds of the time of writing a page (docs/benchmarks.md).
 */
public final class InstantSerializer extends StdSerializer<Instant> {

    private static final Instant YEAR_0 = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");
    private static final int SECONDS_A_DAY = 86_400;
    private static final int LONGEST = "2026-03-01T12:00:00.123456789Z".length();

    /** For every instant. */
    public InstantSerializer() {
        super(Instant.class);
    }

    @Override
    public void serialize(Instant instant, JsonGenerator json, SerializerProvider provider) throws IOException {
        if (instant.isBefore(YEAR_0) || !instant.isBefore(YEAR_10000)) {
            // years of another form
            json.writeString(instant.toString());
            return;
        }
        LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(instant.getEpochSecond(), SECONDS_A_DAY));
        char[] text = new char[LONGEST];
        int second = Math.floorMod(instant.getEpochSecond(), SECONDS_A_DAY);
        int end = digits(text, 0, day.getYear(), 4);
        end = digits(text, after(text, end, '-'), day.getMonthValue(), 2);
        end = digits(text, after(text, end, '-'), day.getDayOfMonth(), 2);
        end = digits(text, after(text, end, 'T'), second / 3_600, 2);
        end = digits(text, after(text, end, ':'), second / 60 % 60, 2);
        end = digits(text, after(text, end, ':'), second % 60, 2);
        end = fraction(text, end, instant.getNano());
        json.writeString(text, 0, after(text, end, 'Z'));
    }

    /** In as few groups of three digits as hold it. */
    private static int fraction(char[] text, int at, int nanos) {
        if (nanos == 0) {
            return at;
        }
        int point = after(text, at, '.');
        if (nanos % 1_000_000 == 0) {
            return digits(text, point, nanos / 1_000_000, 3);
        }
        return nanos % 1_000 == 0 ? digits(text, point, nanos / 1_000, 6) : digits(text, point, nanos, 9);
    }

    private static int digits(char[] text, int at, int number, int width) {
        int rest = number;
        for (int i = at + width - 1; i >= at; i--) {
            text[i] = (char) ('0' + rest % 10);
            rest /= 10;
        }
        return at + width;
    }

    private static int after(char[] text, int at, char mark) {
        text[at] = mark;
        return at + 1;
    }
}
