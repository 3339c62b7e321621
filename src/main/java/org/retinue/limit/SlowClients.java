package org.retinue.limit;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.annotations.RegisterResources;
import org.retinue.config.Setting;
import org.retinue.config.Settings;
import org.retinue.problem.Cors;

/**
 * Adds the service's own handlers to every incoming HTTP/1 connection: the strict decoder, the watch over slow clients and
 * the compressor. Netty finds this class as a service. Neither Quarkus nor Vert.x has a place for handlers that must exist
 * before the first request. The names of Vert.x's handlers are known here only; FramingIT fails if they change.
 */
@RegisterForReflection
@RegisterResources(globs = "META-INF/services/io.netty.bootstrap.ChannelInitializerExtension")
public final class SlowClients extends ChannelInitializerExtension {

    /** The system property by which Netty looks for extensions. */
    public static final String EXTENSIONS = "io.netty.bootstrap.extensions";

    /** Its value by which it does. */
    public static final String LOOK_FOR_THEM = "serviceload";

    // as Vert.x names its own
    private static final String TLS = "ssl";
    private static final String DECODER = "httpDecoder";
    private static final String ENCODER = "httpEncoder";

    private static final String WATCH = "retinueWatch";

    private final Settings settings = Settings.read(System.getenv());
    private final Pace pace = Pace.of(settings);
    private final Cors cors = Cors.of(settings.get(Setting.CORS_ORIGINS));

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        channel.pipeline().addFirst(new Installer());
    }

    /** Waits until the server has set up its own handlers, which with TLS it does after the handshake. */
    private final class Installer extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(ChannelHandlerContext context) {
            ChannelPipeline pipeline = context.pipeline();
            if (pipeline.get(TLS) != null) {
                pipeline.addAfter(TLS, null, new Installer());
            } else if (pipeline.get(DECODER) != null) {
                watch(pipeline);
            } else {
                // with HTTP/2, the server knows the version when the first bytes have arrived
                pipeline.addLast(new AfterFirstBytes());
            }
            context.fireChannelActive();
            pipeline.remove(this);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            context.fireUserEventTriggered(event);
            if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
                watch(context.pipeline());
                context.pipeline().remove(this);
            }
        }
    }

    /** Follows the server's handler of the first bytes, which has set up the others when it passes the bytes on. */
    private final class AfterFirstBytes extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            ChannelPipeline pipeline = context.pipeline();
            pipeline.remove(this);
            watch(pipeline);
            context.fireChannelRead(bytes);
        }
    }

    private void watch(ChannelPipeline pipeline) {
        if (pipeline.get(DECODER) != null && pipeline.get(ENCODER) != null) {
            StrictRequestDecoder decoder = new StrictRequestDecoder();
            pipeline.replace(DECODER, DECODER, decoder);
            pipeline.addAfter(ENCODER, WATCH, new ClientWatch(pace, cors, decoder));
            pipeline.addAfter(WATCH, null, new ResponseCompressor());
        }
    }
}
