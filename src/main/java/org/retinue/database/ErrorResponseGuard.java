package org.retinue.database;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.AsyncResult;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.impl.PreparedStatement;
import io.vertx.sqlclient.impl.command.CommandBase;
import io.vertx.sqlclient.impl.command.CommandResponse;
import io.vertx.sqlclient.impl.command.QueryCommandBase;
import java.net.ProtocolException;
import org.jboss.logging.Logger;

/**
 * Fails every command that the server responded to with an error. The PostgreSQL client (4.5.25) does not: it takes an error
 * response with the code 57P01, 57P05 or 25P03 for the end of the connection, whatever its severity, reports it as an
 * exception of the channel, and completes the command as if there were no error. PostgreSQL can send these codes as the
 * ERROR of a statement: a trigger can raise them, and Citus passes on the termination of a worker's backend.
 *
 * <p>This handler follows the client's codec in the pipeline of each connection. It keeps such an exception, and fails the
 * next command response with it: the client handles the messages of the server in order, so that this is the response to
 * the failed command. It also fails a command that succeeds without the result that each success has.
 */
final class ErrorResponseGuard extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = Logger.getLogger(ErrorResponseGuard.class);

    /** The client's own handler, which turns bytes into command responses (PgSocketConnection). */
    private static final String CODEC = "codec";

    /** The error that the client did not attribute to a command; null if there is none. */
    private PgException unattributed;

    private ErrorResponseGuard() {}

    /** Adds a guard to the pipeline of a connection on which no command is in flight. */
    static void addTo(ChannelPipeline pipeline) {
        pipeline.addAfter(CODEC, "error-response-guard", new ErrorResponseGuard());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (failure instanceof PgException error) {
            // If it ends the connection, the server closes it.
            LOG.debugf("error response: %s", error.getMessage());
            unattributed = error;
        } else {
            context.fireExceptionCaught(failure);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        context.fireChannelRead(message instanceof CommandResponse<?> response ? guarded(response) : message);
    }

    private <R> CommandResponse<R> guarded(CommandResponse<R> response) {
        PgException error = unattributed;
        unattributed = null;
        AsyncResult<R> result = response.toAsyncResult();
        if (result.failed()) {
            return response;
        }
        if (error != null) {
            return failed(response.cmd, error);
        }
        if (lacksResult(response.cmd, result.result())) {
            return failed(response.cmd, new ProtocolException("the server ended a command without a result"));
        }
        return response;
    }

    /** Whether neither a completion nor a description came before the end of a command that has one. */
    private static boolean lacksResult(CommandBase<?> command, Object result) {
        if (result instanceof PreparedStatement prepared) {
            return prepared.paramDesc() == null;
        }
        return result == null && command instanceof QueryCommandBase<?>;
    }

    private static <R> CommandResponse<R> failed(CommandBase<R> command, Throwable failure) {
        CommandResponse<R> response = CommandResponse.failure(failure);
        response.cmd = command;
        return response;
    }
}
