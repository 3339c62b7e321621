package org.retinue.transfer;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.OffsetDateTime;

/** How far a running import has come. */
final class ImportProgress {

    /** Of how many rejected lines the reason is kept. */
    static final int REJECTIONS_KEPT = 100;

    private final String id;
    private final OffsetDateTime startedAt;
    private final ImportColumns columns;
    private final JsonArray rejections = new JsonArray();
    private int batches;
    private long read;
    private long users;
    private long created;
    private long alreadyThere;
    private long rejected;
    private long usersCreated;

    /**
     * Creates the counts of an import.
     *
     * @param columns which column became what; null for NDJSON
     */
    ImportProgress(String id, OffsetDateTime startedAt, ImportColumns columns) {
        this.id = id;
        this.startedAt = startedAt;
        this.columns = columns;
    }

    synchronized void rejected(Entry.Rejected line) {
        read++;
        rejected++;
        if (rejections.size() < REJECTIONS_KEPT) {
            rejections.add(new JsonObject().put("line", line.line()).put("reason", line.reason()));
        }
    }

    /** Counts a batch that begins, from 1. */
    synchronized int begin() {
        return ++batches;
    }

    synchronized void registered(int created) {
        usersCreated += created;
    }

    /**
     * Counts what is committed.
     *
     * @param named how many lines were users
     * @param follows how many were follows, and not rejected
     * @param added how many of them are new
     */
    synchronized void written(long named, long follows, long added) {
        read += named + follows;
        users += named;
        created += added;
        alreadyThere += follows - added;
    }

    /** The parameters of {@link TransferSql#SAVE}. */
    synchronized Tuple toTuple(String state, String failure) {
        return Tuple.tuple()
                .addString(id)
                .addOffsetDateTime(startedAt)
                .addString(state)
                .addLong(read)
                .addLong(users)
                .addLong(created)
                .addLong(alreadyThere)
                .addLong(rejected)
                .addLong(usersCreated)
                .addJsonArray(rejections.copy())
                .addString(failure)
                .addValue(columns == null ? null : columns.toJson());
    }
}
