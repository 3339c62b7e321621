package org.retinue.transfer;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks gzip (RFC 1952) that arrives in pieces, without waiting for the next one: the JDK's own GZIPInputStream would
 * block. Several members in a row are one stream, as gzip itself has it. Checks the checksum and length of each.
 */
final class Gunzip {

    private static final int HEADER = 10;
    private static final int TRAILER = 8;
    private static final int FLAG_HEADER_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] output = new byte[8 * 1024];
    private final byte[] fixed = new byte[HEADER];
    private final Output sink;
    private Part part = Part.HEADER;
    private int have;
    private int flags;
    private int extra;

    Gunzip(Output sink) {
        this.sink = sink;
    }

    /** Takes the first {@code length} of the bytes, which are overwritten afterwards. */
    interface Output {
        void take(byte[] bytes, int length);
    }

    /** The bytes are not gzip. */
    static final class NotGzipException extends RuntimeException {
        NotGzipException(String message) {
            super(message, null, false, false);
        }
    }

    private enum Part {
        HEADER,
        EXTRA_LENGTH,
        EXTRA,
        NAME,
        COMMENT,
        HEADER_CRC,
        BODY,
        TRAILER
    }

    /** Whether bytes begin as gzip does. */
    static boolean isGzip(byte[] bytes) {
        return bytes.length >= 2 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b;
    }

    void read(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            at = part == Part.BODY ? inflate(bytes, at) : step(bytes[at] & 0xff, at);
        }
    }

    /** Checks that the stream did not end in the middle, and lets go of what it holds. */
    void end() {
        inflater.end();
        if (part != Part.HEADER || have > 0) {
            throw new NotGzipException("the gzip stream ends in the middle");
        }
    }

    private int inflate(byte[] bytes, int at) {
        inflater.setInput(bytes, at, bytes.length - at);
        try {
            int length;
            while ((length = inflater.inflate(output)) > 0) {
                checksum.update(output, 0, length);
                sink.take(output, length);
            }
        } catch (DataFormatException e) {
            throw new NotGzipException("the gzip stream is damaged");
        }
        if (inflater.needsDictionary()) {
            throw new NotGzipException("the gzip stream is damaged");
        }
        if (inflater.finished()) {
            part = Part.TRAILER;
        }
        return bytes.length - inflater.getRemaining();
    }

    /** Takes one byte of a header or trailer. */
    private int step(int value, int at) {
        switch (part) {
            case HEADER -> {
                fixed[have++] = (byte) value;
                if (have == HEADER) {
                    beginMember();
                }
            }
            case EXTRA_LENGTH -> {
                extra |= value << (8 * have++);
                if (have == 2) {
                    next(extra > 0 ? Part.EXTRA : afterExtra());
                }
            }
            case EXTRA -> {
                if (++have == extra) {
                    next(afterExtra());
                }
            }
            case NAME -> {
                if (value == 0) {
                    next(afterName());
                }
            }
            case COMMENT -> {
                if (value == 0) {
                    next(afterComment());
                }
            }
            case HEADER_CRC -> {
                if (++have == 2) {
                    next(Part.BODY);
                }
            }
            case TRAILER -> {
                fixed[have++] = (byte) value;
                if (have == TRAILER) {
                    endMember();
                }
            }
            case BODY -> throw new IllegalStateException();
        }
        return at + 1;
    }

    private void beginMember() {
        if (!isGzip(fixed) || fixed[2] != 8) {
            throw new NotGzipException("the bytes are not gzip");
        }
        flags = fixed[3];
        extra = 0;
        next((flags & FLAG_EXTRA) != 0 ? Part.EXTRA_LENGTH : afterExtra());
    }

    private void endMember() {
        if (number(0) != checksum.getValue() || number(4) != (inflater.getBytesWritten() & 0xffffffffL)) {
            throw new NotGzipException("the gzip stream is damaged");
        }
        inflater.reset();
        checksum.reset();
        next(Part.HEADER);
    }

    private Part afterExtra() {
        return (flags & FLAG_NAME) != 0 ? Part.NAME : afterName();
    }

    private Part afterName() {
        return (flags & FLAG_COMMENT) != 0 ? Part.COMMENT : afterComment();
    }

    private Part afterComment() {
        return (flags & FLAG_HEADER_CRC) != 0 ? Part.HEADER_CRC : Part.BODY;
    }

    private void next(Part next) {
        part = next;
        have = 0;
    }

    private long number(int offset) {
        long number = 0;
        for (int i = 3; i >= 0; i--) {
            number = (number << 8) | (fixed[offset + i] & 0xff);
        }
        return number;
    }
}
