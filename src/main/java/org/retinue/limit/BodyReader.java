package org.retinue.limit;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.retinue.problem.Expectation;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/**
 * Receives the body of one request into memory that is counted. It suspends the request and resumes it exactly once: when
 * the body is complete, or when the body is refused or aborted. All of it runs on the event loop of the connection.
 */
final class BodyReader {

    private static final int MIN_CHUNK = 1_024;
    private static final int MAX_CHUNK = 64 * 1_024;

    private final ResteasyReactiveRequestContext resteasy;
    private final RoutingContext context;
    private final long max;
    private final BodyBudget.Share share;
    private final List<byte[]> chunks = new ArrayList<>(1);

    /** The bytes received, and the bytes allocated for them. */
    private long length;

    private long capacity;

    private boolean done;

    BodyReader(ResteasyReactiveRequestContext resteasy, RoutingContext context, RequestBodies bodies, long max) {
        this.resteasy = resteasy;
        this.context = context;
        this.max = max;
        Context eventLoop = Vertx.currentContext();
        this.share =
                bodies.open(context, max, () -> eventLoop.runOnContext(evicted -> fail(RequestBodies.outOfMemory())));
    }

    void read() {
        HttpServerRequest request = context.request();
        resteasy.suspend();
        // The framework completes a request also if the client disconnects.
        resteasy.registerCompletionCallback(completed -> share.release());
        if (context.response().closed() || !VertxConnection.isOpen(request)) {
            abort();
            return;
        }
        if (request.isEnded()) {
            complete();
            return;
        }
        request.handler(this::receive).endHandler(end -> complete()).exceptionHandler(closed -> abort());
        Expectation.sendContinue(context);
        request.resume();
    }

    private void receive(Buffer buffer) {
        if (done) {
            return;
        }
        if (length + buffer.length() > max) {
            fail(RequestBodyFilter.tooLarge(context, max, 0));
        } else if (!append(buffer)) {
            fail(RequestBodies.outOfMemory());
        }
    }

    /** Copies a buffer: thousands of chunks of one byte would otherwise take a hundred times their size. */
    private boolean append(Buffer buffer) {
        int copied = 0;
        while (copied < buffer.length()) {
            if (length == capacity && !grow(buffer.length() - copied)) {
                return false;
            }
            byte[] chunk = chunks.get(chunks.size() - 1);
            int free = (int) (capacity - length);
            int count = Math.min(free, buffer.length() - copied);
            buffer.getBytes(copied, copied + count, chunk, chunk.length - free);
            copied += count;
            length += count;
        }
        return true;
    }

    private boolean grow(int needed) {
        long doubled = Math.max(Math.max(MIN_CHUNK, capacity), needed);
        int size = (int) Math.min(Math.min(doubled, MAX_CHUNK), max - capacity);
        if (!share.add(size)) {
            return false;
        }
        chunks.add(new byte[size]);
        capacity += size;
        return true;
    }

    private void complete() {
        if (done) {
            return;
        }
        if (!share.complete()) {
            fail(RequestBodies.outOfMemory());
            return;
        }
        done = true;
        resteasy.setInputStream(stream());
        resteasy.resume();
    }

    private InputStream stream() {
        List<InputStream> streams = new ArrayList<>(chunks.size());
        long left = length;
        for (byte[] chunk : chunks) {
            streams.add(new ByteArrayInputStream(chunk, 0, (int) Math.min(left, chunk.length)));
            left -= chunk.length;
        }
        return switch (streams.size()) {
            // the framework recognises an empty body by this class
            case 0 -> new ByteArrayInputStream(new byte[0]);
            case 1 -> streams.get(0);
            default -> new SequenceInputStream(Collections.enumeration(streams));
        };
    }

    private void abort() {
        fail(Problem.of(ProblemCode.REQUEST_TIMEOUT, "The connection was closed before the request body was complete"));
    }

    private void fail(Problem problem) {
        if (done) {
            return;
        }
        done = true;
        chunks.clear();
        share.release();
        resteasy.resume(refuse(context, problem));
    }

    /** Prepares the refusal of a request whose body is not read: the connection can't be used for another request. */
    static Problem refuse(RoutingContext request, Problem problem) {
        if (request.request().version() != HttpVersion.HTTP_2) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        return problem;
    }
}
