package org.retinue.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.limit.BadFramings.BadFraming;

/** Framing by RFC 9112, however the bytes are split over reads. */
class StrictRequestDecoderTest {

    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static final String CHUNKED = lines(
            "POST /v1/batch HTTP/1.1",
            "Host: localhost",
            "Transfer-Encoding: Chunked",
            "",
            "3;a=b;c=\"d;e\"",
            "abc",
            "0A",
            "0123456789",
            "1 ;x",
            "!",
            "000",
            "X-A: a",
            "",
            "");

    /** Writes down what was decoded, and answers each request at once. */
    private static final class Server extends ChannelInboundHandlerAdapter {

        private final List<String> decoded = new ArrayList<>();
        private final StringBuilder body = new StringBuilder();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (((HttpObject) message).decoderResult().isFailure()) {
                decoded.add("refused");
            } else if (message instanceof HttpRequest request) {
                decoded.add(request.method() + " " + request.uri());
            }
            if (message instanceof HttpContent content) {
                body.append(content.content().toString(StandardCharsets.ISO_8859_1));
            }
            if (message instanceof LastHttpContent) {
                decoded.add("[" + body + "]");
                body.setLength(0);
            }
            ReferenceCountUtil.release(message);
        }
    }

    static Stream<BadFraming> badFramings() {
        return BadFramings.all();
    }

    @ParameterizedTest
    @MethodSource("badFramings")
    void badFramingIsRefusedAndNothingFollows(BadFraming framing) {
        for (int size : new int[] {1, 2, 3, 7, 10_000}) {
            assertThat(decode(framing.latin1() + NEXT, size))
                    .as("%s bytes at once", size)
                    .contains("refused")
                    .doesNotContain("GET /next");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 11, 13, 64, 10_000})
    void validRequestsAreDecodedAtEverySplit(int size) {
        String put = lines(
                "PUT /a%20b?c=d HTTP/1.1",
                "host: [::1]:80", "Content-Length: 02", "X-Empty:", "X-Tab:\t a \t", "", "{}");
        String oldest = lines("GET http://a/x HTTP/1.0", "", "");
        String options = lines("OPTIONS * HTTP/1.1", "Host: a.b-c_d.e:8080", "", "");
        String requests = "\r\n" + CHUNKED + NEXT + "\r\n\r\n" + put + CHUNKED + oldest + options;

        assertThat(decode(requests, size))
                .containsExactly(
                        "POST /v1/batch",
                        "[abc0123456789!]",
                        "GET /next",
                        "[]",
                        "PUT /a%20b?c=d",
                        "[{}]",
                        "POST /v1/batch",
                        "[abc0123456789!]",
                        "GET http://a/x",
                        "[]",
                        "OPTIONS *",
                        "[]");
    }

    @Test
    void nextRequestWaitsUntilDecoderProceeds() throws Exception {
        Server server = new Server();
        StrictRequestDecoder decoder = new StrictRequestDecoder();
        EmbeddedChannel channel = new EmbeddedChannel(decoder, server);

        channel.writeInbound(bytes(CHUNKED + NEXT + NEXT));

        assertThat(server.decoded).containsExactly("POST /v1/batch", "[abc0123456789!]");
        assertThat(decoder.isHolding()).isTrue();
        decoder.proceed(channel.pipeline().context(decoder));
        assertThat(server.decoded).hasSize(4);
        decoder.discard();
        channel.writeInbound(bytes(NEXT));
        assertThat(server.decoded).hasSize(4);
        channel.finishAndReleaseAll();
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines);
    }

    private static Object bytes(String latin1) {
        return Unpooled.copiedBuffer(latin1, StandardCharsets.ISO_8859_1);
    }

    private static List<String> decode(String latin1, int bytesAtOnce) {
        Server server = new Server();
        StrictRequestDecoder decoder = new StrictRequestDecoder();
        EmbeddedChannel channel = new EmbeddedChannel(decoder, server);
        for (int at = 0; at < latin1.length(); at += bytesAtOnce) {
            channel.writeInbound(bytes(latin1.substring(at, Math.min(latin1.length(), at + bytesAtOnce))));
            try {
                while (decoder.isHolding()) {
                    decoder.proceed(channel.pipeline().context(decoder));
                }
                decoder.proceed(channel.pipeline().context(decoder));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        channel.finishAndReleaseAll();
        return server.decoded;
    }
}
