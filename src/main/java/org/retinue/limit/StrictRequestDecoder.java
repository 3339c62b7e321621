package org.retinue.limit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;
import java.util.regex.Pattern;
import org.retinue.problem.Quoted;

/**
 * Decodes HTTP/1.x requests by the strict reading of RFC 9112, and one request at a time. Netty's decoder tolerates
 * several deviations (folded headers, unknown transfer codings, garbage after a chunk size). A proxy may read those
 * differently, and then disagree with the service about where a request ends. Such a request gets a decoder failure, and
 * nothing after it is decoded.
 *
 * <p>After the last part of a request, the decoder keeps all further bytes until {@link #proceed} is called.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {

    static final int MAX_REQUEST_LINE = 16 * 1024;

    /** Above the limit of HttpEdge, which answers with more detail. */
    static final int MAX_HEAD = 20 * 1024;

    static final int MAX_CHUNK_LINE = 256;

    private static final int MAX_CHUNK_DIGITS = 16;

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

    private static final String QUOTED_STRING = "\"(?:[^\"\\\\\\x00-\\x1f\\x7f]|\\\\[^\\x00-\\x1f\\x7f])*\"";

    /** The extensions of a chunk (RFC 9112, section 7.1.1). */
    private static final Pattern EXTENSIONS = Pattern.compile(
            "(?:[ \\t]*;[ \\t]*" + TOKEN + "(?:[ \\t]*=[ \\t]*(?:" + TOKEN + "|" + QUOTED_STRING + "))?)*");

    private static final int LINE_END = 2;

    private enum Part {
        HEAD,
        FIXED_BODY,
        CHUNK_LINE,
        CHUNK,
        CHUNK_END,
        TRAILERS,
        DISCARDED
    }

    private final HeadSyntax syntax = new HeadSyntax();
    private Part part = Part.HEAD;
    private long chunkLeft;
    private boolean headBegun;
    private boolean waits;

    StrictRequestDecoder() {
        super(new HttpServerOptions().setMaxInitialLineLength(MAX_REQUEST_LINE).setMaxHeaderSize(MAX_HEAD));
    }

    /** Returns whether a part of a head has arrived, but not all of it. */
    boolean isInHead() {
        return headBegun;
    }

    /** Returns whether bytes have arrived that belong to the next request. */
    boolean isHolding() {
        return waits && actualReadableBytes() > 0;
    }

    /** Decodes the next request; the previous one is answered. */
    void proceed(ChannelHandlerContext context) throws Exception {
        boolean more = isHolding();
        waits = false;
        if (more) {
            channelRead(context, Unpooled.EMPTY_BUFFER);
            channelReadComplete(context);
        }
    }

    /** Discards all bytes from now on. */
    void discard() {
        part = Part.DISCARDED;
        headBegun = false;
        waits = false;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out) throws Exception {
        if (waits) {
            return;
        }
        int start = buffer.readerIndex();
        switch (part) {
            case HEAD -> {
                headBegun = true;
                super.decode(context, buffer, out);
                headDecoded(buffer, start, out);
            }
            case FIXED_BODY, CHUNK_END -> {
                super.decode(context, buffer, out);
                bodyDecoded(buffer, start, out);
            }
            case CHUNK_LINE -> decodeChunkLine(context, buffer, out);
            case CHUNK -> {
                super.decode(context, buffer, out);
                chunkDecoded(buffer, start, out);
            }
            case TRAILERS -> {
                super.decode(context, buffer, out);
                trailersDecoded(buffer, start, out);
            }
            case DISCARDED -> buffer.skipBytes(buffer.readableBytes());
        }
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        String version = initialLine[2];
        if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
            throw new BadFramingException("The HTTP version must be HTTP/1.1 or HTTP/1.0, got " + Quoted.of(version));
        }
        return super.createMessage(initialLine);
    }

    private void headDecoded(ByteBuf buffer, int start, List<Object> out) {
        if (hasFailed(out)) {
            discard();
            return;
        }
        String fault = syntax.check(buffer, start, buffer.readerIndex());
        HttpRequest request = out.isEmpty() ? null : (HttpRequest) out.get(0);
        if (fault == null && request != null) {
            fault = RequestSemantics.fault(request);
        }
        if (fault != null) {
            refuseHead(request, buffer, out, fault);
        } else if (request != null) {
            headBegun = false;
            if (out.get(out.size() - 1) instanceof LastHttpContent) {
                end();
            } else {
                part = request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
                        ? Part.CHUNK_LINE
                        : Part.FIXED_BODY;
            }
        }
    }

    private void refuseHead(HttpRequest request, ByteBuf buffer, List<Object> out, String fault) {
        out.clear();
        HttpMessage refused = request == null ? createInvalidMessage() : request;
        refused.setDecoderResult(DecoderResult.failure(new BadFramingException(fault)));
        out.add(refused);
        buffer.skipBytes(buffer.readableBytes());
        discard();
    }

    private void bodyDecoded(ByteBuf buffer, int start, List<Object> out) {
        if (hasFailed(out)) {
            discard();
        } else if (part == Part.CHUNK_END) {
            part = buffer.readerIndex() == start ? Part.CHUNK_END : Part.CHUNK_LINE;
        } else if (!out.isEmpty() && out.get(out.size() - 1) instanceof LastHttpContent) {
            end();
        }
    }

    private void decodeChunkLine(ChannelHandlerContext context, ByteBuf buffer, List<Object> out) throws Exception {
        int start = buffer.readerIndex();
        int length = buffer.bytesBefore(Math.min(MAX_CHUNK_LINE, buffer.readableBytes()), (byte) '\n');
        if (length < 0) {
            if (buffer.readableBytes() >= MAX_CHUNK_LINE) {
                refuseBody(buffer, out, "The line with a chunk's size may have " + MAX_CHUNK_LINE + " bytes");
            }
            return;
        }
        chunkLeft = chunkSize(buffer, start, length);
        if (chunkLeft < 0) {
            refuseBody(buffer, out, "A chunk's size must be a hexadecimal number, optionally with extensions");
        } else if (chunkLeft == 0) {
            super.decode(context, buffer, out);
            if (hasFailed(out)) {
                discard();
            } else {
                part = Part.TRAILERS;
                syntax.restartAtFields();
            }
        } else {
            super.decode(context, buffer, out);
            chunkDecoded(buffer, start + length + 1, out);
        }
    }

    /** The number at the start of a line, which nothing but extensions may follow; negative if it is not valid. */
    private static long chunkSize(ByteBuf buffer, int start, int length) {
        int end = start + length - 1;
        if (length < LINE_END || buffer.getByte(end) != '\r') {
            return -1;
        }
        int at = start;
        long size = 0;
        while (at < end && Character.digit(buffer.getByte(at), 16) >= 0) {
            size = size * 16 + Character.digit(buffer.getByte(at), 16);
            at++;
        }
        if (at == start || at - start > MAX_CHUNK_DIGITS || size > Integer.MAX_VALUE || size < 0) {
            return -1;
        }
        while (at < end && (buffer.getByte(at) == ' ' || buffer.getByte(at) == '\t')) {
            at++;
            if (at == end) {
                return -1;
            }
        }
        return at == end
                        || EXTENSIONS
                                .matcher(buffer.toString(at, end - at, ISO_8859_1))
                                .matches()
                ? size
                : -1;
    }

    /** Counts what was decoded of a chunk. Netty reads the line end after it at once if it has arrived. */
    private void chunkDecoded(ByteBuf buffer, int chunkStart, List<Object> out) {
        if (hasFailed(out)) {
            discard();
            return;
        }
        int bytes = out.isEmpty() ? 0 : ((HttpContent) out.get(0)).content().readableBytes();
        chunkLeft -= bytes;
        if (chunkLeft > 0) {
            part = Part.CHUNK;
        } else {
            part = buffer.readerIndex() - chunkStart > bytes ? Part.CHUNK_LINE : Part.CHUNK_END;
        }
    }

    private void trailersDecoded(ByteBuf buffer, int start, List<Object> out) {
        if (hasFailed(out)) {
            discard();
            return;
        }
        String fault = syntax.check(buffer, start, buffer.readerIndex());
        if (fault != null) {
            refuseBody(buffer, out, fault);
        } else if (!out.isEmpty()) {
            end();
        }
    }

    private void refuseBody(ByteBuf buffer, List<Object> out, String fault) {
        out.forEach(ReferenceCountUtil::release);
        out.clear();
        out.add(BadFramingException.failedContent(new BadFramingException(fault)));
        buffer.skipBytes(buffer.readableBytes());
        discard();
    }

    private void end() {
        part = Part.HEAD;
        waits = true;
        syntax.restart();
    }

    private static boolean hasFailed(List<Object> out) {
        return !out.isEmpty()
                && ((HttpObject) out.get(out.size() - 1)).decoderResult().isFailure();
    }

    /** Checks the parts of a head that decide where a request ends and whom it is for. */
    private static final class RequestSemantics {

        private RequestSemantics() {}

        /** Returns what is wrong with the request; null if nothing is. */
        static String fault(HttpRequest request) {
            String fault = transferEncodingFault(request);
            if (fault == null) {
                fault = hostFault(request);
            }
            return fault == null ? targetFault(request) : fault;
        }

        private static String transferEncodingFault(HttpRequest request) {
            List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
            if (codings.isEmpty()
                    || (codings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0)))) {
                return null;
            }
            return "Transfer-Encoding must be chunked, got " + Quoted.of(String.join(", ", codings));
        }

        private static String hostFault(HttpRequest request) {
            List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
            if (hosts.size() > 1) {
                return "The request must have one Host header, got " + hosts.size();
            }
            if (hosts.isEmpty()) {
                return request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                        ? "The request has no Host header, which HTTP/1.1 requires"
                        : null;
            }
            return isAuthority(hosts.get(0))
                    ? null
                    : "Host must be a name or address, optionally with a port, got " + Quoted.of(hosts.get(0));
        }

        private static String targetFault(HttpRequest request) {
            String target = request.uri();
            if (target.indexOf('#') >= 0) {
                return "The request target must not have a fragment, got " + Quoted.of(target);
            }
            if (target.startsWith("/")) {
                return null;
            }
            if (target.equals("*")) {
                return request.method().name().equals("OPTIONS") ? null : "The request target * is for OPTIONS only";
            }
            String host = request.headers().get(HttpHeaderNames.HOST);
            int schemeEnd = target.indexOf("://");
            String scheme = schemeEnd < 0 ? "" : target.substring(0, schemeEnd);
            if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
                return "The request target must be a path or an http URL, got " + Quoted.of(target);
            }
            int start = schemeEnd + "://".length();
            int end = start;
            while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
                end++;
            }
            String authority = target.substring(start, end);
            return isAuthority(authority) && (host == null || authority.equalsIgnoreCase(host))
                    ? null
                    : "Host must be the host of the request target, " + Quoted.of(authority);
        }

        private static boolean isAuthority(String text) {
            int colon = text.indexOf(':', Math.max(0, text.lastIndexOf(']')));
            String host = colon < 0 ? text : text.substring(0, colon);
            boolean address = host.startsWith("[") && host.endsWith("]");
            String name = address ? host.substring(1, host.length() - 1) : host;
            return !name.isEmpty()
                    && name.chars().allMatch(c -> HeadSyntax.isHostCharacter(c) || (address && c == ':'))
                    && (colon < 0 || text.substring(colon + 1).chars().allMatch(c -> c >= '0' && c <= '9'));
        }
    }
}
