package org.retinue.trace;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** Takes traces by OTLP over HTTP (opentelemetry/proto/trace/v1/trace.proto), and keeps what of their spans is asked for. */
final class Collector implements AutoCloseable {

    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    final List<Span> spans = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    /**
     * A span.
     *
     * @param attributes those that are strings
     * @param links the ids of the spans that it links to
     */
    record Span(
            String trace, String id, String parent, String name, Map<String, String> attributes, List<String> links) {}

    Collector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            try (InputStream body =
                    packed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
                take(body.readAllBytes());
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void take(byte[] request) {
        for (byte[] resource : fields(request).getOrDefault(1, List.of())) {
            for (byte[] scope : fields(resource).getOrDefault(2, List.of())) {
                fields(scope).getOrDefault(2, List.of()).forEach(span -> spans.add(span(fields(span))));
            }
        }
    }

    private static Span span(Map<Integer, List<byte[]>> span) {
        Map<String, String> attributes = new HashMap<>();
        for (byte[] attribute : span.getOrDefault(9, List.of())) {
            Map<Integer, List<byte[]>> pair = fields(attribute);
            byte[] value = first(fields(first(pair, 2)), 1);
            attributes.put(text(first(pair, 1)), text(value));
        }
        return new Span(
                hex(first(span, 1)),
                hex(first(span, 2)),
                hex(first(span, 4)),
                text(first(span, 5)),
                attributes,
                span.getOrDefault(13, List.of()).stream()
                        .map(link -> hex(first(fields(link), 2)))
                        .toList());
    }

    /** The fields of a message that have a length, by their numbers. */
    private static Map<Integer, List<byte[]>> fields(byte[] message) {
        Map<Integer, List<byte[]>> fields = new HashMap<>();
        int[] at = {0};
        while (at[0] < message.length) {
            long tag = varint(message, at);
            switch ((int) (tag & 7)) {
                case FIXED_64 -> at[0] += Long.BYTES;
                case FIXED_32 -> at[0] += Integer.BYTES;
                case BYTES -> {
                    int length = (int) varint(message, at);
                    byte[] value = new byte[length];
                    System.arraycopy(message, at[0], value, 0, length);
                    at[0] += length;
                    fields.computeIfAbsent((int) (tag >>> 3), number -> new ArrayList<>())
                            .add(value);
                }
                default -> varint(message, at);
            }
        }
        return fields;
    }

    private static long varint(byte[] message, int[] at) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = message[at[0]++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static byte[] first(Map<Integer, List<byte[]>> fields, int number) {
        return fields.getOrDefault(number, List.of(new byte[0])).get(0);
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }

    private static String hex(byte[] value) {
        return HexFormat.of().formatHex(value);
    }
}
