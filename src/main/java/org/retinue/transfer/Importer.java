package org.retinue.transfer;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.retinue.follow.ChangeResult;
import org.retinue.follow.Changed;
import org.retinue.follow.FollowGraph;
import org.retinue.follow.Pair;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;
import org.retinue.user.UserDirectory;

/**
 * Imports graphs, as streams of any length. Each batch of lines is committed by itself: what is committed stays when the
 * stream breaks, and importing the same again adds what is missing.
 *
 * <p>An import never holds an event loop, and holds a bounded amount of memory. It collects what its client sends up to
 * {@link BodyBuffer#CAPACITY}, and then takes its turn: with a permit for one batch it unpacks and parses on a worker
 * thread, and writes. Permits are granted in the order of the requests, so that imports take turns, and only batches with a
 * permit hold parsed lines, worker threads and connections. While an import waits for its client it holds no permit.
 */
@ApplicationScoped
public class Importer {

    private static final Logger LOG = Logger.getLogger(Importer.class);

    /** The most imports at the same time; with a small heap they are fewer. */
    static final int MAX_IMPORTS = 32;

    /** The heap that an import takes, at most, without a permit; several times what was measured. */
    private static final long HEAP_OF_IMPORT = 4 << 20;

    /** The most batches at the same time, of all imports; with a small heap they are fewer. */
    static final int MAX_BATCHES = 4;

    /** The heap that a batch takes, at most. */
    private static final long HEAP_OF_BATCH = 32 << 20;

    private static final String EMPTY =
            "The body has no follow and no user. An import needs at least one line, such as: alice bob";

    private static final Duration SAVE_EVERY = Duration.ofSeconds(1);

    private final Pool pool;
    private final UserDirectory users;
    private final FollowGraph graph;
    private final ObjectMapper mapper;
    private final int maxImports;
    private final AtomicInteger running = new AtomicInteger();
    private final int maxBatches;
    private final AsyncSemaphore batches;

    public Importer(Pool pool, UserDirectory users, FollowGraph graph, ObjectMapper mapper) {
        this.pool = pool;
        this.users = users;
        this.graph = graph;
        this.mapper = mapper;
        long heap = Runtime.getRuntime().maxMemory();
        this.maxImports = (int) Math.max(4, Math.min(MAX_IMPORTS, heap / HEAP_OF_IMPORT));
        this.maxBatches = (int) Math.max(2, Math.min(MAX_BATCHES, heap / HEAP_OF_BATCH));
        this.batches = new AsyncSemaphore(maxBatches);
    }

    /**
     * Imports a graph: registers the users it names and adds the follows that are not there. What is there stays as it
     * is. When the caller cancels, the import ends after the batches that are being written.
     *
     * <p>Fails with {@code overloaded}, before it requests a byte, if there are too many imports; with {@code
     * import-running}; with {@code malformed} if the stream as a whole can't be read; or with the failure of the stream.
     *
     * @param id by which others can ask for it meanwhile, and afterwards
     * @param format of the lines; null to find out
     * @param columns which column has what; null to find out
     * @param bytes requested only when there is room for them
     * @return the report, when all of it is committed
     */
    Uni<ImportReport> run(String id, GraphFormat format, ColumnChoice columns, Multi<byte[]> bytes) {
        return Uni.createFrom().emitter(caller -> {
            if (running.incrementAndGet() > maxImports) {
                running.decrementAndGet();
                caller.fail(Problem.of(
                        ProblemCode.OVERLOADED,
                        maxImports + " imports are running, which is the maximum; retry later"));
                return;
            }
            ImportRun run = new ImportRun(id, new GraphReader(format, columns, mapper), Vertx.currentContext());
            caller.onTermination(() -> run.body().fail(new ClosedChannelException()));
            bytes.subscribe().withSubscriber(run.body());
            // The caller can cancel its own part of this, and never the part that returns permits and connections.
            execute(run)
                    .onTermination()
                    .invoke(running::decrementAndGet)
                    .subscribe()
                    .with(caller::complete, caller::fail);
        });
    }

    /** The most imports that run at the same time here. */
    int maxImports() {
        return maxImports;
    }

    /** The number of imports that run. */
    int running() {
        return running.get();
    }

    /** Whether no batch is parsed or written. */
    boolean isIdle() {
        return batches.available() == maxBatches;
    }

    /**
     * How far an import has come.
     *
     * <p>Fails with {@code unknown-import}.
     */
    Uni<ImportReport> find(String id) {
        return pool.preparedQuery(TransferSql.FIND).execute(Tuple.of(id)).map(rows -> {
            for (Row row : rows) {
                return ImportReport.of(row);
            }
            throw Problem.of(ProblemCode.UNKNOWN_IMPORT, "There is no import '" + id + "'");
        });
    }

    private Uni<ImportReport> execute(ImportRun run) {
        return Multi.createBy()
                .repeating()
                .uni(() -> turn(run))
                .whilst(more -> more)
                .collect()
                .last()
                .chain(run::awaitWrites)
                .onFailure()
                .call(run::settle)
                .onTermination()
                .invoke(run::close)
                .onFailure()
                .transform(Importer::readable)
                .onFailure()
                .call(failure -> fail(run, failure))
                .chain(() -> complete(run));
    }

    /** Parses and starts to write one batch; returns whether there are more. */
    private Uni<Boolean> turn(ImportRun run) {
        return run.awaitInput()
                .chain(batches::acquire)
                .chain(() -> parseAndWrite(run).onFailure().invoke(batches::release));
    }

