package org.retinue.erasure;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.retinue.background.UnfinishedWork;
import org.retinue.database.Retry;
import org.retinue.database.SqlFailure;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/**
 * Erases users. One that is erased is gone at once for all who ask by name, and nobody is shown its name any more. Its
 * follows, requests, blocks and mutes, and their part in the others' counts, go in bounded transactions: until then they
 * count, and every count is the number of rows there are.
 *
 * <p>How far it is stands in the database alone. What a service that died left unfinished, another goes on with.
 */
@ApplicationScoped
public class Erasures {

    /** Longer than a step takes, with its rest. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static final int ERASURES_IN_SWEEP = 100;

    private final Pool pool;
    private final ErasedNames names;
    private final UUID service = UUID.randomUUID();
    private final ErasureSteps steps;
    private final UnfinishedWork work;

    @Inject
    public Erasures(
            Pool pool, @ConfigProperty(name = "retinue.erased-names", defaultValue = "refused") ErasedNames names) {
        this(pool, names, ErasureSteps.ROWS_IN_STEP);
    }

    Erasures(Pool pool, ErasedNames names, int rowsInStep) {
        this.pool = pool;
        this.names = names;
        this.steps = new ErasureSteps(pool, service, LEASE, rowsInStep);
        this.work = new UnfinishedWork("erasure", this::take, steps::run);
    }

    void begin(@Observes StartupEvent started) {
        work.begin();
    }

    @PreDestroy
    void stop() {
        work.end();
    }

    /**
     * Erases a user. Who erases the same one at the same time is given the same receipt; and who sends this again,
     * having had no answer, the receipt of its id.
     *
     * <p>Fails with {@code unknown-user}, also when it is erased already by another id; or with {@code malformed}, if
     * another erasure has the id.
     *
     * @param id by which to ask for the receipt
     * @return how far it is, after some seconds at the latest
     */
    public Uni<Erasure> erase(String username, UUID id) {
        return erase(username, id, Optional.empty());
    }

    /**
     * The same, if the profile last changed at one of these instants. The statement that erases the user checks it.
     *
     * <p>Fails with {@code precondition-failed} too.
     */
    public Uni<Erasure> erase(String username, UUID id, Optional<Set<Instant>> versions) {
        return Retry.transients(() -> tombstone(username, id, versions))
                .onFailure(SqlFailure::isDuplicate)
                .transform(taken -> Problem.malformed("id", "id must be unique: another erasure has it"))
                .chain(userId -> userId.isPresent()
                        ? ofUser(userId.get(), username, versions.isPresent())
                        : receipt(ErasureSql.FIND, id))
                .map(erasure -> erasure.orElseThrow(() -> Problem.unknownUser(username)));
    }

    /** Erases a user, with an id that is made up: see {@link #erase(String, UUID)}. */
    public Uni<Erasure> erase(String username) {
        return erase(username, UUID.randomUUID());
    }

    /**
     * How far an erasure is.
     *
     * <p>Fails with {@code unknown-erasure}.
     */
    public Uni<Erasure> find(UUID id) {
        return receipt(ErasureSql.FIND, id)
                .map(found -> found.orElseThrow(
                        () -> Problem.of(ProblemCode.UNKNOWN_ERASURE, "Erasure '" + id + "' does not exist")));
    }

    /** Goes on with what is unfinished, whoever began it. */
    Uni<Void> goOn() {
        return work.goOn();
    }

    private Uni<Optional<Erasure>> ofUser(long userId, String username, boolean isConditional) {
        return work.awaitEnd(userId)
                .chain(() -> receipt(ErasureSql.OF_USER, userId))
                .invoke(erasure -> {
                    if (erasure.isEmpty() && isConditional) {
                        throw Problem.changed(username);
                    }
                });
    }

    private Uni<Optional<Long>> tombstone(String username, UUID id, Optional<Set<Instant>> versions) {
        OffsetDateTime[] instants = versions.map(all ->
                        all.stream().map(one -> one.atOffset(ZoneOffset.UTC)).toArray(OffsetDateTime[]::new))
                .orElse(null);
        Tuple given =
                Tuple.of(username, id, service, (double) LEASE.toSeconds(), names == ErasedNames.REFUSED, instants);
        return pool.preparedQuery(ErasureSql.TOMBSTONE).execute(given).map(rows -> {
            for (Row row : rows) {
                return Optional.of(row.getLong("user_id"));
            }
            return Optional.empty();
        });
    }

    private Uni<Optional<Erasure>> receipt(String statement, Object key) {
        return pool.preparedQuery(statement).execute(Tuple.of(key)).map(rows -> {
            for (Row row : rows) {
                return Optional.of(Erasure.of(row));
            }
            return Optional.empty();
        });
    }

    private Uni<List<Long>> take() {
        return pool.preparedQuery(ErasureSql.TAKE)
                .execute(Tuple.of(service, (double) LEASE.toSeconds(), ERASURES_IN_SWEEP))
                .map(rows -> {
                    List<Long> ids = new ArrayList<>();
                    rows.forEach(row -> ids.add(row.getLong("user_id")));
                    return ids;
                });
    }
}
