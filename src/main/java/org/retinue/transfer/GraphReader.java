package org.retinue.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.retinue.follow.Change;
import org.retinue.follow.Pair;
import org.retinue.follow.Wish;
import org.retinue.page.PageRequest;
import org.retinue.user.DisplayName;
import org.retinue.user.UserDirectory;
import org.retinue.user.Username;

/**
 * Reads the lines of a graph from chunks, packed with gzip or not, a bounded amount at a time. A line that can't be taken
 * is rejected alone.
 */
final class GraphReader {

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private static final Pattern LEADING_MARKS = Pattern.compile("^[#%\\s]+");

    /** The most characters of a line that an error repeats. */
    private static final int MAX_QUOTED = 100;

    private static final String ADVICE =
            "An import is text with a follower and a followed per line, CSV with a header such as follower,followed, or"
                    + " NDJSON. The parameter columns says which column is which, for example columns=follower,followed,-";

    /** The most bytes of text that one step parses. */
    static final int STEP = 8 * 1024;

    private final ObjectReader json;
    private final Lines lines = new Lines(this::line);
    private final ColumnChoice choice;
    private GraphFormat format;
    private GraphColumns columns;
    private GraphColumns commentColumns;

    /** The number of columns of the first line. */
    private int width;

    private boolean recognized;
    private boolean sizesFollow;
    private Gunzip gunzip;
    private boolean typeKnown;
    private byte[] input = {};
    private int position;
    private byte[] unpacked;
    private List<Entry> entries = new ArrayList<>();

    /**
     * Creates a reader.
     *
     * @param format of the lines; null to find out from the first one
     * @param choice which column has what; null to find out from the first line
     */
    GraphReader(GraphFormat format, ColumnChoice choice, ObjectMapper mapper) {
        this.format = format;
        this.choice = choice;
        this.json = mapper.readerFor(GraphLine.class);
    }

    /** Adds a chunk. The one before must have been parsed: {@link #step} returned false. */
    void feed(byte[] chunk) {
        if (typeKnown) {
            input = chunk;
        } else {
            input = concat(input, chunk);
            // It takes two bytes to recognise gzip, and they may arrive one by one.
            typeKnown = input.length >= 2;
            if (Gunzip.isGzip(input)) {
                gunzip = new Gunzip();
                unpacked = new byte[STEP];
            }
        }
        position = 0;
        if (gunzip != null) {
            gunzip.feed(input);
        }
    }

    /**
     * Parses up to {@value #STEP} bytes of text.
     *
     * @return false if it needs another chunk
     * @throws UnrecognizedInputException if the input is no edge list
     * @throws Gunzip.NotGzipException if a stream that began as gzip is damaged
     */
    boolean step() {
        if (!typeKnown) {
            return false;
        }
        int length;
        if (gunzip == null) {
            length = Math.min(STEP, input.length - position);
            lines.read(input, position, length);
            position += length;
        } else {
            length = gunzip.read(unpacked);
            lines.read(unpacked, 0, length);
        }
        if (length == 0) {
            input = new byte[0];
            position = 0;
        }
        return length > 0;
    }

    /** Whether {@link #step} may go on without another chunk. */
    boolean hasInput() {
        return typeKnown && input.length > 0;
    }

    /**
     * Parses the last line, which may have no end of its own.
     *
     * @throws Gunzip.NotGzipException if gzip ends in the middle
     */
    void end() {
        if (!typeKnown) {
            lines.read(input, 0, input.length);
        }
        if (gunzip != null) {
            gunzip.end();
        }
        lines.end();
    }

    /** Frees the memory of the inflater. */
    void close() {
        if (gunzip != null) {
            gunzip.close();
        }
    }

    /** The number of entries that {@link #take} returns. */
    int entryCount() {
        return entries.size();
    }

    /** Whether the format is known: a line was read that is neither blank nor a comment. */
    boolean isRecognized() {
        return recognized;
    }

    /** Which column became what; null for NDJSON, and before it is known. */
    ImportColumns columns() {
        return columns == null ? null : columns.toReport();
    }

