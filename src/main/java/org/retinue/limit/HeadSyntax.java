package org.retinue.limit;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;

/**
 * Checks the bytes of a request's head, or of its trailers, against the grammar of RFC 9112: line ends are CRLF, the
 * request line has two single spaces, field names are tokens with the colon directly after them, no line is folded, and
 * no control characters occur.
 */
final class HeadSyntax implements ByteProcessor {

    private static final String BAD_LINE_END = "Every line must end with CR LF";

    private enum State {
        BEFORE,
        EMPTY_LINE_END,
        REQUEST_LINE,
        REQUEST_LINE_END,
        FIELD_START,
        NAME,
        VALUE,
        FIELD_END,
        HEAD_END,
        OVER
    }

    private State state = State.BEFORE;
    private int spaces;
    private byte previous;
    private String fault;

    /** Expects a request line next. */
    void restart() {
        state = State.BEFORE;
        spaces = 0;
        fault = null;
    }

    /** Expects a field or the end of all fields next. */
    void restartAtFields() {
        restart();
        state = State.FIELD_START;
    }

    /** Returns what is wrong with the next bytes; null if nothing is. */
    String check(ByteBuf buffer, int start, int end) {
        buffer.forEachByte(start, end - start, this);
        return fault;
    }

    @Override
    public boolean process(byte next) {
        State following =
                switch (state) {
                    case BEFORE -> next == '\r' ? State.EMPTY_LINE_END : requestLine(next);
                    case EMPTY_LINE_END -> lineEnd(next, State.BEFORE);
                    case REQUEST_LINE -> requestLine(next);
                    case REQUEST_LINE_END -> lineEnd(next, State.FIELD_START);
                    case FIELD_START -> fieldStart(next);
                    case NAME -> name(next);
                    case VALUE -> value(next);
                    case FIELD_END -> lineEnd(next, State.FIELD_START);
                    case HEAD_END -> lineEnd(next, State.OVER);
                    case OVER -> State.OVER;
                };
        previous = next;
        state = following;
        return fault == null;
    }

    private State requestLine(byte next) {
        if (next == '\r') {
            return spaces == 2 && previous != ' '
                    ? State.REQUEST_LINE_END
                    : bad("The request line must be a method, a target and a version, with one space between them");
        }
        if (next == ' ') {
            spaces++;
            return spaces <= 2 && previous != ' ' && state != State.BEFORE
                    ? State.REQUEST_LINE
                    : bad("The request line must be a method, a target and a version, with one space between them");
        }
        if (isControl(next)) {
            return bad(next == '\n' ? BAD_LINE_END : "The request line must not have control characters");
        }
        if (spaces == 0 && !isToken(next)) {
            return bad("The request's method must be a token, such as GET");
        }
        return State.REQUEST_LINE;
    }

    private State fieldStart(byte next) {
        if (next == '\r') {
            return State.HEAD_END;
        }
        if (next == ' ' || next == '\t') {
            return bad("A header must be on one line: folded lines are not accepted");
        }
        return next == ':' ? bad("A header must have a name") : name(next);
    }

    private State name(byte next) {
        if (next == ':') {
            return State.VALUE;
        }
        if (next == ' ' || next == '\t') {
            return bad("A header's name must be followed by the colon, without space between them");
        }
        return isToken(next) ? State.NAME : bad(next == '\n' ? BAD_LINE_END : "A header's name must be a token");
    }

    private State value(byte next) {
        if (next == '\r') {
            return State.FIELD_END;
        }
        if (isControl(next) && next != '\t') {
            return bad(next == '\n' ? BAD_LINE_END : "A header's value must not have control characters");
        }
        return State.VALUE;
    }

    private State lineEnd(byte next, State following) {
        return next == '\n' ? following : bad(BAD_LINE_END);
    }

    private State bad(String what) {
        fault = what;
        return State.OVER;
    }

    private static boolean isControl(byte octet) {
        return (octet >= 0 && octet < ' ') || octet == 0x7f;
    }

    private static boolean isToken(byte octet) {
        return isLetterOrDigit(octet) || "!#$%&'*+-.^_`|~".indexOf(octet) >= 0;
    }

    /** Returns whether a name of a host may have it: what RFC 3986 reserves or leaves free, but for the comma. */
    static boolean isHostCharacter(int character) {
        return isLetterOrDigit(character) || "-._~%!$&'()*+;=".indexOf(character) >= 0;
    }

    private static boolean isLetterOrDigit(int character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9');
    }
}
