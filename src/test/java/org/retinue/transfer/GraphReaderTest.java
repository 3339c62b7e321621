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
import org.retinue.problem.Problem;
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
        String text = GraphColumns.HEADER + """

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
                "a b~alice bob carol | 3 words",
                "a b~alice | 1 words",
                "a b~alice bob/2 | followed is",
                "a b~. bob | follower is",
                "a b~alice alice | follow themselves",
                "follower,followed~alice,alice | follow themselves",
                "follower,followed~alice,\"bob | no end",
                "follower,followed,since~alice,bob,yesterday | since is an instant",
                "follower,followed,since~alice,bob,+10000-01-01T00:00:00Z | years 1 to 9999",
                "follower,followed,state~alice,bob,hating | state is",
                "follower,followed,private~alice,,perhaps | private is",
                "follower,followed~,bob | follower is",
                "follower,followed~,, | username is",
                "{\"username\":\"a\"}~{\"follower\":\"alice\"} | followed is",
                "{\"username\":\"a\"}~{\"username\":\"alice\",\"follower\":\"bob\"} | either a user",
                "{\"username\":\"a\"}~{\"username\":\"alice\",\"nick\":\"al\"} | not a JSON object",
                "{\"username\":\"a\"}~null | either a user",
                "{\"username\":\"a\"}~[1] | not a JSON object",
                "{\"username\":\"a\"}~{\"username\":\"alice\" | not a JSON object",
                "{\"username\":\"a\"}~{\"username\":\"alice\",\"displayName\":\"\"} | displayName must",
                "{\"username\":\"a\"}~{\"username\":\"alice\",\"displayName\":\"a\\u0000b\"} | displayName must"
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
                        new Entry.Rejected(2, "a line has 2 words, a follower and a followed, and this has 1 words"),
                        follow("bob", "alice", null),
                        new Entry.Rejected(6, "a line has 2 words, a follower and a followed, and this has 3 words"));
    }

    @Test
    void aLineThatIsTooLongIsRejectedAlone() {
        List<Entry> entries = read(null, "alice bob\n" + "x".repeat(20_000) + " y\nbob alice\n");
        assertThat(entries).hasSize(3);
        assertThat(entries.get(1)).isInstanceOf(Entry.Rejected.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "follower,followed~alice,bob | follower | followed",
                "Follower;Followed~alice;bob | Follower | Followed",
                "follower\tfollowed~alice\tbob | follower | followed",
                "FOLLOWED , FOLLOWER~bob , alice | FOLLOWED | FOLLOWER",
                "follower_id,followed_id~alice,bob | follower_id | followed_id",
                "follower-id;followee-id~alice;bob | follower-id | followee-id",
                "\"Follower ID\",\"Followed ID\"~\"alice\",\"bob\" | Follower ID | Followed ID",
                "followed_id,follower_id~bob,alice | followed_id | follower_id",
                "followee,follower~bob,alice | followee | follower",
                "follower_id,following_id~alice,bob | follower_id | following_id",
                "following,follower~bob,alice | following | follower",
                "following_user_id,followed_user_id~alice,bob | following_user_id | followed_user_id",
                "user_id,follower_id~bob,alice | user_id | follower_id",
                "follower_id,user_id~alice,bob | follower_id | user_id",
                "user_id,followed_id~alice,bob | user_id | followed_id",
                "user,following~alice,bob | user | following",
                "user_id,followed_by~bob,alice | user_id | followed_by",
                "account_id,target_account_id~alice,bob | account_id | target_account_id",
                "Source,Target~alice,bob | Source | Target",
                "Target;Source~bob;alice | Target | Source",
                "Source,Target,Type,Id,Label,Weight~alice,bob,Directed,1,,1.0 | Source | Target",
                "source\ttarget\tweight~alice\tbob\t3 | source | target",
                "source target weight~alice bob 3 | source | target",
                "from,to~alice,bob | from | to",
                "to_node_id,from_node_id~bob,alice | to_node_id | from_node_id",
                "FromNodeId ToNodeId~alice bob | FromNodeId | ToNodeId",
                ":START_ID,:END_ID,:TYPE~alice,bob,FOLLOWS | :START_ID | :END_ID",
                "id,user_id,follower_id,created_at~7,bob,alice,2024-01-01 | user_id | follower_id",
                "# FromNodeId\tToNodeId~alice\tbob | FromNodeId | ToNodeId",
                "# Nodes: 2 Edges: 1~# ToNodeId\tFromNodeId~bob\talice | ToNodeId | FromNodeId",
                "% source target weight~alice bob 3 | source | target",
                "alice bob | column 1 | column 2",
                "source bob~alice bob | column 1 | column 2"
            })
    void headersMapToTheirSides(String lines, String one, String other) {
        GraphReader reader = new GraphReader(null, null, MAPPER);
        List<Entry> entries = read(reader, lines.replace('~', '\n').getBytes(StandardCharsets.UTF_8), 1_000);

        assertThat(entries).contains(follow("alice", "bob", null));
        assertThat(entries).allMatch(Entry.Edge.class::isInstance);
        assertThat(List.of(reader.columns().follower(), reader.columns().followed()))
                .containsExactlyInAnyOrder(one, other);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Account address,Show boosts~alice@example.org,true | looks like a header",
                "Account address,Show boosts,Notify on new posts,Languages~alice@example.org,true,false, | looks like a header",
                "Account address~alice@example.org | Account address",
                "accounts~alice~bob | 1 column,",
                "alice~bob | 1 column,",
                "name,email~alice,bob | looks like a header",
                "user,friend~alice,bob | looks like a header",
                "user_id,target~alice,bob | looks like a header",
                "follower,name,city~alice,bob,rome | 3 columns",
                "follower_id,follower_name,followed_id~1,alice,2 | looks like a header",
                "alice bob 3~bob carol 1 | 3 columns",
                "alice,bob/2~bob,carol | bob/2",
                "Dear Sir, | 3 columns",
                "<!DOCTYPE html>~<p>alice bob</p> | HTML",
                "<graphml><edge source='a'/></graphml> | XML",
                "[{\"follower\":\"alice\",\"followed\":\"bob\"}] | JSON array",
                "{~  \"follower\": \"alice\"~} | one object per line",
                "{\"accounts\":[\"alice\"]} | one object per line",
                "{} | one object per line",
                "PK\u0003\u0004~alice bob | binary",
                "a\u0000l\u0000~alice bob | binary",
                "\ufffdPNG~alice bob | binary",
                "%PDF-1.4~alice bob | PDF"
            })
    void inputThatIsNoEdgeListIsRefused(String lines, String reason) {
        GraphReader reader = new GraphReader(null, null, MAPPER);
        byte[] text = lines.replace('~', '\n').getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> read(reader, text, 1_000))
                .isInstanceOf(UnrecognizedInputException.class)
                .hasMessageContaining(reason);
        assertThat(reader.isRecognized()).isFalse();
        assertThat(reader.take()).isEmpty();
    }

    @Test
    void firstLineThatIsTooLongIsRefused() {
        assertThatThrownBy(() -> read(null, "x".repeat(20_000))).isInstanceOf(UnrecognizedInputException.class);
    }

    @Test
    void csvWithoutHeaderIsRefused() {
        assertThatThrownBy(() -> read(GraphFormat.CSV, "alice,bob\n"))
                .isInstanceOf(UnrecognizedInputException.class)
                .hasMessageContaining("needs a header");
    }

    @Test
    void matrixMarketSizesAreNoFollow() {
        assertThat(read(null, "%%MatrixMarket matrix coordinate pattern general\n% comment\n3 3 1\n1 2\n"))
                .containsExactly(follow("1", "2", null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "followed,follower | bob alice",
                "followed,follower | bob,alice",
                "FOLLOWED, follower | user_id;follower_id~bob;alice",
                "follower,followed | user_id,follower_id~alice,bob",
                "follower,followed,- | alice bob 3",
                "follower,-,followed,- | alice\t\tbob\t1",
                "-,followed,follower | 1;bob;alice;more",
                "follower,followed | \"alice\",\"bob\"",
                "follower:actor,followed:object | object,actor~bob,alice",
                "followed:Liked By, follower:Fan Name | Fan Name\tLiked By~alice\tbob",
                "follower:user_a,followed:user_b | user_a user_b~alice bob"
            })
    void columnsParameterNamesTheSides(String columns, String lines) {
        assertThat(read(null, columns, lines.replace('~', '\n'))).containsExactly(follow("alice", "bob", null));
    }

    @Test
    void columnsParameterNamesEveryColumn() {
        String text = "x;alice;;Al\ny;alice;bob;;2026-03-01T12:00:00.123456Z;requested;true";
        assertThat(read(null, "-,follower,followed,displayName,since,state,private", text))
                .containsExactly(
                        user("alice", "Al", false),
                        new Entry.Edge(0, new Change(new Pair("alice", "bob"), Wish.FOLLOW, NOON)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "follower,followed,- | {\"follower\":\"alice\",\"followed\":\"bob\"} | NDJSON",
                "-,-,follower,followed | alice bob | fewer columns",
                "follower:a,followed:b | a,c~alice,bob | no column 'b'",
                "follower,followed | <html> | HTML"
            })
    void columnsThatInputLacksAreRefused(String columns, String lines, String reason) {
        assertThatThrownBy(() -> read(null, columns, lines.replace('~', '\n')))
                .isInstanceOf(UnrecognizedInputException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | must consist of",
                "follower | must name follower and followed",
                "follower,followed,follower | names follower twice",
                "follower,followed,weight | got 'weight'",
                "follower:a,followed | of every column or of none",
                "follower:a,followed: | of every column or of none",
                "follower:a,followed:b,-:c | of every column or of none"
            })
    void malformedColumnsParameterIsRefused(String columns, String reason) {
        assertThatThrownBy(() -> ColumnChoice.parse(columns))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(reason);
    }

    @Test
    void gzipIsRecognisedInPiecesOfAnySize() {
        byte[] packed = GunzipTest.gzip("alice bob\n".getBytes(StandardCharsets.UTF_8));
        for (int size = 1; size <= packed.length; size++) {
            assertThat(read(null, null, packed, size))
                    .as("pieces of %s", size)
                    .containsExactly(follow("alice", "bob", null));
        }
    }

    @Test
    void lineThatIsNotUtf8IsRejectedAlone() {
        byte[] latin1 = "# \u00e9\na b\n{\u00e9\nc d\n".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(read(GraphFormat.TEXT, null, latin1, 1_000_000))
                .containsExactly(
                        follow("a", "b", null), new Entry.Rejected(3, "the line is not UTF-8"), follow("c", "d", null));
    }

    private static List<Entry> read(GraphFormat format, String text) {
        return read(format, null, text);
    }

    private static List<Entry> read(GraphFormat format, String columns, String text) {
        List<Entry> whole = read(format, columns, text.getBytes(StandardCharsets.UTF_8), 1_000_000);
        assertThat(read(format, columns, text.getBytes(StandardCharsets.UTF_8), 1))
                .as("byte by byte")
                .isEqualTo(whole);
        return whole;
    }

    private static List<Entry> read(GraphFormat format, String columns, byte[] bytes, int pieces) {
        return read(new GraphReader(format, ColumnChoice.parse(columns), MAPPER), bytes, pieces);
    }

    private static List<Entry> read(GraphReader reader, byte[] bytes, int pieces) {
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
