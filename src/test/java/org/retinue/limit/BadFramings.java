package org.retinue.limit;

import java.util.stream.Stream;

/** Requests that RFC 9112 does not allow, or whose end two readers could see in different places. */
public final class BadFramings {

    private static final String PATCH =
            "PATCH /v1/users/alice HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

    private BadFramings() {}

    /**
     * A request.
     *
     * @param what what is wrong with it
     * @param latin1 its bytes, each as a character
     */
    public record BadFraming(String what, String latin1) {

        @Override
        public String toString() {
            return what;
        }
    }

    /** All of them. */
    public static Stream<BadFraming> all() {
        return Stream.of(heads(), chunkedBodies()).flatMap(framings -> framings);
    }

    private static Stream<BadFraming> heads() {
        return Stream.of(
                length("Content-Length and Transfer-Encoding", "Content-Length: 2\r\nTransfer-Encoding: chunked"),
                length("Transfer-Encoding and Content-Length", "Transfer-Encoding: chunked\r\nContent-Length: 2"),
                length("unknown transfer coding", "Transfer-Encoding: xchunked"),
                length("chunked with a suffix", "Transfer-Encoding: chunkedx"),
                length("identity", "Transfer-Encoding: identity"),
                length("chunked, not last", "Transfer-Encoding: chunked, identity"),
                length("second coding before chunked", "Transfer-Encoding: gzip, chunked"),
                length("second coding in its own header", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked"),
                length("chunked twice", "Transfer-Encoding: chunked, chunked"),
                length("chunked twice in two headers", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
                length("chunked with a parameter", "Transfer-Encoding: chunked;q=1"),
                length("quoted chunked", "Transfer-Encoding: \"chunked\""),
                length("empty transfer coding", "Transfer-Encoding:"),
                length("vertical tab before chunked", "Transfer-Encoding: \u000bchunked"),
                length("unknown coding and a length", "Content-Length: 2\r\nTransfer-Encoding: xchunked"),
                length("folded transfer coding", "Transfer-Encoding:\r\n chunked"),
                length("two lengths", "Content-Length: 2\r\nContent-Length: 3"),
                length("the same length twice", "Content-Length: 2\r\nContent-Length: 2"),
                length("list of lengths", "Content-Length: 2, 2"),
                length("length with plus", "Content-Length: +2"),
                length("negative length", "Content-Length: -2"),
                length("empty length", "Content-Length:"),
                length("hexadecimal length", "Content-Length: 0x2"),
                length("fractional length", "Content-Length: 2.0"),
                length("length with a space inside", "Content-Length: 2 2"),
                length("length beyond a long", "Content-Length: 99999999999999999999"),
                length("length of a word", "Content-Length: two"),
                length("space before the colon", "Content-Length : 2"),
                length("tab before the colon", "Transfer-Encoding\t: chunked"),
                header("folded header", "X-A: a\r\n b"),
                header("header folded with tab", "X-A: a\r\n\tb"),
                header("folded empty line", "X-A: a\r\n \r\nX-B: b"),
                header("first header folded", " X-A: a"),
                header("bare CR in a value", "X-A: a\rb"),
                header("bare LF after a value", "X-A: a\nX-B: b"),
                header("CR CR LF after a value", "X-A: a\r"),
                header("NUL in a value", "X-A: a\u0000b"),
                header("control character in a value", "X-A: a\u0001b"),
                header("form feed in a value", "X-A: a\fb"),
                header("DEL in a value", "X-A: a\u007fb"),
                header("NUL in a name", "X-\u0000: a"),
                header("space in a name", "X A: a"),
                header("parenthesis in a name", "X(A): a"),
                header("non-ASCII name", "X-\u00e9: a"),
                header("empty name", ": a"),
                header("header without colon", "X-A"),
                line("no version", "GET /v1/users/alice"),
                line("HTTP/2.0", "GET /v1/users/alice HTTP/2.0"),
                line("HTTP/1.2", "GET /v1/users/alice HTTP/1.2"),
                line("HTTP/0.9", "GET /v1/users/alice HTTP/0.9"),
                line("HTTP/9.9", "GET /v1/users/alice HTTP/9.9"),
                line("version of two digits", "GET /v1/users/alice HTTP/1.10"),
                line("lower-case version", "GET /v1/users/alice http/1.1"),
                line("other protocol", "GET /v1/users/alice ICY/1.1"),
                line("space before the method", " GET /v1/users/alice HTTP/1.1"),
                line("two spaces after the method", "GET  /v1/users/alice HTTP/1.1"),
                line("two spaces before the version", "GET /v1/users/alice  HTTP/1.1"),
                line("space after the version", "GET /v1/users/alice HTTP/1.1 "),
                line("space in the target", "GET /v1/users/al ice HTTP/1.1"),
                line("tabs for spaces", "GET\t/v1/users/alice\tHTTP/1.1"),
                line("vertical tab for space", "GET\u000b/v1/users/alice HTTP/1.1"),
                line("bare CR for space", "GET\r/v1/users/alice HTTP/1.1"),
                line("NUL in the target", "GET /v1/users/al\u0000ice HTTP/1.1"),
                line("control character in the method", "G\u0001T /v1/users/alice HTTP/1.1"),
                line("bracket in the method", "G[T /v1/users/alice HTTP/1.1"),
                line("method alone", "GET"),
                line("garbage before the method", "\u0000\u0001GET /v1/users/alice HTTP/1.1"),
                line("bare LF before the method", "\nGET /v1/users/alice HTTP/1.1"),
                line("bare CR before the method", "\rGET /v1/users/alice HTTP/1.1"),
                line("TLS handshake", "\u0016\u0003\u0001\u0002\u0000"),
                line("fragment in the target", "GET /v1/users/alice#x HTTP/1.1"),
                line("target without slash", "GET v1/users/alice HTTP/1.1"),
                line("authority as target", "GET localhost:80 HTTP/1.1"),
                line("CONNECT", "CONNECT localhost:80 HTTP/1.1"),
                line("asterisk with GET", "GET * HTTP/1.1"),
                line("URL of another scheme", "GET file:///v1/users/alice HTTP/1.1"),
                line("URL of another host", "GET http://other/v1/users/alice HTTP/1.1"),
                line("URL without host", "GET http:///v1/users/alice HTTP/1.1"),
                line("URL with a user", "GET http://me@localhost/v1/users/alice HTTP/1.1"),
                new BadFraming(
                        "bare LF after the request line", "GET /v1/users/alice HTTP/1.1\nHost: localhost\r\n\r\n"),
                new BadFraming("bare LF at the end", "GET /v1/users/alice HTTP/1.1\r\nHost: localhost\r\n\n"),
                host("no Host", ""),
                host("two Hosts", "Host: localhost\r\nHost: localhost\r\n"),
                host("two different Hosts", "Host: localhost\r\nhost: other\r\n"),
                host("empty Host", "Host:\r\n"),
                host("list of Hosts", "Host: localhost,other\r\n"),
                host("Host with a path", "Host: localhost/x\r\n"),
                host("Host with a user", "Host: me@localhost\r\n"),
                host("Host with a space", "Host: local host\r\n"),
                host("Host with a word for port", "Host: localhost:http\r\n"),
                host("Host with two ports", "Host: localhost:80:81\r\n"),
                host("Host of a port alone", "Host: :80\r\n"),
                host("Host with an open bracket", "Host: [::1\r\n"),
                new BadFraming(
                        "two Hosts in HTTP/1.0",
                        "GET /v1/users/alice HTTP/1.0\r\nHost: localhost\r\nHost: other\r\n\r\n"),
                new BadFraming(
                        "Transfer-Encoding in HTTP/1.0",
                        "PATCH /v1/users/alice HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"));
    }

    private static Stream<BadFraming> chunkedBodies() {
        return Stream.of(
                chunks("chunk size of a word", "zz\r\n{}\r\n0\r\n\r\n"),
                chunks("empty chunk size", "\r\n{}\r\n0\r\n\r\n"),
                chunks("negative chunk size", "-2\r\n{}\r\n0\r\n\r\n"),
                chunks("chunk size with plus", "+2\r\n{}\r\n0\r\n\r\n"),
                chunks("chunk size with 0x", "0x2\r\n{}\r\n0\r\n\r\n"),
                chunks("space before the chunk size", " 2\r\n{}\r\n0\r\n\r\n"),
                chunks("space after the chunk size", "2 \r\n{}\r\n0\r\n\r\n"),
                chunks("garbage after the chunk size", "2 x\r\n{}\r\n0\r\n\r\n"),
                chunks("control character after the chunk size", "2\u0001\r\n{}\r\n0\r\n\r\n"),
                chunks("quote in the name of a chunk extension", "2;\"\r\n{}\r\n0\r\n\r\n"),
                chunks("open quote in the value of a chunk extension", "2;a=\"\r\n{}\r\n0\r\n\r\n"),
                chunks("text after the value of a chunk extension", "2;a=b c\r\n{}\r\n0\r\n\r\n"),
                chunks("chunk extension without a name", "2;\r\n{}\r\n0\r\n\r\n"),
                chunks("chunk size with an underscore", "2_0\r\n{}\r\n0\r\n\r\n"),
                chunks("chunk size beyond an int", "80000000\r\n{}\r\n0\r\n\r\n"),
                chunks("chunk size that overflows a long", "10000000000000002\r\n{}\r\n0\r\n\r\n"),
                chunks("bare LF after the chunk size", "2\n{}\r\n0\r\n\r\n"),
                chunks("CR CR LF after the chunk size", "2\r\r\n{}\r\n0\r\n\r\n"),
                chunks("bare LF after the chunk", "2\r\n{}\n0\r\n\r\n"),
                chunks("no line end after the chunk", "2\r\n{}0\r\n\r\n"),
                chunks("chunk longer than its size", "2\r\n{} \r\n0\r\n\r\n"),
                chunks("line end in a quoted extension", "2;a=\"\r\n{}\r\n0\r\n\r\n"),
                chunks("bare LF in an extension", "2;a=b\n{}\r\n0\r\n\r\n"),
                chunks("bare CR in an extension", "2;a\rb\r\n{}\r\n0\r\n\r\n"),
                chunks("overlong extension", "2;a=" + "b".repeat(300) + "\r\n{}\r\n0\r\n\r\n"),
                chunks("overlong chunk size", "0".repeat(300) + "2\r\n{}\r\n0\r\n\r\n"),
                chunks("bare LF after the last chunk", "2\r\n{}\r\n0\n\r\n"),
                chunks("bare LF after the trailers", "2\r\n{}\r\n0\r\n\n"),
                chunks("folded trailer", "2\r\n{}\r\n0\r\nX-A: a\r\n b\r\n\r\n"),
                chunks("first trailer folded", "2\r\n{}\r\n0\r\n X-A: a\r\n\r\n"),
                chunks("space before the colon of a trailer", "2\r\n{}\r\n0\r\nX-A : a\r\n\r\n"),
                chunks("bare LF in the trailers", "2\r\n{}\r\n0\r\nX-A: a\nX-B: b\r\n\r\n"),
                chunks("NUL in a trailer", "2\r\n{}\r\n0\r\nX-A: \u0000\r\n\r\n"),
                chunks("trailer without colon", "2\r\n{}\r\n0\r\nX-A\r\n\r\n"));
    }

    private static BadFraming length(String what, String header) {
        return new BadFraming(what, PATCH + header + "\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
    }

    private static BadFraming chunks(String what, String body) {
        return new BadFraming(what, PATCH + "Transfer-Encoding: chunked\r\n\r\n" + body);
    }

    private static BadFraming header(String what, String header) {
        String first = "GET /v1/users/alice HTTP/1.1\r\n";
        return new BadFraming(
                what,
                what.startsWith("first")
                        ? first + header + "\r\nHost: localhost\r\n\r\n"
                        : first + "Host: localhost\r\n" + header + "\r\n\r\n");
    }

    private static BadFraming line(String what, String line) {
        return new BadFraming(what, line + "\r\nHost: localhost\r\n\r\n");
    }

    private static BadFraming host(String what, String headers) {
        return new BadFraming(what, "GET /v1/users/alice HTTP/1.1\r\n" + headers + "\r\n");
    }
}
