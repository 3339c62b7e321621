package org.retinue.relationship;

import static org.retinue.database.Instants.instant;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import org.retinue.database.Retry;
import org.retinue.page.CursorKey;
import org.retinue.page.PageRequest;
import org.retinue.page.TimeList;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/**
 * Blocks. While one stands between two users, whoever of them made it, neither follows the other or asks to. That both
 * block each other is two blocks.
 */
@ApplicationScoped
public class Blocks {

    private static final TimeList<UserPage.Item> LIST =
            new TimeList<>("blocks", BlockSql.BLOCKS_NEWEST, BlockSql.BLOCKS_OLDEST, UserPage.Item::of);

    private final Pool pool;
    private final CursorKey cursorKey;

    public Blocks(Pool pool) {
        this.pool = pool;
        this.cursorKey = new CursorKey(pool);
    }

    /**
     * A block that stands.
     *
     * @param created whether it is new
     * @param since when it began
     */
    public record Block(boolean created, Instant since) {}

    /** A page of whom a user blocks. */
    public Uni<UserPage> list(String username, PageRequest request) {
        return LIST.fetch(pool, cursorKey, username, request).map(part -> new UserPage(part.items(), part.next()));
    }

    /** Since when the one blocks the other; empty when it does not. */
    public Uni<Optional<Instant>> since(String blocker, String blocked) {
        return one(RelationshipSql.FIND, blocker, blocked)
                .map(row -> Optional.ofNullable(instant(row, "blocks_since")));
    }

    /**
     * Blocks, which ends the follows and requests between the two, both ways and for good, in one transaction. To block
     * again changes nothing.
     *
     * <p>Fails with {@code self-block}.
     */
    public Uni<Block> block(String blocker, String blocked) {
        if (blocker.equals(blocked)) {
            return Uni.createFrom()
                    .failure(Problem.of(ProblemCode.SELF_BLOCK, "User '" + blocker + "' can't block itself")
                            .with("user", blocker));
        }
        return one(BlockSql.BLOCK, blocker, blocked)
                .map(row -> new Block(row.getLong("changed") > 0, instant(row, "since")));
    }

    /** Ends a block, if there is one. What it ended does not come back, and a block the other way stays. */
    public Uni<Void> unblock(String blocker, String blocked) {
        return one(BlockSql.UNBLOCK, blocker, blocked).replaceWithVoid();
    }

    private Uni<Row> one(String statement, String blocker, String blocked) {
        return Retry.transients(() -> pool.preparedQuery(statement).execute(Tuple.of(blocker, blocked)))
                .map(rows -> Answers.requireKnown(rows.iterator().next(), blocker, blocked));
    }
}
