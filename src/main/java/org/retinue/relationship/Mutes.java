package org.retinue.relationship;

import static org.retinue.database.Instants.instant;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.retinue.database.Retry;
import org.retinue.page.CursorKey;
import org.retinue.page.PageRequest;
import org.retinue.page.TimeList;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/**
 * Mutes: what a user does not want to hear of, and nobody else is told. They have to do with no follow, and end by
 * themselves if they were given an end.
 */
@ApplicationScoped
public class Mutes {

    private static final TimeList<MutePage.Item> LIST =
            new TimeList<>("mutes", MuteSql.MUTES_NEWEST, MuteSql.MUTES_OLDEST, MutePage.Item::of);

    private final Pool pool;
    private final CursorKey cursorKey;

    public Mutes(Pool pool) {
        this.pool = pool;
        this.cursorKey = new CursorKey(pool);
    }

    /**
     * A mute that stands.
     *
     * @param since when it began
     * @param until when it ends; null when it does not end by itself
     */
    @Schema(name = "Mute", example = """
        {"since": "2026-03-01T12:00:00.123456Z", "until": "2026-04-01T00:00:00Z"}\
        """)
    @RegisterForReflection
    public record Mute(
            Instant since, @Schema(nullable = true) Instant until) {}

    /**
     * When a mute is to end.
     *
     * @param until in the future; absent or null when it shall not end by itself
     */
    @Schema(name = "MuteRequest", example = "{\"until\": \"2036-04-01T00:00:00Z\"}")
    @RegisterForReflection
    public record Until(
            @JsonProperty("until") @Schema(nullable = true) Instant until) {

        /** Does not end by itself. */
        static final Until FOR_EVER = new Until(null);
    }

    /** A page of whom a user mutes. */
    public Uni<MutePage> list(String username, PageRequest request) {
        return LIST.fetch(pool, cursorKey, username, request).map(part -> new MutePage(part.items(), part.next()));
    }

    /** The mute of the one by the other; empty when there is none. */
    public Uni<Optional<Mute>> find(String muter, String muted) {
        return one(RelationshipSql.FIND, muter, muted, Tuple.of(muter, muted))
                .map(row -> Optional.ofNullable(instant(row, "mutes_since"))
                        .map(since -> new Mute(since, instant(row, "mutes_until"))));
    }

    /**
     * Mutes, until then. To mute again keeps since when, and changes until when.
     *
     * <p>Fails with {@code self-mute}, or {@code malformed} if it would have ended.
     */
    public Uni<Mute> mute(String muter, String muted, Until until) {
        if (muter.equals(muted)) {
            return Uni.createFrom()
                    .failure(Problem.of(ProblemCode.SELF_MUTE, "User '" + muter + "' can't mute itself")
                            .with("user", muter));
        }
        Instant end = until.until() == null ? null : until.until().truncatedTo(ChronoUnit.MICROS);
        if (end != null && !(PageRequest.isListed(end) && end.isAfter(Instant.now()))) {
            return Uni.createFrom()
                    .failure(Problem.malformed("until", "until must be in the future, got " + until.until()));
        }
        Tuple given = Tuple.of(muter, muted, end == null ? null : end.atOffset(ZoneOffset.UTC));
        return one(MuteSql.MUTE, muter, muted, given)
                .map(row -> new Mute(instant(row, "since"), instant(row, "until")));
    }

    /** Ends a mute, if there is one. */
    public Uni<Void> unmute(String muter, String muted) {
        return one(MuteSql.UNMUTE, muter, muted, Tuple.of(muter, muted)).replaceWithVoid();
    }

    private Uni<Row> one(String statement, String muter, String muted, Tuple given) {
        return Retry.transients(() -> pool.preparedQuery(statement).execute(given))
                .map(rows -> Answers.requireKnown(rows.iterator().next(), muter, muted));
    }
}
