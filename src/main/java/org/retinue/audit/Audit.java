package org.retinue.audit;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.retinue.database.Slow;
import org.retinue.database.WorkShare;
import org.retinue.database.WorkShares;
import org.retinue.page.CursorCodec;
import org.retinue.page.CursorKey;

/**
 * Checks the truths of the graph: both sides hold the same edges, every count is the number of its edges, no edge leads
 * to nobody, across a block or to a suspended user. It looks at a bounded number of rows at a time, each in one snapshot,
 * so that it can run while the graph changes.
 */
@ApplicationScoped
public class Audit {

    private static final int ROWS_IN_PIECE = 10_000;

    private final CursorKey cursorKey;
    private final WorkShare share;
    private final AuditWalk walk;
    private final Repairs repairs;

    @Inject
    public Audit(@Slow Pool pool, WorkShares shares) {
        this(pool, shares, ROWS_IN_PIECE);
    }

    /** With a share of its own. */
    public Audit(Pool pool) {
        this(pool, ROWS_IN_PIECE);
    }

    Audit(Pool pool, int rowsInPiece) {
        this(pool, new WorkShares(), rowsInPiece);
    }

    private Audit(Pool pool, WorkShares shares, int rowsInPiece) {
        this.cursorKey = new CursorKey(pool);
        this.share = shares.of(WorkShares.Kind.AUDITS);
        this.walk = new AuditWalk(pool, rowsInPiece);
        this.repairs = new Repairs(pool);
    }

    /**
     * Audits the graph, or as much of it as there is time for.
     *
     * <p>Fails with {@code bad-cursor}.
     *
     * @param cursor where the last audit ended, or null for the beginning
     * @param limit after which no further piece is begun
     */
    public Uni<AuditReport> run(String cursor, Duration limit) {
        return run(cursor, limit, false);
    }

    /** The same, and repairs what it finds. */
    public Uni<AuditReport> repair(String cursor, Duration limit) {
        return run(cursor, limit, true);
    }

    private Uni<AuditReport> run(String cursor, Duration limit, boolean mends) {
        return cursorKey.codec().chain(codec -> {
            Place from = Place.read(codec, cursor);
            return share.run(() -> pieces(new Tally(codec), from, System.nanoTime() + limit.toNanos(), mends));
        });
    }

    private Uni<AuditReport> pieces(Tally tally, Place from, long deadline, boolean mends) {
        return walk.after(from)
                .call(piece -> mends ? mend(tally, piece) : nothing())
                .chain(piece -> {
                    tally.add(piece);
                    if (piece.next() == null || System.nanoTime() > deadline) {
                        return Uni.createFrom().item(tally.report(piece.next()));
                    }
                    return pieces(tally, piece.next(), deadline, mends);
                });
    }

    private Uni<?> mend(Tally tally, AuditWalk.Piece piece) {
        return repairs.mend(piece.suspects()).invoke(tally::repaired);
    }

    private static Uni<?> nothing() {
        return Uni.createFrom().voidItem();
    }

    /** What the pieces showed, added up. */
    private static final class Tally {

        private final CursorCodec codec;
        private final Map<String, Long> kinds = new LinkedHashMap<>();
        private long repaired;
        private long users;
        private long follows;

        Tally(CursorCodec codec) {
            this.codec = codec;
            for (DriftKind kind : DriftKind.values()) {
                kinds.put(kind.code(), 0L);
            }
        }

        void add(AuditWalk.Piece piece) {
            users += piece.users();
            follows += piece.follows();
            piece.suspects().forEach(suspect -> kinds.merge(suspect.kind().code(), 1L, Long::sum));
        }

        void repaired(List<Suspect> mended) {
            repaired += mended.size();
        }

        AuditReport report(Place next) {
            long drift = kinds.values().stream().mapToLong(Long::longValue).sum();
            return new AuditReport(
                    drift, kinds, repaired, users, follows, next == null, next == null ? null : next.cursor(codec));
        }
    }
}
