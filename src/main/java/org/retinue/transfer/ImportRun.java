package org.retinue.transfer;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.Deque;

/** One import in progress: its input, its counts, and its batches that are being written. */
final class ImportRun {

    /** The most lines of a batch, give or take those of one step of the reader. */
    private static final int MAX_LINES_IN_BATCH = 5_000;

    /** The most text that is parsed for one batch: of a stream of blank lines, the rest has to wait its turn. */
    private static final int MAX_STEPS_IN_BATCH = (1 << 20) / GraphReader.STEP;

    /** The most batches of an import that are written at the same time. */
    private static final int MAX_WRITES = 2;

    private final String id;
    private final GraphReader reader;
    private final BodyBuffer body = new BodyBuffer();
    private final Context context;
    private final Deque<Uni<Void>> writes = new ArrayDeque<>();
    private ImportProgress progress;
    private Gunzip.NotGzipException damage;
    private Cancellable saving = () -> {};

    /**
     * Creates a run.
     *
     * @param context the caller's, on which the database is called
     */
    ImportRun(String id, GraphReader reader, Context context) {
        this.id = id;
        this.reader = reader;
        this.context = context;
    }

    String id() {
        return id;
    }

    BodyBuffer body() {
        return body;
    }

    /** Null until the import is recorded. */
    ImportProgress progress() {
        return progress;
    }

    /** Whether it is known what the input is, so that the import can be recorded. */
    boolean isRecognized() {
        return reader.isRecognized();
    }

    /** Which column of the input became what; null for NDJSON. */
    ImportColumns columns() {
        return reader.columns();
    }

    /**
     * Notes that the import is recorded.
     *
     * @param recorded its counts
     * @param saves what saves them from time to time
     */
    void recorded(ImportProgress recorded, Cancellable saves) {
        progress = recorded;
        saving = saves;
    }

    /**
     * Completes when there is enough input for a batch. The first one takes what comes, so that a stream that is no graph
     * is refused early.
     */
    Uni<Void> awaitInput() {
        return body.fill(reader.hasInput() ? 0 : progress == null ? 1 : BodyBuffer.CAPACITY);
    }

    /** Unpacks and parses the next batch, on a worker thread. */
    Uni<ImportBatch> parse() {
        return Uni.createFrom().emitter(emitter -> context.executeBlocking(this::nextBatch, false)
                .onSuccess(emitter::complete)
                .onFailure(emitter::fail));
    }

    private ImportBatch nextBatch() {
        if (damage != null) {
            throw damage;
        }
        boolean isLast = false;
        try {
            isLast = readBatch();
        } catch (Gunzip.NotGzipException e) {
            // What comes before the damage is imported, wherever the chunks of the body begin and end.
            if (reader.entryCount() == 0) {
                throw e;
            }
            damage = e;
        }
        return ImportBatch.of(reader.take(), isLast);
    }

    /** Reads up to a batch; returns whether the stream ends with it. */
    private boolean readBatch() {
        for (int steps = 0; steps < MAX_STEPS_IN_BATCH && reader.entryCount() < MAX_LINES_IN_BATCH; steps++) {
            if (reader.step()) {
                continue;
            }
            byte[] chunk = body.take();
            if (chunk == null) {
                reader.end();
                return true;
            }
            if (chunk.length == 0) {
                return false;
            }
            reader.feed(chunk);
        }
        return false;
    }

    /** Completes when another batch may be written; fails if one that was written failed. */
    Uni<Void> awaitRoom() {
        return writes.size() < MAX_WRITES ? Uni.createFrom().voidItem() : writes.remove();
    }

    /** Starts to write a batch. If that fails, the import ends. */
    void start(Uni<Void> write) {
        Uni<Void> started = write.memoize().indefinitely();
        started.subscribe().with(written -> {}, body::fail);
        writes.add(started);
    }

    /** Completes when all batches are written; fails if one failed. */
    Uni<Void> awaitWrites() {
        return writes.isEmpty() ? Uni.createFrom().voidItem() : writes.remove().chain(this::awaitWrites);
    }

    /** Completes when no batch is being written any more, whether they failed or not. */
    Uni<Void> settle() {
        return writes.isEmpty()
                ? Uni.createFrom().voidItem()
                : writes.remove().onFailure().recoverWithNull().chain(this::settle);
    }

    /** Ends what belongs to the run. */
    void close() {
        saving.cancel();
        reader.close();
    }
}
