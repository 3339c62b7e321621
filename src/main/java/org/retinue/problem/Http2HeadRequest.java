package org.retinue.problem;

import io.quarkus.vertx.http.runtime.filters.AbstractResponseWrapper;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.http.impl.HttpServerRequestWrapper;

/**
 * A HEAD request over HTTP/2 whose response has the headers of GET and no body. {@link HttpEdge} answers HEAD as GET and
 * relies on the server to leave out the body. Vert.x does that for HTTP/1.1 only.
 */
final class Http2HeadRequest extends HttpServerRequestWrapper {

    private static final String KEY = "retinue.http2-head";

    private final HttpServerResponse response;

    private Http2HeadRequest(HttpServerRequest request) {
        super((HttpServerRequestInternal) request);
        response = new WithoutBody(request.response());
    }

    /** Wraps the request that the current Vert.x context is for. */
    static HttpServerRequest of(HttpServerRequest request) {
        Vertx.currentContext().putLocal(KEY, true);
        return new Http2HeadRequest(request);
    }

    /** Returns whether the request of the current Vert.x context is wrapped already. */
    static boolean isHandled() {
        Context context = Vertx.currentContext();
        return context == null || context.getLocal(KEY) != null;
    }

    @Override
    public HttpServerResponse response() {
        return response;
    }

    private static final class WithoutBody extends AbstractResponseWrapper {

        WithoutBody(HttpServerResponse delegate) {
            super(delegate);
        }

        @Override
        public Future<Void> write(Buffer data) {
            return Future.succeededFuture();
        }

        @Override
        public void write(Buffer data, Handler<AsyncResult<Void>> handler) {
            handler.handle(Future.succeededFuture());
        }

        @Override
        public Future<Void> write(String chunk) {
            return Future.succeededFuture();
        }

        @Override
        public void write(String chunk, Handler<AsyncResult<Void>> handler) {
            handler.handle(Future.succeededFuture());
        }

        @Override
        public Future<Void> write(String chunk, String encoding) {
            return Future.succeededFuture();
        }

        @Override
        public void write(String chunk, String encoding, Handler<AsyncResult<Void>> handler) {
            handler.handle(Future.succeededFuture());
        }

        @Override
        public Future<Void> end(Buffer chunk) {
            if (!headWritten() && !headers().contains(HttpHeaders.CONTENT_LENGTH) && !isChunked()) {
                putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(chunk.length()));
            }
            return end();
        }

        @Override
        public void end(Buffer chunk, Handler<AsyncResult<Void>> handler) {
            end(chunk).onComplete(handler);
        }

        @Override
        public Future<Void> end(String chunk) {
            return end(Buffer.buffer(chunk));
        }

        @Override
        public void end(String chunk, Handler<AsyncResult<Void>> handler) {
            end(Buffer.buffer(chunk)).onComplete(handler);
        }

        @Override
        public Future<Void> end(String chunk, String encoding) {
            return end(Buffer.buffer(chunk, encoding));
        }

        @Override
        public void end(String chunk, String encoding, Handler<AsyncResult<Void>> handler) {
            end(Buffer.buffer(chunk, encoding)).onComplete(handler);
        }

        @Override
        public Future<Void> send(Buffer body) {
            return end(body);
        }

        @Override
        public void send(Buffer body, Handler<AsyncResult<Void>> handler) {
            end(body).onComplete(handler);
        }

        @Override
        public Future<Void> send(String body) {
            return end(body);
        }

        @Override
        public void send(String body, Handler<AsyncResult<Void>> handler) {
            end(body).onComplete(handler);
        }

        @Override
        public Future<Void> sendFile(String filename, long offset, long length) {
            return end();
        }

        @Override
        public Future<Void> sendFile(String filename, long offset) {
            return end();
        }

        @Override
        public Future<Void> sendFile(String filename) {
            return end();
        }

        @Override
        public HttpServerResponse sendFile(
                String filename, long offset, long length, Handler<AsyncResult<Void>> handler) {
            end().onComplete(handler);
            return this;
        }
    }
}
