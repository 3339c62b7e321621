package org.retinue.database;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.command.CommandBase;
import io.vertx.sqlclient.impl.command.CommandResponse;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * One connection to the database, listened to: for how long there has been something to answer, and not a byte came back.
 * The client itself can't tell, and can't close a connection whose other end says nothing: it says goodbye, and waits.
 */
final class Line {

    private static final Logger LOG = Logger.getLogger(Line.class);

    private static final long GLANCE_MILLIS = 250;

    private final SocketConnectionBase connection;
    private final int process;
    private final long begun;
    private final ChannelPipeline pipeline;
    private final Consumer<Line> ended;
    private final Future<?> glances;
    private int unanswered;
    private long reads;
    private long readsSeen;
    private volatile long quietSince = System.nanoTime();
    private volatile long lastHeard = System.nanoTime();

    /**
     * Listens from now on; on the connection's own thread.
     *
     * @param begun the instant of {@link System#nanoTime} at which it was begun to connect
     * @param ended is told when the connection is closed, whoever closed it
     */
    Line(SocketConnectionBase connection, long begun, Consumer<Line> ended) {
        this.connection = connection;
        this.process = connection.getProcessId();
        this.begun = begun;
        this.pipeline = connection.socket().channelHandlerContext().pipeline();
        this.ended = ended;
        // On one side of the client's own handler there are bytes, and on the other side what they mean.
        pipeline.addBefore("codec", "bytes", new Bytes());
        pipeline.addAfter("codec", "commands", new Commands());
        this.glances = pipeline.channel()
                .eventLoop()
                .scheduleAtFixedRate(this::glance, GLANCE_MILLIS, GLANCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Whether it is this one that is listened to. */
    boolean isOf(SocketConnectionBase other) {
        return connection == other;
    }

    /** The process at the other end. */
    int process() {
        return process;
    }

    /** When it was begun to connect, as an instant of {@link System#nanoTime}. */
    long begun() {
        return begun;
    }

    /** For how long an answer has been waited for, and nothing came; next to nothing while none is waited for. */
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - quietSince);
    }

    /** Whether a byte came back after that instant of {@link System#nanoTime}. */
    boolean isHeardSince(long nanoTime) {
        return lastHeard - nanoTime > 0;
    }

    /** Puts an end to the connection without a word, if it is still as silent as this. */
    void closeIfSilentFor(Duration atLeast) {
        pipeline.channel().eventLoop().execute(() -> {
            glance();
            if (silence().compareTo(atLeast) >= 0) {
                end();
            }
        });
    }

    /** Puts an end to the connection without a word, whatever is under way on it. */
    void close() {
        pipeline.channel().eventLoop().execute(this::end);
    }

    private void end() {
        reset(pipeline.channel());
    }

    /**
     * Closes a connection with a TCP reset, on its event loop. A reset discards the bytes that were not delivered: after a
     * normal close, the kernel would still deliver a statement once a network that fell silent is back. This bypasses the
     * client's own handler, which would send a message and wait for the server to close.
     */
    static void reset(Channel channel) {
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException closed) {
            LOG.debugf("no reset: %s", closed.getMessage());
        }
        channel.unsafe().close(channel.voidPromise());
    }

    /** On the connection's own thread, as all that it looks at. */
    private void glance() {
        if (unanswered == 0 || reads != readsSeen) {
            readsSeen = reads;
            quietSince = System.nanoTime();
        }
    }

    private final class Bytes extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            reads++;
            lastHeard = System.nanoTime();
            context.fireChannelRead(bytes);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            glances.cancel(false);
            ended.accept(Line.this);
            context.fireChannelInactive();
        }
    }

    private final class Commands extends ChannelDuplexHandler {

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
            if (message instanceof CommandBase<?>) {
                unanswered++;
            }
            super.write(context, message, promise);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof CommandResponse<?>) {
                unanswered--;
            }
            context.fireChannelRead(message);
        }
    }
}
