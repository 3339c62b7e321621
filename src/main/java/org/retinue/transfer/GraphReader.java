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
import org.retinue.user.UserChange;
import org.retinue.user.UserDirectory;
import org.retinue.user.Username;

/**
 * Reads the lines of a graph, as bytes that arrive in pieces, packed with gzip or not. A line that can't be taken is
 * rejected alone.
 */
final class GraphReader {

    private static final Pattern SEPARATOR = Pattern.compile("[\\s,;]+");
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private final ObjectReader json;
    private final Lines lines = new Lines(this::line);
    private GraphFormat format;
    private CsvColumns columns;
    private Gunzip gunzip;
    private boolean begun;
    private byte[] head = {};
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

    /**
     * Reads a piece, and returns what its lines say.
     *
     * @throws Gunzip.NotGzipException when a stream that began as gzip does not go on as such
     */
    List<Entry> read(byte[] bytes) {
        if (begun) {
            unpack(bytes);
        } else {
            begin(bytes);
        }
        return taken();
    }

    /** It takes two bytes to tell gzip, and they may come one by one. */
    private void begin(byte[] bytes) {
        byte[] all = Arrays.copyOf(head, head.length + bytes.length);
        System.arraycopy(bytes, 0, all, head.length, bytes.length);
        if (all.length < 2) {
            head = all;
            return;
        }
        begun = true;
        if (Gunzip.isGzip(all)) {
            gunzip = new Gunzip(lines::read);
        }
        unpack(all);
    }

    private void unpack(byte[] bytes) {
        if (gunzip == null) {
            lines.read(bytes, bytes.length);
        } else {
            gunzip.read(bytes);
        }
    }

    /**
     * Ends, and returns what the last line says.
     *
     * @throws Gunzip.NotGzipException when gzip ends in the middle
     */
    List<Entry> end() {
        if (!begun) {
            unpack(head);
        }
        if (gunzip != null) {
            gunzip.end();
        }
        lines.end();
        return taken();
    }

    private List<Entry> taken() {
        List<Entry> taken = entries;
        entries = new ArrayList<>();
        return taken;
    }

    private void line(long number, String raw) {
        if (raw == null) {
            reject(number, "the line is longer than " + Lines.LONGEST + " bytes");
            return;
        }
        String text = (number == 1 && raw.startsWith(BYTE_ORDER_MARK) ? raw.substring(1) : raw).strip();
        if (text.isEmpty() || text.startsWith("#") || text.startsWith("%")) {
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
        } else if (displayName != null && !UserChange.isDisplayName(displayName)) {
            reject(number, "displayName is 1 to 200 characters, none of them a control character");
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
