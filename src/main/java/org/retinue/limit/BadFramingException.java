package org.retinue.limit;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.LastHttpContent;

/** A request that is not valid HTTP/1.1. Its message is for the client. */
final class BadFramingException extends DecoderException {

    private static final long serialVersionUID = 1L;

    BadFramingException(String message) {
        super(message, null);
    }

    /** The client is at fault: where in the code that was found says nothing. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    /** Returns the last part of a body that can't be read. */
    static LastHttpContent failedContent(Throwable cause) {
        LastHttpContent content = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
        content.setDecoderResult(DecoderResult.failure(cause));
        return content;
    }
}
