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

    private static final Pattern SEPARATOR = Pattern.compile("[\\s,;]+");
    private static final String BYTE_ORDER_MARK = "\ufeff";

    /** The most bytes of text that one step parses. */
    static final int STEP = 8 * 1024;

    private final ObjectReader json;
    private final Lines lines = new Lines(this::line);
    private GraphFormat format;
    private CsvColumns columns;
    private Gunzip gunzip;
    private boolean typeKnown;
    private boolean hasContent;
    private byte[] input = {};
    private int position;
    private byte[] unpacked;
    private List<Entry> entries = new ArrayList<>();

    /**
     * Begins to read.
     *
     * @param format of the lines; null to find out
     */
    GraphReader(GraphFormat format, ObjectMapper mapper) {
        this.format = format;
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

    /** Whether any line says something: it is neither blank nor a comment. */
    boolean hasContent() {
        return hasContent;
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
            hasContent = true;
            reject(number, "the line is longer than " + Lines.LONGEST + " bytes");
            return;
        }
        String text = (number == 1 && raw.startsWith(BYTE_ORDER_MARK) ? raw.substring(1) : raw).strip();
        if (text.isEmpty() || text.startsWith("#") || text.startsWith("%")) {
            return;
        }
        hasContent = true;
        if (!isUtf8) {
            reject(number, "the line is not UTF-8");
            return;
        }
        if (format == null) {
            format = GraphFormat.ofFirstLine(text);
        }
        switch (format) {
            case TEXT -> words(number, text);
            case CSV -> row(number, text);
            case NDJSON -> object(number, text);
        }
    }

    private void words(long number, String text) {
        String[] words = SEPARATOR.split(text, -1);
        if (words.length != 2) {
            reject(number, "a line is a follower and a followed, and this has " + words.length + " words");
            return;
        }
        edge(number, words[0], words[1], null, null);
    }

    private void row(long number, String text) {
        if (columns == null) {
            columns = CsvColumns.of(text);
            if (columns == null) {
                throw new MissingHeaderException();
            }
            return;
        }
        List<String> row = Csv.split(text);
        if (row == null) {
            reject(number, "a quoted field has no end");
            return;
        }
        String follower = CsvColumns.field(row, columns.follower());
        String followed = CsvColumns.field(row, columns.followed());
        if (followed == null) {
            user(
                    number,
                    follower,
                    CsvColumns.field(row, columns.displayName()),
                    CsvColumns.field(row, columns.isPrivate()));
            return;
        }
        Instant since = null;
        String written = CsvColumns.field(row, columns.since());
        if (written != null) {
            try {
                since = OffsetDateTime.parse(written).toInstant();
            } catch (DateTimeException e) {
                reject(number, "since is an instant such as 2026-03-01T12:00:00Z");
                return;
            }
        }
        edge(number, follower, followed, since, CsvColumns.field(row, columns.state()));
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

    /** CSV without a header: nothing in it can be understood. */
    static final class MissingHeaderException extends RuntimeException {
        MissingHeaderException() {
            super("the first line of CSV is its header, and names at least follower and followed", null, false, false);
        }
    }
}
