package org.retinue.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.follow.Change;
import org.retinue.follow.Pair;
import org.retinue.follow.Wish;
import org.retinue.user.UserDirectory;

/** What a graph's lines say, in each way to write them. */
class GraphReaderTest {

    private static final ObjectMapper MAPPER = new ObjectMapper().registerModule(new JavaTimeModule());
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice bob\n",
                "alice\tbob",
                "alice,bob",
                "alice, bob\r\n",
                "alice;bob",
                "  alice   bob  \n",
                "\ufeffalice bob\n",
                "# a comment\n% another\n\n   \nalice bob\n",
                "\ufefffollower,followed\r\nalice,bob\r\n",
                "followed,follower\nbob,alice\n",
                "\"Follower\",\"FOLLOWED\"\n\"alice\",\"bob\"\n",
                "{\"follower\":\"alice\",\"followed\":\"bob\"}\n",
                "{\"follower\":\"alice\",\"followed\":\"bob\",\"state\":\"following\"}"
            })
    void aFollowIsReadHoweverItIsWritten(String text) {
        assertThat(read(null, text)).containsExactly(follow("alice", "bob", null));
    }

    @Test
    void everyColumnOfAnExportIsRead() {
        String text = CsvColumns.HEADER + """

                alice,,,,"Alice, ""A""\",true
                bob,,,,,false
                alice,bob,2026-03-01T12:00:00.123456Z,following,,
                bob,alice,2026-03-01T13:00:00.123456789+01:00,requested,,
                """;
        assertThat(read(GraphFormat.CSV, text))
                .containsExactly(
                        user("alice", "Alice, \"A\"", true),
                        user("bob", null, false),
                        follow("alice", "bob", NOON),
                        new Entry.Edge(0, new Change(new Pair("bob", "alice"), Wish.FOLLOW, NOON)));
    }

    @Test
    void everyFieldOfAnExportIsRead() {
        String text = """
                {"username":"alice","displayName":"\\u00c9lise, \\"A\\"","private":true}
                {"username":"bob"}
                {"follower":"alice","followed":"bob","since":"2026-03-01T12:00:00.123456Z"}
                {"follower":"bob","followed":"alice","since":"2026-03-01T12:00:00.123456Z","state":"requested"}
                """;
        assertThat(read(GraphFormat.NDJSON, text))
                .containsExactly(
                        user("alice", "\u00c9lise, \"A\"", true),
                        user("bob", null, false),
                        follow("alice", "bob", NOON),
                        new Entry.Edge(0, new Change(new Pair("bob", "alice"), Wish.FOLLOW, NOON)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "alice bob carol | 3 words",
                "alice | 1 words",
                "alice bob/2 | followed is",
                ". bob | follower is",
                "alice alice | follow themselves",
                "follower,followed~alice,alice | follow themselves",
                "follower,followed~alice,\"bob | no end",
                "follower,followed,since~alice,bob,yesterday | since is an instant",
                "follower,followed,since~alice,bob,+10000-01-01T00:00:00Z | years 1 to 9999",
                "follower,followed,state~alice,bob,hating | state is",
                "follower,followed,private~alice,,perhaps | private is",
                "follower,followed~,bob | follower is",
                "follower,followed~,, | username is",
                "{}~{\"follower\":\"alice\"} | followed is",
                "{}~{\"username\":\"alice\",\"follower\":\"bob\"} | either a user",
                "{}~{\"username\":\"alice\",\"nick\":\"al\"} | not a JSON object",
                "{}~null | either a user",
                "{}~[1] | not a JSON object",
                "{}~{\"username\":\"alice\" | not a JSON object",
                "{}~{\"username\":\"alice\",\"displayName\":\"\"} | displayName must",
                "{}~{\"username\":\"alice\",\"displayName\":\"a\\u0000b\"} | displayName must"
            })
    void aLineThatCantBeTakenIsRejectedWithItsNumber(String lines, String reason) {
        String text = lines.replace('~', '\n');
        long number = text.lines().count();
        List<Entry> entries = read(null, text + "\n");
        assertThat(entries.get(entries.size() - 1)).isInstanceOfSatisfying(Entry.Rejected.class, rejected -> {
            assertThat(rejected.line()).isEqualTo(number);
            assertThat(rejected.reason()).contains(reason);
        });
    }

    @Test
    void linesAroundARejectedOneAreTaken() {
        assertThat(read(null, "alice bob\nnonsense\n\n# comment\nbob alice\nx y z"))
                .containsExactly(
                        follow("alice", "bob", null),
                        new Entry.Rejected(2, "a line is a follower and a followed, and this has 1 words"),
                        follow("bob", "alice", null),
                        new Entry.Rejected(6, "a line is a follower and a followed, and this has 3 words"));
    }

    @Test
    void aLineThatIsTooLongIsRejectedAlone() {
        List<Entry> entries = read(null, "alice bob\n" + "x".repeat(20_000) + " y\nbob alice\n");
        assertThat(entries).hasSize(3);
        assertThat(entries.get(1)).isInstanceOf(Entry.Rejected.class);
    }

    @Test
    void csvWithoutAHeaderIsRefused() {
        assertThatThrownBy(() -> read(GraphFormat.CSV, "alice,bob\n"))
                .isInstanceOf(GraphReader.MissingHeaderException.class);
    }

    @Test
    void gzipIsRecognisedInPiecesOfAnySize() {
        byte[] packed = GunzipTest.gzip("alice bob\n".getBytes(StandardCharsets.UTF_8));
        for (int size = 1; size <= packed.length; size++) {
            assertThat(read(null, packed, size)).as("pieces of %s", size).containsExactly(follow("alice", "bob", null));
        }
    }

    @Test
    void lineThatIsNotUtf8IsRejectedAlone() {
        byte[] latin1 = "# \u00e9\na b\n{\u00e9\nc d\n".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(read(GraphFormat.TEXT, latin1, 1_000_000))
                .containsExactly(
                        follow("a", "b", null), new Entry.Rejected(3, "the line is not UTF-8"), follow("c", "d", null));
    }

    private static List<Entry> read(GraphFormat format, String text) {
        List<Entry> whole = read(format, text.getBytes(StandardCharsets.UTF_8), 1_000_000);
        assertThat(read(format, text.getBytes(StandardCharsets.UTF_8), 1))
                .as("byte by byte")
                .isEqualTo(whole);
        return whole;
    }

    private static List<Entry> read(GraphFormat format, byte[] bytes, int pieces) {
        GraphReader reader = new GraphReader(format, MAPPER);
        List<Entry> entries = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += pieces) {
            reader.feed(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + pieces)));
            while (reader.step()) {
                entries.addAll(reader.take());
            }
        }
        reader.end();
        entries.addAll(reader.take());
        entries.replaceAll(GraphReaderTest::withoutLine);
        return entries;
    }

    private static Entry withoutLine(Entry entry) {
        if (entry instanceof Entry.Edge edge) {
            return new Entry.Edge(0, edge.change());
        }
        return entry instanceof Entry.User user ? new Entry.User(0, user.user()) : entry;
    }

    private static Entry follow(String follower, String followed, Instant since) {
        return new Entry.Edge(0, new Change(new Pair(follower, followed), Wish.FOLLOWING, since));
    }

    private static Entry user(String username, String displayName, boolean isPrivate) {
        return new Entry.User(0, new UserDirectory.Entry(username, displayName, isPrivate));
    }
}
