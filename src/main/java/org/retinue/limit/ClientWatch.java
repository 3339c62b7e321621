package org.retinue.limit;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.json.Json;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.retinue.problem.Cors;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemBody;
import org.retinue.problem.ProblemCode;
import org.retinue.trace.RequestId;

/**
 * Watches one HTTP/1 connection, on its event loop: how long the head of a request takes to arrive, how long its body
 * takes, how long nothing happens, and whether the client reads its responses. A client that is too slow receives 408 if
 * no response has begun, and its connection is closed. A request that {@link StrictRequestDecoder} refuses receives 400.
 *
 * <p>A request is decoded when the one before is answered and the client reads. After a response with
 * {@code Connection: close}, nothing more is decoded. The connection is then half-closed, and what the client still sends
 * is discarded for a while: a full close would reset the connection, and the client could lose the response.
 */
// a write that fails closes the connection by itself, and a close that fails leaves nothing to do
@SuppressWarnings("FutureReturnValueIgnored")
final class ClientWatch extends ChannelDuplexHandler {

    /** An import lasts as long as its stream does, and only must not stand still. */
    private static final String STREAM = "/v1/imports";

    /** How long the rest of a request is read and discarded after its response. */
    private static final long LINGER_NANOS = Duration.ofSeconds(5).toNanos();

    private final Pace pace;
    private final Cors cors;
    private final StrictRequestDecoder decoder;
    private ChannelHandlerContext context;
    private ScheduledFuture<?> glances;

    /** Since when it has been as it is: no request, part of a head, part of a body. */
    private long since;

    private boolean inHead;
    private boolean inBody;
    private boolean streams;
    private String requestId;
    private String origin;
    private long bodyBytes;

    /** Whether a request is not answered completely. */
    private boolean inFlight;

    /** Whether a response has begun that is not complete. */
    private boolean answering;

    /** Whether the connection closes after the response that is being written. */
    private boolean closes;

    /** Whether the last response of the connection was written. */
    private boolean finished;

    /** Whether reading from the socket is suspended, because a request waits for the response to the one before. */
    private boolean readingHeld;

    private long unwritten;
    private long unwrittenSince;
    private long lastGlance;

