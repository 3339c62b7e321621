package org.retinue.audit;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.retinue.database.Slow;
import org.retinue.page.Cursor;
import org.retinue.page.Cursor.Position;

/**
 * Checks the truths of the graph: both sides hold the same edges, every count is the number of its edges, no edge leads
 * to nobody, across a block or to a suspended user. It walks the users in chunks, each in one snapshot, so that it can run while the graph changes.
 */
@ApplicationScoped
public class Audit {

    private static final String LIST = "audit";
    private static final int USERS_IN_CHUNK = 10_000;

    private static final Map<String, String> KINDS = kinds();

    private final Pool pool;
    private final int usersInChunk;

    @Inject
    public Audit(@Slow Pool pool) {
        this(pool, USERS_IN_CHUNK);
    }

    Audit(Pool pool, int usersInChunk) {
        this.pool = pool;
        this.usersInChunk = usersInChunk;
    }

    /**
     * Audits the graph, or as much of it as there is time for.
     *
     * <p>Fails with {@code bad-cursor}.
     *
     * @param cursor where the last audit ended, or null for the beginning
     * @param limit after which no further chunk is begun
     */
    public Uni<AuditReport> run(String cursor, Duration limit) {
        long from = cursor == null ? 0 : Cursor.readPosition(LIST, cursor).id();
        return chunks(new Tally(), from, System.nanoTime() + limit.toNanos());
    }

    private Uni<AuditReport> chunks(Tally tally, long from, long deadline) {
        return pool.preparedQuery(AuditSql.CHUNK_END)
                .execute(Tuple.of(from, usersInChunk))
                .map(rows -> rows.size() == 0
                        ? Long.MAX_VALUE
                        : rows.iterator().next().getLong("chunk_end"))
                .chain(end -> drift(from, end).chain(row -> {
                    tally.add(row);
                    if (end == Long.MAX_VALUE) {
                        return Uni.createFrom().item(tally.report(null));
                    }
                    if (System.nanoTime() > deadline) {
                        return Uni.createFrom().item(tally.report(end));
                    }
                    return chunks(tally, end, deadline);
                }));
    }

    private Uni<Row> drift(long from, long end) {
        return pool.withTransaction(connection -> connection
                .query(AuditSql.BY_KEYS)
                .execute()
                .chain(() -> connection.preparedQuery(AuditSql.DRIFT).execute(Tuple.of(from, end)))
                .map(rows -> rows.iterator().next()));
    }

    /** What the chunks found, added up. */
    private static final class Tally {

        private final Map<String, Long> kinds = new LinkedHashMap<>();
        private long users;
        private long follows;

        void add(Row row) {
            users += row.getLong("users");
            follows += row.getLong("follows");
            KINDS.forEach((kind, column) -> kinds.merge(kind, row.getLong(column), Long::sum));
        }

        AuditReport report(Long next) {
            long drift = kinds.values().stream().mapToLong(Long::longValue).sum();
            String cursor = next == null ? null : Cursor.write(LIST, new Position(Instant.EPOCH, next));
            return new AuditReport(drift, kinds, users, follows, next == null, cursor);
        }
    }

    private static Map<String, String> kinds() {
        Map<String, String> kinds = new LinkedHashMap<>();
        kinds.put("followsWithoutFollower", "follows_without_follower");
        kinds.put("followersWithoutFollow", "followers_without_follow");
        kinds.put("followingCounts", "following_counts");
        kinds.put("followersCounts", "followers_counts");
        kinds.put("usersWithoutCounts", "users_without_counts");
        kinds.put("countsWithoutUser", "counts_without_user");
        kinds.put("edgesWithoutUser", "edges_without_user");
        kinds.put("blocksOnOneSide", "blocks_on_one_side");
        kinds.put("followsAcrossBlocks", "follows_across_blocks");
        kinds.put("followsOfSuspended", "follows_of_suspended");
        kinds.put("followsNotRestored", "follows_not_restored");
        return kinds;
    }
}
