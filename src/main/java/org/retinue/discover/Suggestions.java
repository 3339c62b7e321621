package org.retinue.discover;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.retinue.database.Slow;
import org.retinue.database.Snapshot;
import org.retinue.database.WorkShare;
import org.retinue.database.WorkShares;
import org.retinue.page.CursorCodec;
import org.retinue.page.CursorKey;
import org.retinue.user.NamePage;
import org.retinue.user.Names;

/**
 * Suggests whom a user might follow: those who are followed by the most of the users whom it follows.
 *
 * <p>Of these, the newest are asked: {@value #MOST_ASKED}, without who follows more than {@value #MOST_FOLLOWED_BY_EACH}
 * others and so says little with each, and as many as follow {@value #MOST_READ} others together.
 */
@ApplicationScoped
public class Suggestions {

    static final int MOST_ASKED = 500;
    static final int MOST_FOLLOWED_BY_EACH = 2_000;
    static final int MOST_READ = 50_000;

    private static final String LIST = "suggestions/";

    /** Before the candidate with the highest score. */
    private static final long[] FIRST = {Long.MAX_VALUE, Long.MAX_VALUE};

    private static final Duration LONGEST = Duration.ofSeconds(2);

    /** How many are looked at for a page of few; many of the best may be followed already. */
    private static final int LEAST_RANKED = 500;

    private final Pool pool;
    private final CursorKey cursorKey;
    private final WorkShare share;

    @Inject
    public Suggestions(@Slow Pool pool, WorkShares shares) {
        this.pool = pool;
        this.cursorKey = new CursorKey(pool);
        this.share = shares.of(WorkShares.Kind.DISCOVERY);
    }

    /** With a share of its own. */
    Suggestions(Pool pool) {
        this(pool, new WorkShares());
    }

    /** A candidate with its score, and the ids of two who follow it; of one twice, if it is the only one. */
    private record Ranked(long id, long score, long first, long last) {

        static Ranked of(Row row) {
            return new Ranked(row.getLong("id"), row.getLong("score"), row.getLong("first_id"), row.getLong("last_id"));
        }

        long[] key() {
            return new long[] {score, id};
        }

        Suggestion suggestion(Map<Long, NamePage.Item> names) {
            List<String> followedBy = Stream.of(first, last)
                    .distinct()
                    .map(names::get)
                    .filter(Objects::nonNull)
                    .map(NamePage.Item::username)
                    .toList();
            NamePage.Item user = names.get(id);
            return new Suggestion(user.username(), user.displayName(), followedBy, score - followedBy.size());
        }
    }

    /**
     * The suggestions of a page.
     *
     * @param last the candidate that the page ends with; null on the last page
     */
    private record Ranks(List<Suggestion> suggestions, Ranked last) {}

    /**
     * A page of suggestions for a user. A page on which too many are followed already has fewer than asked for, and says
     * where to go on.
     *
     * <p>Fails with {@code unknown-user}, {@code bad-cursor}, and
     * {@link org.retinue.database.TookTooLongException} when the database needs too long.
     *
     * @param cursor null for the first page
     */
    public Uni<SuggestionPage> page(String username, int limit, String cursor) {
        return cursorKey.codec().chain(codec -> page(codec, username, limit, cursor));
    }

    private Uni<SuggestionPage> page(CursorCodec codec, String username, int limit, String cursor) {
        String list = LIST + username;
        long[] after = cursor == null ? FIRST : codec.readNumbers(list, 2, cursor);
        int size = Math.max(LEAST_RANKED, 2 * limit);
        return share.run(() -> Snapshot.read(pool, LONGEST, database -> Names.find(database, List.of(username))
                        .map(known -> known.get(username).id())
                        .chain(id -> asked(database, id)
                                .chain(asked -> ranked(database, id, asked, after, size))
                                .chain(ranked -> page(database, id, ranked, limit, ranked.size() == size)))))
                .map(ranks -> new SuggestionPage(
                        ranks.suggestions(),
                        ranks.last() == null
                                ? null
                                : codec.write(list, ranks.last().key())));
    }

    /** Whose follows are counted. */
    private static Uni<Long[]> asked(SqlClient database, long id) {
        return database.preparedQuery(DiscoverSql.NEWEST_FOLLOWED)
                .execute(Tuple.of(id, MOST_ASKED))
                .map(Suggestions::ids)
                .chain(newest -> database.preparedQuery(DiscoverSql.COUNTS)
                        .execute(Tuple.of(newest.toArray(Long[]::new)))
                        .map(rows -> {
                            Map<Long, Long> following = new HashMap<>();
                            rows.forEach(row -> following.put(row.getLong("id"), row.getLong("following")));
                            return affordable(newest, following);
                        }));
    }

    private static Long[] affordable(List<Long> newest, Map<Long, Long> following) {
        List<Long> asked = new ArrayList<>();
        long read = 0;
        for (Long id : newest) {
            long count = following.getOrDefault(id, 0L);
            if (count <= MOST_FOLLOWED_BY_EACH && read + count <= MOST_READ) {
                asked.add(id);
                read += count;
            }
        }
        return asked.toArray(Long[]::new);
    }

    private static Uni<List<Ranked>> ranked(SqlClient database, long id, Long[] asked, long[] after, int size) {
        return database.preparedQuery(DiscoverSql.MOST_FOLLOWED)
                .execute(Tuple.of(asked, id, after[0], after[1], size))
                .map(rows -> {
                    List<Ranked> ranked = new ArrayList<>(rows.size());
                    rows.forEach(row -> ranked.add(Ranked.of(row)));
                    return ranked;
                });
    }

    private static Uni<Ranks> page(SqlClient database, long id, List<Ranked> ranked, int limit, boolean moreRanked) {
        Long[] candidates = ranked.stream().map(Ranked::id).toArray(Long[]::new);
        return database.preparedQuery(DiscoverSql.RELATED)
                .execute(Tuple.of(id, candidates))
                .map(rows -> new HashSet<>(ids(rows)))
                .chain(related -> {
                    List<Ranked> unrelated = ranked.stream()
                            .filter(each -> !related.contains(each.id()))
                            .toList();
                    return Names.of(database, named(unrelated))
                            .map(names -> page(ranked, unrelated, names, limit, moreRanked));
                });
    }

    private static Ranks page(
            List<Ranked> ranked,
            List<Ranked> unrelated,
            Map<Long, NamePage.Item> names,
            int limit,
            boolean moreRanked) {
        List<Ranked> suggested =
                unrelated.stream().filter(each -> names.containsKey(each.id())).toList();
        List<Suggestion> shown = suggested.stream()
                .limit(limit)
                .map(each -> each.suggestion(names))
                .toList();
        if (suggested.size() > limit) {
            return new Ranks(shown, suggested.get(limit - 1));
        }
        return new Ranks(shown, moreRanked ? ranked.get(ranked.size() - 1) : null);
    }

    private static Set<Long> named(List<Ranked> unrelated) {
        Set<Long> named = new HashSet<>();
        for (Ranked each : unrelated) {
            named.add(each.id());
            named.add(each.first());
            named.add(each.last());
        }
        return named;
    }

    private static List<Long> ids(Iterable<Row> rows) {
        List<Long> ids = new ArrayList<>();
        rows.forEach(row -> ids.add(row.getLong("id")));
        return ids;
    }
}