    ClientWatch(Pace pace, Cors cors, StrictRequestDecoder decoder) {
        this.pace = pace;
        this.cors = cors;
        this.decoder = decoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        since = System.nanoTime();
        lastGlance = since;
        unwrittenSince = since;
        long period = pace.glance().toNanos();
        glances = added.executor().scheduleAtFixedRate(this::glance, period, period, TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        glances.cancel(false);
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        if (finished) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
            refuse(part, part.decoderResult().cause());
        } else {
            pass(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        if (decoder.isInHead() && !inHead && !inFlight) {
            inHead = true;
            since = System.nanoTime();
        }
        if (decoder.isHolding() && !readingHeld) {
            readingHeld = true;
            from.channel().config().setAutoRead(false);
        }
        from.fireChannelReadComplete();
    }

    /** The server resumes reading when it wants more of a body. It can't know that the next request is held. */
    @Override
    public void read(ChannelHandlerContext from) {
        if (readingHeld) {
            from.channel().config().setAutoRead(false);
        } else {
            from.read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        from.fireChannelWritabilityChanged();
        from.executor().execute(this::proceed);
    }

    @Override
    public void write(ChannelHandlerContext from, Object message, ChannelPromise promise) {
        if (!(message instanceof HttpObject) || isInformational(message)) {
            from.write(message, promise);
            return;
        }
        if (finished) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        answering = true;
        if (message instanceof HttpResponse head) {
            closes = head.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
        }
        ChannelPromise written = promise;
        if (message instanceof LastHttpContent) {
            written = promise.unvoid();
            answered(written);
        }
        from.write(message, written);
    }

    /** The server closes at once after a failure of the request. The client has to be able to read the response first. */
    @Override
    public void close(ChannelHandlerContext from, ChannelPromise promise) {
        if (finished) {
            from.channel().closeFuture().addListener(closed -> promise.trySuccess());
        } else {
            from.close(promise);
        }
    }

    private static boolean isInformational(Object message) {
        return message instanceof HttpResponse head && head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    private void pass(Object message) {
        if (message instanceof HttpRequest request) {
            inHead = false;
            inBody = true;
            inFlight = true;
            streams = isStream(request.uri());
            requestId = request.headers().get(RequestId.HEADER);
            origin = request.headers().get(HttpHeaderNames.ORIGIN);
            bodyBytes = 0;
            since = System.nanoTime();
        }
        if (message instanceof HttpContent part) {
            int bytes = part.content().readableBytes();
            bodyBytes += bytes;
            if (streams && bytes > 0 && inFlight) {
                since = System.nanoTime();
            }
            inBody = inBody && !(message instanceof LastHttpContent);
        }
        context.fireChannelRead(message);
        if (message instanceof LastHttpContent && !inFlight) {
            // the response was complete before the request was
            context.executor().execute(this::proceed);
        }
    }

    private static boolean isStream(String uri) {
        return uri.equals(STREAM) || uri.startsWith(STREAM + "?");
    }

    private void answered(ChannelPromise written) {
        answering = false;
        inFlight = false;
        since = System.nanoTime();
        if (closes) {
            finish(written);
        } else if (decoder.isHolding()) {
            // not from within the write of the response
            context.executor().execute(this::proceed);
        } else {
            proceed();
        }
    }

    private void proceed() {
        if (inFlight || inBody || finished || !context.channel().isWritable()) {
            return;
        }
        if (readingHeld) {
            readingHeld = false;
            context.channel().config().setAutoRead(true);
        }
        try {
            decoder.proceed(context.pipeline().context(decoder));
        } catch (Exception e) {
            context.fireExceptionCaught(e);
        }
    }

    /** Ends the connection after its last response. */
    private void finish(ChannelPromise written) {
        finished = true;
        decoder.discard();
        written.addListener(done -> {
            if (done.isSuccess()) {
                linger();
            } else {
                context.close();
            }
        });
    }

    private void linger() {
        since = System.nanoTime();
        readingHeld = false;
        context.channel().config().setAutoRead(true);
        SslHandler tls = context.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound();
        } else if (context.channel() instanceof DuplexChannel channel) {
            channel.shutdownOutput();
        } else {
            context.close();
        }
    }

    private void glance() {
        long now = System.nanoTime();
        long glanced = lastGlance;
        lastGlance = now;
        if (inFlight && !readingHeld && !context.channel().config().isAutoRead()) {
            // it is the service that does not read
            since += now - glanced;
        }
        if (isStuck(now)) {
            context.close();
        } else if (finished || (inBody && !inFlight)) {
            closeAfter(now, LINGER_NANOS);
        } else if (inBody) {
            expireAfter(now, streams ? pace.idle().toNanos() : pace.bodyNanos(bodyBytes));
        } else if (inHead) {
            expireAfter(now, pace.header().toNanos());
        } else if (!inFlight) {
            // the last answer may still be on its way to one who reads it slowly
            since = unwrittenSince - since > 0 ? unwrittenSince : since;
            closeAfter(now, pace.idle().toNanos());
        }
    }

    /** Whether there is more to be written than fits, and for long none of it has been taken. */
    private boolean isStuck(long now) {
        long left = context.channel().bytesBeforeWritable();
        if (left != unwritten) {
            unwritten = left;
            unwrittenSince = now;
        }
        return left > 0 && now - unwrittenSince > pace.idle().toNanos();
    }

    private void closeAfter(long now, long nanos) {
        if (now - since > nanos) {
            context.close();
        }
    }

    private void expireAfter(long now, long nanos) {
        if (now - since > nanos) {
            endWith(
                    Problem.of(ProblemCode.REQUEST_TIMEOUT, "The request arrived too slowly. Send it again, faster"),
                    RequestId.ofHeader(inHead ? null : requestId),
                    inHead ? null : origin,
                    new DecoderException("the request came too slowly"));
        }
    }

    private void refuse(HttpObject part, Throwable cause) {
        String id = part instanceof HttpRequest request ? request.headers().get(RequestId.HEADER) : requestId;
        String from = part instanceof HttpRequest request ? request.headers().get(HttpHeaderNames.ORIGIN) : origin;
        ReferenceCountUtil.release(part);
        endWith(problem(part, cause), RequestId.ofHeader(id), from, cause);
    }

    private static Problem problem(HttpObject part, Throwable cause) {
        if (part instanceof HttpRequest && cause instanceof TooLongHttpLineException) {
            return Problem.of(
                    ProblemCode.URI_TOO_LONG,
                    "The request line may have " + StrictRequestDecoder.MAX_REQUEST_LINE + " bytes");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Problem.of(
                    ProblemCode.HEADERS_TOO_LARGE, "Headers may have " + StrictRequestDecoder.MAX_HEAD + " bytes");
        }
        return Problem.of(
                ProblemCode.MALFORMED,
                cause instanceof BadFramingException ? cause.getMessage() : "The request is not valid HTTP/1.1");
    }

    /** Answers what arrived of a request if no response has begun, aborts it in the server, and ends the connection. */
    private void endWith(Problem problem, String id, String from, Throwable cause) {
        boolean aborts = inBody;
        boolean answers = inFlight || !inBody;
        inHead = false;
        inBody = false;
        if (answering) {
            context.close();
            return;
        }
        ChannelPromise written = context.newPromise();
        finish(written);
        if (answers) {
            FullHttpResponse response = response(problem, id);
            cors.addTo(from, response.headers()::set);
            context.writeAndFlush(response, written);
        } else {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER, written);
        }
        if (aborts) {
            context.fireChannelRead(BadFramingException.failedContent(cause));
        }
    }

    private static FullHttpResponse response(Problem problem, String id) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(problem.code().status()),
                Unpooled.wrappedBuffer(
                        Json.encodeToBuffer(ProblemBody.of(problem, id)).getBytes()));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, ProblemBody.MEDIA_TYPE)
                .set(RequestId.HEADER, id)
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }
}
