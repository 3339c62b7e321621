package org.retinue.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Tuple;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.Caller;
import org.retinue.Crowd;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.database.WorkShare;
import org.retinue.follow.Change;
import org.retinue.follow.FollowGraph;
import org.retinue.follow.Pair;
import org.retinue.follow.Wish;

/** What is exported is the graph, at one instant, and imports to the same graph. */
@QuarkusTest
class ExportTest {

    private final FollowGraph graph = new FollowGraph(TestDatabase.pool());

    @BeforeEach
    void emptyGraph() {
        TestDatabase.empty();
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @ParameterizedTest
    @CsvSource({"ndjson, application/x-ndjson", "csv, text/csv"})
    void whatIsExportedImportsToTheSameGraph(String format, String type) {
        String[] names = {
            "comma, \"quote\"", "\u00c9lise \u4e2d\u6587 \ud83d\ude00", " spaces ", "a;b#c%d", "\\back", "'"
        };
        Crowd.of("lone");
        Crowd.ofPrivate("shy");
        for (int i = 0; i < names.length; i++) {
            Crowd.of("user" + i);
            TestDatabase.pool()
                    .preparedQuery("update users set display_name = $2 where username = $1")
                    .execute(Tuple.of("user" + i, names[i]))
                    .await()
                    .indefinitely();
        }
        Crowd.follows("user0", "user1", "user2", "shy");
        Crowd.follows("shy", "user0");
        graph.change(List.of(
                        new Change(new Pair("user3", "user4"), Wish.FOLLOWING, Instant.parse("0001-01-01T00:00:00Z")),
                        new Change(new Pair("user4", "user3"), Wish.FOLLOWING, Instant.parse("9999-12-31T23:59:59Z"))))
                .await()
                .indefinitely();
        List<String> before = rows();
        String exported = Transfers.export(format);
        TestDatabase.empty();
        JsonObject report = Transfers.report("again", type, exported);
        assertThat(report.getLong("rejected")).as("%s", report).isZero();
        assertThat(rows()).isEqualTo(before);
    }

    /** Users come first, and the follows that name them must not be faster. */
    @Test
    void aGraphOfManyBatchesKeepsItsDisplayNames() {
        StringBuilder lines = new StringBuilder();
        IntStream.range(0, 5_000)
                .forEach(i -> lines.append(
                        "{\"username\":\"user%04d\",\"displayName\":\"User %d\",\"private\":true}\n".formatted(i, i)));
        IntStream.range(0, 40)
                .forEach(i -> lines.append(
                        "{\"follower\":\"user%04d\",\"followed\":\"user%04d\"}\n".formatted(4_999 - i, 4_900 - i)));
        for (int round = 0; round < 5; round++) {
            TestDatabase.empty();
            Transfers.report("many", "application/x-ndjson", lines.toString());
            String nameless = "select count(*) from users where display_name is null or not private";
            assertThat(TestDatabase.sql(nameless).iterator().next().getLong(0)).isZero();
        }
    }

    @Test
    void anExportIsOfOneInstantWhileWritesGoOn() {
        List<String> names = Crowd.numbered("user", 200);
        AtomicBoolean enough = new AtomicBoolean();
        // each statement swaps who follows: in every state of the graph each user follows exactly one
        List<Change> even = swap(names, 1, 2);
        List<Change> odd = swap(names, 2, 1);
        graph.change(even).await().indefinitely();
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            while (!enough.get()) {
                graph.change(odd).await().indefinitely();
                graph.change(even).await().indefinitely();
            }
        });
        try {
            for (int i = 0; i < 20; i++) {
                List<String> follows = Transfers.export("csv")
                        .lines()
                        .filter(line -> line.contains(",following,"))
                        .toList();
                assertThat(follows).hasSize(200);
                assertThat(follows.stream().map(line -> line.split(",", -1)[2]).distinct())
                        .as("all began in one statement")
                        .hasSize(1);
            }
        } finally {
            enough.set(true);
            writing.join();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ndjson", "csv"})
    void whoLeavesInTheMiddleKeepsNoConnection(String format) throws Exception {
        TestDatabase.sql("insert into users (username) select 'user' || n from generate_series(1, 60000) as n");
        TestDatabase.sql("insert into follow_counts (user_id) select id from users");
        for (int i = 0; i < 50; i++) {
            try (Socket socket = Transfers.connect("GET /v1/export?format=" + format + " HTTP/1.1")) {
                Transfers.write(socket, "\r\n");
                InputStream input = socket.getInputStream();
                assertThat(input.read()).isNotNegative();
                socket.setSoLinger(true, i % 2);
            }
        }
        // the pool has fewer than 50
        assertThat(Transfers.export(format).lines().count()).isGreaterThanOrEqualTo(60_000);
        List<Caller.Call> calls = new ArrayList<>();
        IntStream.range(1, 33).forEach(i -> calls.add(Caller.Call.of("GET", "/v1/users/user" + i)));
        assertThat(Caller.atOnce(calls)).containsOnly(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ndjson", "csv"})
    void readerThatStandsStillFreesPermitAndConnection(String format) {
        TestDatabase.sql("insert into users (username) select 'user' || n from generate_series(1, 20000) as n");
        TestDatabase.sql("insert into follow_counts (user_id) select id from users");
        WorkShare share = new WorkShare("test", 1, 1, Duration.ofMinutes(1));
        Exporter exporter = new Exporter(
                TestDatabase.pool(),
                share,
                new ReaderPace.Limits(Duration.ofMillis(50), 1_000_000),
                new ObjectMapper());

        // more than the pool has connections
        for (int i = 0; i < 20; i++) {
            AssertSubscriber<Buffer> reader = (format.equals("csv") ? exporter.csv() : exporter.ndjson())
                    .subscribe()
                    .withSubscriber(AssertSubscriber.create(2));
            reader.awaitFailure(Duration.ofMinutes(1)).assertFailedWith(ReaderPace.SlowReaderException.class);
            assertThat(reader.getItems()).hasSize(2);
        }
    }

    private static List<Change> swap(List<String> names, int from, int to) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            changes.add(Change.of(pair(names, i, from), Wish.UNFOLLOW));
            changes.add(Change.of(pair(names, i, to), Wish.FOLLOW));
        }
        return changes;
    }

    private static Pair pair(List<String> names, int from, int step) {
        return new Pair(names.get(from), names.get((from + step) % names.size()));
    }

    /** All that a graph is, to callers. */
    private static List<String> rows() {
        List<String> rows = new ArrayList<>();
        TestDatabase.sql("select row(username, display_name, private)::text from users order by username collate \"C\"")
                .forEach(row -> rows.add(row.getString(0)));
        TestDatabase.sql("""
                        select row(a.username, b.username, since at time zone 'UTC', state)::text
                        from follows join users a on a.id = follower_id join users b on b.id = followed_id
                        order by a.username collate "C", b.username collate "C"
                        """).forEach(row -> rows.add(row.getString(0)));
        return rows;
    }
}
