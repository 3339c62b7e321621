package org.retinue.limit;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
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
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.json.Json;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.retinue.problem.Cors;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemBody;
import org.retinue.problem.ProblemCode;
import org.retinue.trace.RequestId;

/**
 * Watches one connection of a client, on its event loop: how long the head of a request takes to arrive, and how long its
 * body; how long nothing happens; and whether its answers are read. A client that is too slow is told 408 where that can
 * be, and its connection closed. Requests of one that does not read its answers are held back, so that these don't pile up.
 */
// a write that fails closes the connection by itself, and a close that fails leaves nothing to do
@SuppressWarnings("FutureReturnValueIgnored")
final class ClientWatch extends ChannelDuplexHandler {

    /** An import lasts as long as its stream does, and only must not stand still. */
    private static final String STREAM = "/v1/imports";

    /** How long what is left of a body is still read once it has been answered, so that the answer gets through. */
    private static final long LINGER_NANOS = Duration.ofSeconds(5).toNanos();

    /** How many requests of a connection are at most under way: the server answers one after the other anyway. */
    private static final int MOST_UNDER_WAY = 16;

    /** How many messages, requests and parts of bodies, are held back at most. */
    private static final int MOST_HELD = 1_024;

    private final Pace pace;
    private final Cors cors;
    private final Queue<Object> held = new ArrayDeque<>();
    private ChannelHandlerContext context;
    private ScheduledFuture<?> glances;

    /** Since when it has been as it is: no request, part of a head, part of a body. */
    private long since;

    private boolean bytesCame;
    private boolean messageCame;
    private boolean inHead;
    private boolean inBody;
    private boolean streams;
    private String requestId;
    private String origin;
    private long bodyBytes;
    private int underWay;
    private boolean answering;
    private boolean expired;
    private long unwritten;
    private long unwrittenSince;
    private long lastGlance;

    ClientWatch(Pace pace, Cors cors) {
        this.pace = pace;
        this.cors = cors;
    }

    /** Goes before the decoder, to tell a part of a head, of which the decoder says nothing, from nothing. */
    ChannelInboundHandler bytes() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext before, Object message) {
                bytesCame = true;
                before.fireChannelRead(message);
            }
        };
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
        held.forEach(ReferenceCountUtil::release);
        held.clear();
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        messageCame = true;
        if (held.isEmpty() && mayPass(message)) {
            pass(message);
        } else if (held.size() < MOST_HELD) {
            held.add(message);
        } else {
            ReferenceCountUtil.release(message);
            from.close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        if (bytesCame && !messageCame && !inHead && !inBody && underWay == 0) {
            inHead = true;
            since = System.nanoTime();
        }
        bytesCame = false;
        messageCame = false;
        from.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        from.fireChannelWritabilityChanged();
        passHeld();
    }

    @Override
    public void write(ChannelHandlerContext from, Object message, ChannelPromise promise) {
        if (message instanceof HttpObject && !isInformational(message)) {
            answering = true;
            if (message instanceof LastHttpContent) {
                answered();
            }
        }
        from.write(message, promise);
    }

    private static boolean isInformational(Object message) {
        return message instanceof HttpResponse head && head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    private boolean mayPass(Object message) {
        return !(message instanceof HttpRequest)
                || (underWay < MOST_UNDER_WAY && context.channel().isWritable());
    }

    private void pass(Object message) {
        if (message instanceof HttpRequest request) {
            inHead = false;
            inBody = true;
            streams = isStream(request.uri());
            requestId = request.headers().get(RequestId.HEADER);
            origin = request.headers().get(HttpHeaderNames.ORIGIN);
            bodyBytes = 0;
            underWay++;
            since = System.nanoTime();
        }
        if (message instanceof HttpContent part) {
            int bytes = part.content().readableBytes();
            bodyBytes += bytes;
            if (streams && bytes > 0 && underWay > 0) {
                since = System.nanoTime();
            }
            inBody = inBody && !(message instanceof LastHttpContent);
        }
        context.fireChannelRead(message);
    }

    private static boolean isStream(String uri) {
        return uri.equals(STREAM) || uri.startsWith(STREAM + "?");
    }

    private void passHeld() {
        boolean passed = false;
        while (!held.isEmpty() && mayPass(held.peek())) {
            pass(held.remove());
            passed = true;
        }
        if (passed) {
            // from a read to its end, the server keeps its answers to itself
            context.fireChannelReadComplete();
        }
    }

    private void answered() {
        answering = false;
        underWay--;
        since = System.nanoTime();
        if (!held.isEmpty()) {
            // not from within the answer to the one before
            context.executor().execute(this::passHeld);
        }
    }

    private void glance() {
        long now = System.nanoTime();
        long glanced = lastGlance;
        lastGlance = now;
        if (underWay > 0 && !context.channel().config().isAutoRead()) {
            // it is the service that does not read
            since += now - glanced;
        }
        if (isStuck(now)) {
            context.close();
        } else if (expired) {
            closeAfter(now, LINGER_NANOS);
        } else if (inBody && underWay == 0) {
            closeAfter(now, LINGER_NANOS);
        } else if (inBody) {
            expireAfter(now, streams ? pace.idle().toNanos() : pace.bodyNanos(bodyBytes));
        } else if (inHead) {
            expireAfter(now, pace.header().toNanos());
        } else if (underWay == 0) {
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
        if (now - since <= nanos) {
            return;
        }
        expired = true;
        since = now;
        if (answering || underWay > 1) {
            context.close();
        } else {
            FullHttpResponse response = timeout(RequestId.ofHeader(inHead ? null : requestId));
            cors.addTo(inHead ? null : origin, response.headers()::set);
            context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static FullHttpResponse timeout(String id) {
        Problem problem =
                Problem.of(ProblemCode.REQUEST_TIMEOUT, "The request arrived too slowly. Send it again, faster");
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.REQUEST_TIMEOUT,
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
