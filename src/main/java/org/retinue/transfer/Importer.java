package org.retinue.transfer;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.retinue.follow.Change;
import org.retinue.follow.ChangeResult;
import org.retinue.follow.Changed;
import org.retinue.follow.FollowGraph;
import org.retinue.follow.Pair;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;
import org.retinue.user.UserDirectory;

/**
 * Takes a graph in, as a stream of any length, of which it holds a few thousand lines at a time. Each batch of lines is
 * committed by itself: what is committed stays when the stream breaks, and importing the same again adds what is missing.
 */
@ApplicationScoped
public class Importer {

    private static final Logger LOG = Logger.getLogger(Importer.class);

    private static final int LINES_IN_BATCH = 5_000;
    private static final int BATCHES_AT_ONCE = 2;

    /** Packed a thousandfold, as gzip can, this much is a megabyte of lines. */
    private static final int BYTES_AT_ONCE = 1024;

    private static final Duration SAVE_EVERY = Duration.ofSeconds(1);

    private final Pool pool;
    private final UserDirectory users;
    private final FollowGraph graph;
    private final ObjectMapper mapper;

    public Importer(Pool pool, UserDirectory users, FollowGraph graph, ObjectMapper mapper) {
        this.pool = pool;
        this.users = users;
        this.graph = graph;
        this.mapper = mapper;
    }

    /**
     * Imports a graph: registers the users it names and adds the follows that are not there. What is there stays as it
     * is.
     *
     * <p>Fails with {@code import-running}, or {@code malformed} when the stream as a whole can't be read, or whatever
     * the stream fails with.
     *
     * @param id by which others can ask for it meanwhile, and afterwards
     * @param format of the lines; null to find out
     * @return the report, when all of it is committed
     */
    Uni<ImportReport> run(String id, GraphFormat format, Multi<byte[]> bytes) {
        return pool.preparedQuery(TransferSql.BEGIN).execute(Tuple.of(id)).chain(rows -> {
            if (rows.size() == 0) {
                throw Problem.of(ProblemCode.IMPORT_RUNNING, "The import '" + id + "' is still running");
            }
            ImportProgress progress =
                    new ImportProgress(id, rows.iterator().next().getOffsetDateTime("started_at"));
            return run(progress, format, bytes).chain(() -> find(id));
        });
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

    private Uni<Void> run(ImportProgress progress, GraphFormat format, Multi<byte[]> bytes) {
        Cancellable saving = Multi.createFrom()
                .ticks()
                .every(SAVE_EVERY)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> save(progress, ImportReport.RUNNING, null))
                .subscribe()
                .with(saved -> {}, failure -> LOG.debug("import progress not saved", failure));
        return entries(new GraphReader(format, mapper), bytes)
                .filter(entry -> taken(entry, progress))
                .group()
                .intoLists()
                .of(LINES_IN_BATCH)
                .onItem()
                .transformToUniAndConcatenate(batch -> register(Batch.of(batch), progress))
                .onItem()
                .transformToUni(batch -> write(batch, progress))
                .merge(BATCHES_AT_ONCE)
                .collect()
                .last()
                .onTermination()
                .invoke(saving::cancel)
                .onCancellation()
                .call(() -> save(progress, ImportReport.FAILED, "the connection was closed"))
                .onFailure()
                .transform(Importer::readable)
                .onFailure()
                .call(failure -> save(progress, ImportReport.FAILED, told(failure)))
                .call(this::refreshStatistics)
                .call(() -> save(progress, ImportReport.COMPLETED, null))
                .replaceWithVoid();
    }

    private static Multi<Entry> entries(GraphReader reader, Multi<byte[]> bytes) {
        Multi<Entry> read =
                bytes.onItem().transformToIterable(Importer::pieces).onItem().transformToIterable(reader::read);
        return Multi.createBy().concatenating().streams(read, Multi.createFrom().deferred(() -> Multi.createFrom()
                .iterable(reader.end())));
    }

    private static List<byte[]> pieces(byte[] bytes) {
        List<byte[]> pieces = new ArrayList<>(bytes.length / BYTES_AT_ONCE + 1);
        for (int at = 0; at < bytes.length; at += BYTES_AT_ONCE) {
            pieces.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + BYTES_AT_ONCE)));
        }
        return pieces;
    }

    private static boolean taken(Entry entry, ImportProgress progress) {
        if (entry instanceof Entry.Rejected rejected) {
            progress.rejected(rejected);
            return false;
        }
        return true;
    }

    /**
     * Lines that are written together.
     *
     * @param named those of them that are users
     * @param follows those of them that are follows
     * @param users all they name, each once
     * @param edges each once
     * @param refused of the users, those who can't be registered
     */
    private record Batch(
            List<Entry.User> named,
            List<Entry.Edge> follows,
            List<UserDirectory.Entry> users,
            List<Change> edges,
            Set<String> refused) {

        static Batch of(List<Entry> entries) {
            Map<String, UserDirectory.Entry> users = new LinkedHashMap<>();
            List<Entry.User> named = new ArrayList<>();
            Map<Pair, Change> edges = new LinkedHashMap<>();
            List<Entry.Edge> follows = new ArrayList<>(entries.size());
            for (Entry entry : entries) {
                if (entry instanceof Entry.Edge edge) {
                    follows.add(edge);
                    edges.putIfAbsent(edge.change().pair(), edge.change());
                } else if (entry instanceof Entry.User user) {
                    named.add(user);
                    users.putIfAbsent(user.user().username(), user.user());
                }
            }
            for (Pair pair : edges.keySet()) {
                users.computeIfAbsent(pair.follower(), name -> new UserDirectory.Entry(name, null, null));
                users.computeIfAbsent(pair.followed(), name -> new UserDirectory.Entry(name, null, null));
            }
            return new Batch(named, follows, List.copyOf(users.values()), List.copyOf(edges.values()), Set.of());
        }

        Batch without(Set<String> refused) {
            return new Batch(named, follows, users, edges, refused);
        }
    }

    /** One batch after the other: a follow in a later one must not register a user before its own line does. */
    private Uni<Batch> register(Batch batch, ImportProgress progress) {
        // Before the second batch, the fourth, the eighth...: whenever there is twice as much as at the last time.
        Uni<Void> ready = Integer.bitCount(progress.begin()) == 1
                ? refreshStatistics()
                : Uni.createFrom().voidItem();
        return ready.chain(() -> users.register(batch.users()))
                .invoke(registered -> progress.registered(registered.created().size()))
                .map(registered -> batch.without(registered.refused()));
    }

    private Uni<Void> write(Batch batch, ImportProgress progress) {
        Uni<List<ChangeResult>> results =
                batch.edges().isEmpty() ? Uni.createFrom().item(List.of()) : graph.changeEach(batch.edges());
        return results.invoke(all -> written(batch, all, progress)).replaceWithVoid();
    }

    private static void written(Batch batch, List<ChangeResult> results, ImportProgress progress) {
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
            if (batch.refused().contains(line.user().username())) {
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

    private static Throwable readable(Throwable failure) {
        if (failure instanceof Gunzip.NotGzipException || failure instanceof GraphReader.MissingHeaderException) {
            return Problem.malformed("body", failure.getMessage());
        }
        return failure;
    }

    private static String told(Throwable failure) {
        return failure instanceof Problem problem ? problem.getMessage() : "it was broken off; send it again";
    }
}