    /** Removes and returns what the lines say that were parsed since the last call. */
    List<Entry> take() {
        List<Entry> taken = entries;
        entries = new ArrayList<>();
        return taken;
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private void line(long number, String raw, boolean isUtf8) {
        if (raw == null) {
            if (!recognized) {
                throw new UnrecognizedInputException("Line " + number + " is longer than " + Lines.LONGEST
                        + " bytes, so the body is no edge list. " + ADVICE);
            }
            reject(number, "the line is longer than " + Lines.LONGEST + " bytes");
            return;
        }
        String text = number == 1 && raw.startsWith(BYTE_ORDER_MARK) ? raw.substring(1) : raw;
        String stripped = text.strip();
        if (stripped.isEmpty()) {
            return;
        }
        if (stripped.startsWith("#") || stripped.startsWith("%")) {
            comment(stripped);
            return;
        }
        if (!recognized) {
            if (sizesFollow) {
                sizesFollow = false;
                return;
            }
            boolean isHeader = recognize(number, text, stripped, isUtf8);
            recognized = true;
            if (isHeader) {
                return;
            }
        }
        if (!isUtf8) {
            reject(number, "the line is not UTF-8");
            return;
        }
        switch (format) {
            case TEXT -> words(number, stripped);
            case CSV -> row(number, text);
            case NDJSON -> object(number, stripped);
        }
    }

    /** Takes what a comment before the first line says about it. */
    private void comment(String comment) {
        if (recognized) {
            return;
        }
        if (comment.startsWith("%PDF") || comment.startsWith("%!PS") || hasControlCharacter(comment)) {
            throw new UnrecognizedInputException(
                    "The body is no text, but looks like a PDF or another binary file. " + ADVICE);
        }
        // Matrix Market: the numbers of rows, columns and entries follow the comments.
        sizesFollow |= comment.startsWith("%%MatrixMarket");
        String text = LEADING_MARKS.matcher(comment).replaceFirst("");
        for (Separator separator : Separator.candidates(text)) {
            List<String> names = separator.split(text);
            GraphColumns named = names != null && names.size() > 1 && GraphColumns.areNames(names)
                    ? GraphColumns.ofHeader(separator, names)
                    : null;
            if (named != null) {
                commentColumns = named;
                return;
            }
        }
    }

    /**
     * Finds out from the first line, which is no comment, what the input is.
     *
     * @return whether the line is a header
     * @throws UnrecognizedInputException if it is no edge list
     */
    private boolean recognize(long number, String text, String stripped, boolean isUtf8) {
        if (!isUtf8 || hasControlCharacter(stripped) || stripped.indexOf('\ufffd') >= 0) {
            throw new UnrecognizedInputException(
                    "The body is no text in UTF-8, but looks like a binary file, such as a ZIP archive or a spreadsheet. "
                            + ADVICE);
        }
        if (stripped.startsWith("<")) {
            throw new UnrecognizedInputException("The body looks like HTML or XML. " + ADVICE);
        }
        if (stripped.startsWith("[")) {
            throw new UnrecognizedInputException(
                    "The body looks like a JSON array. Send NDJSON: one object per line, without brackets and commas"
                            + " around them.");
        }
        if (format == GraphFormat.NDJSON || (format == null && stripped.startsWith("{"))) {
            format = GraphFormat.NDJSON;
            requireGraphLine(number, stripped);
            return false;
        }
        if (choice instanceof ColumnChoice.ByOrder byOrder) {
            return choose(byOrder, number, text);
        }
        if (choice instanceof ColumnChoice.ByHeader byHeader) {
            choose(byHeader, text);
            return true;
        }
        if (findHeader(number, text)) {
            return true;
        }
        if (format == GraphFormat.CSV) {
            throw unrecognized(number, stripped, "CSV needs a header that names the follower and the followed.");
        }
        requireFollow(number, text, stripped);
        return false;
    }

    private void requireGraphLine(long number, String stripped) {
        if (choice != null) {
            throw new UnrecognizedInputException(
                    "The parameter columns is for text and CSV, and the body is NDJSON. Leave the parameter out.");
        }
        GraphLine line;
        try {
            line = json.readValue(stripped);
        } catch (JsonProcessingException e) {
            line = null;
        }
        if (line == null || (line.username() == null && line.follower() == null && line.followed() == null)) {
            throw unrecognized(
                    number,
                    stripped,
                    "NDJSON has one object per line: a user, with username and perhaps displayName and private, or a"
                            + " follow, with follower and followed and perhaps since and state.");
        }
    }

    private boolean choose(ColumnChoice.ByOrder chosen, long number, String text) {
        GraphColumns best = null;
        List<String> fields = List.of();
        for (Separator separator : Separator.candidates(text)) {
            List<String> row = separator.split(text);
            GraphColumns columnsOfRow = chosen.columns(separator);
            boolean fits = row != null && row.size() >= columnsOfRow.minimum();
            if (fits && best == null) {
                best = columnsOfRow;
                fields = row;
            }
        }
        if (best == null) {
            throw unrecognized(
                    number,
                    text.strip(),
                    "It has fewer columns than the parameter columns, which names "
                            + chosen.names().size() + ".");
        }
        boolean isHeader = GraphColumns.areNames(List.of(fields.get(best.follower()), fields.get(best.followed())));
        take(isHeader ? best.with(fields) : best, fields.size());
        return isHeader;
    }

    private void choose(ColumnChoice.ByHeader chosen, String text) {
        UnrecognizedInputException missing = null;
        for (Separator separator : Separator.candidates(text)) {
            List<String> names = separator.split(text);
            if (names != null) {
                try {
                    take(chosen.columns(separator, names), names.size());
                    return;
                } catch (UnrecognizedInputException e) {
                    missing = missing == null ? e : missing;
                }
            }
        }
        throw missing;
    }

    private boolean findHeader(long number, String text) {
        boolean areNames = false;
        for (Separator separator : Separator.candidates(text)) {
            List<String> names = separator.split(text);
            if (names == null || names.size() < 2) {
                continue;
            }
            // Two names may be two users, and several words may be a sentence.
            boolean areKnown = GraphColumns.areNames(names);
            boolean mayBeHeader = areKnown || (names.size() > 2 && separator != Separator.ANY);
            GraphColumns named = mayBeHeader ? GraphColumns.ofHeader(separator, names) : null;
            if (named != null) {
                take(named, names.size());
                return true;
            }
            areNames |= areKnown;
        }
        if (areNames) {
            throw unrecognized(
                    number, text.strip(), "It looks like a header that does not say which user follows the other.");
        }
        return false;
    }

    private void requireFollow(long number, String text, String stripped) {
        if (commentColumns != null) {
            for (Separator separator : List.of(Separator.ANY, commentColumns.separator())) {
                List<String> row = separator.split(text);
                if (row != null
                        && row.size() == commentColumns.names().size()
                        && isFollow(row.get(commentColumns.follower()), row.get(commentColumns.followed()))) {
                    take(commentColumns.with(separator), row.size());
                    return;
                }
            }
        }
        List<String> words = Separator.ANY.split(stripped);
        if (words.size() != 2) {
            throw unrecognized(
                    number,
                    stripped,
                    "It has " + words.size() + (words.size() == 1 ? " column" : " columns")
                            + ", and without a header a line has two: the follower and the followed.");
        }
        if (!isFollow(words.get(0), words.get(1))) {
            String side = Username.isValid(words.get(0)) ? "followed" : "follower";
            throw unrecognized(number, stripped, Username.rule(side) + ".");
        }
        take(GraphColumns.PAIR, 2);
        format = GraphFormat.TEXT;
    }

    private void take(GraphColumns found, int columnsOfLine) {
        columns = found;
        width = columnsOfLine;
        format = GraphFormat.CSV;
    }

    private static boolean isFollow(String follower, String followed) {
        return Username.isValid(follower) && Username.isValid(followed);
    }

    private static boolean hasControlCharacter(String text) {
        return text.chars().anyMatch(character -> character < ' ' && character != '\t');
    }

    private static UnrecognizedInputException unrecognized(long number, String line, String reason) {
        String begin = line.length() <= MAX_QUOTED ? line : line.substring(0, MAX_QUOTED) + "...";
        return new UnrecognizedInputException(
                "Line " + number + " is neither a header nor a follow: '" + begin + "'. " + reason + " " + ADVICE);
    }

    private void words(long number, String text) {
        List<String> words = Separator.ANY.split(text);
        if (words.size() != 2) {
            reject(number, "a line has 2 words, a follower and a followed, and this has " + words.size() + " words");
            return;
        }
        edge(number, words.get(0), words.get(1), null, null);
    }

    private void row(long number, String text) {
        List<String> row = columns.separator().split(text);
        if (row == null) {
            reject(number, "a quoted field has no end");
            return;
        }
        if (columns.separator() == Separator.ANY && row.size() != width) {
            reject(number, "a line has " + width + " columns, as the first one has, and this has " + row.size());
            return;
        }
        String follower = GraphColumns.field(row, columns.follower());
        String followed = GraphColumns.field(row, columns.followed());
        if (followed == null) {
            user(
                    number,
                    follower,
                    GraphColumns.field(row, columns.displayName()),
                    GraphColumns.field(row, columns.isPrivate()));
            return;
        }
        Instant since = null;
        String written = GraphColumns.field(row, columns.since());
        if (written != null) {
            try {
                since = OffsetDateTime.parse(written).toInstant();
            } catch (DateTimeException e) {
                reject(number, "since is an instant such as 2026-03-01T12:00:00Z");
                return;
            }
        }
        edge(number, follower, followed, since, GraphColumns.field(row, columns.state()));
    }

    private void object(long number, String text) {
        GraphLine line;
        try {
            line = json.readValue(text);
        } catch (JsonProcessingException e) {
            reject(number, "the line is not a JSON object with the fields of a user or of a follow");
            return;
        }
        if (line == null || (line.username() != null && line.follower() != null)) {
            reject(number, "a line is either a user, with username, or a follow, with follower and followed");
        } else if (line.username() != null) {
            user(number, line.username(), line.displayName(), String.valueOf(Boolean.TRUE.equals(line.isPrivate())));
        } else {
            edge(number, line.follower(), line.followed(), line.since(), line.state());
        }
    }

    private void user(long number, String username, String displayName, String isPrivate) {
        if (!Username.isValid(username)) {
            reject(number, Username.rule("username"));
        } else if (displayName != null && !DisplayName.isValid(displayName)) {
            reject(number, DisplayName.explain(displayName));
        } else if (isPrivate != null && !isPrivate.equals("true") && !isPrivate.equals("false")) {
            reject(number, "private is true or false");
        } else {
            entries.add(new Entry.User(
                    number, new UserDirectory.Entry(username, displayName, Boolean.parseBoolean(isPrivate))));
        }
    }

    private void edge(long number, String follower, String followed, Instant since, String state) {
        if (!Username.isValid(follower)) {
            reject(number, Username.rule("follower"));
        } else if (!Username.isValid(followed)) {
            reject(number, Username.rule("followed"));
        } else if (follower.equals(followed)) {
            reject(number, "nobody can follow themselves");
        } else if (since != null && !PageRequest.isListed(since)) {
            reject(number, "since is in the years 1 to 9999");
        } else if (state != null && !state.equals("following") && !state.equals("requested")) {
            reject(number, "state is following or requested");
        } else {
            // a request to a user whom anybody can follow is a follow
            Wish wish = "requested".equals(state) ? Wish.FOLLOW : Wish.FOLLOWING;
            Instant began = since == null ? null : since.truncatedTo(ChronoUnit.MICROS);
            entries.add(new Entry.Edge(number, new Change(new Pair(follower, followed), wish, began)));
        }
    }

    private void reject(long number, String reason) {
        entries.add(new Entry.Rejected(number, reason));
    }
}