    /** Holds a permit, which the write releases once it has begun. */
    private Uni<Boolean> parseAndWrite(ImportRun run) {
        return run.parse().call(batch -> record(run, batch)).chain(batch -> register(run, batch)
                .call(run::awaitRoom)
                .invoke(refused ->
                        run.start(write(run, batch, refused).onTermination().invoke(batches::release)))
                .replaceWith(!batch.isLast()));
    }

    /** Records that the import runs, once it is known to say something. */
    private Uni<Void> record(ImportRun run, ImportBatch batch) {
        if (run.progress() == null && !run.isRecognized()) {
            return batch.isLast()
                    ? Uni.createFrom().failure(Problem.malformed("body", EMPTY))
                    : Uni.createFrom().voidItem();
        }
        Uni<Void> recorded =
                run.progress() == null ? begin(run) : Uni.createFrom().voidItem();
        return recorded.invoke(() -> batch.rejected().forEach(run.progress()::rejected));
    }

    private Uni<Void> begin(ImportRun run) {
        return pool.preparedQuery(TransferSql.BEGIN)
                .execute(Tuple.of(run.id()))
                .invoke(rows -> {
                    if (rows.size() == 0) {
                        throw Problem.of(ProblemCode.IMPORT_RUNNING, "The import '" + run.id() + "' is still running");
                    }
                    ImportProgress progress = new ImportProgress(
                            run.id(), rows.iterator().next().getOffsetDateTime("started_at"), run.columns());
                    run.recorded(progress, saveRegularly(progress));
                })
                .replaceWithVoid();
    }

    private Cancellable saveRegularly(ImportProgress progress) {
        return Multi.createFrom()
                .ticks()
                .every(SAVE_EVERY)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> save(progress, ImportReport.RUNNING, null)
                        .onFailure()
                        .invoke(failure -> LOG.debug("the progress of an import was not saved", failure))
                        .onFailure()
                        .recoverWithNull())
                .subscribe()
                .with(saved -> {});
    }

    /**
     * Registers the users of a batch; returns the names that can't be registered. Batches are registered one after the
     * other: a follow in a later one must not register a user before its own line does.
     */
    private Uni<Set<String>> register(ImportRun run, ImportBatch batch) {
        if (batch.users().isEmpty()) {
            return Uni.createFrom().item(Set.of());
        }
        // Before the second batch, the fourth, the eighth...: whenever there is twice as much as at the last time.
        Uni<Void> ready = Integer.bitCount(run.progress().begin()) == 1
                ? refreshStatistics()
                : Uni.createFrom().voidItem();
        return ready.chain(() -> users.register(batch.users()))
                .invoke(registered ->
                        run.progress().registered(registered.created().size()))
                .map(UserDirectory.Registered::refused);
    }

    private Uni<Void> write(ImportRun run, ImportBatch batch, Set<String> refused) {
        if (batch.users().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Uni<List<ChangeResult>> results =
                batch.edges().isEmpty() ? Uni.createFrom().item(List.of()) : graph.changeEach(batch.edges());
        return results.invoke(all -> written(batch, refused, all, run.progress()))
                .replaceWithVoid();
    }

    private static void written(
            ImportBatch batch, Set<String> refusedUsers, List<ChangeResult> results, ImportProgress progress) {
        Map<Pair, String> refused = new HashMap<>();
        long created = 0;
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) instanceof ChangeResult.Refused refusal) {
                refused.put(
                        batch.edges().get(i).pair(), reason(refusal.problem().code()));
            } else {
                Changed changed = results.get(i).orThrow();
                created += changed.before() == changed.after() ? 0 : 1;
            }
        }
        long rejected = 0;
        for (Entry.Edge line : batch.follows()) {
            String reason = refused.isEmpty() ? null : refused.get(line.change().pair());
            if (reason != null) {
                rejected++;
                progress.rejected(new Entry.Rejected(line.line(), reason));
            }
        }
        long follows = batch.follows().size() - rejected;
        long users = batch.named().size();
        for (Entry.User line : batch.named()) {
            if (refusedUsers.contains(line.user().username())) {
                users--;
                progress.rejected(new Entry.Rejected(line.line(), reason(ProblemCode.USERNAME_ERASED)));
            }
        }
        progress.written(users, follows, created);
    }

    /** Names nobody, since reports are kept: the line is what tells who it was. */
    private static String reason(ProblemCode code) {
        return code.title();
    }

    private Uni<Void> refreshStatistics() {
        return pool.query(TransferSql.REFRESH_STATISTICS).execute().replaceWithVoid();
    }

    private Uni<Void> save(ImportProgress progress, String state, String failure) {
        return pool.preparedQuery(TransferSql.SAVE)
                .execute(progress.toTuple(state, failure))
                .replaceWithVoid();
    }

    private Uni<ImportReport> complete(ImportRun run) {
        return refreshStatistics()
                .chain(() -> save(run.progress(), ImportReport.COMPLETED, null))
                .chain(() -> find(run.id()));
    }

    /** Saves that the import failed, if it was recorded. That this itself fails is not what the caller has to know. */
    private Uni<Void> fail(ImportRun run, Throwable failure) {
        if (run.progress() == null) {
            return Uni.createFrom().voidItem();
        }
        return save(run.progress(), ImportReport.FAILED, reasonFor(failure))
                .onFailure()
                .invoke(unsaved -> LOG.debug("the failure of an import was not saved", unsaved))
                .onFailure()
                .recoverWithNull();
    }

    private static Throwable readable(Throwable failure) {
        if (failure instanceof Gunzip.NotGzipException || failure instanceof UnrecognizedInputException) {
            return Problem.malformed("body", failure.getMessage());
        }
        return failure;
    }

    private static String reasonFor(Throwable failure) {
        return failure instanceof Problem problem
                ? problem.getMessage()
                : "the connection was closed or the database failed; import the same again";
    }
}
