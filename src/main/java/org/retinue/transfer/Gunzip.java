package org.retinue.transfer;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks gzip (RFC 1952) from chunks, one buffer at a time. Consecutive members are one stream, as gzip itself treats them.
 * Checks the checksum and length of each member. The JDK's GZIPInputStream blocks its thread until the client sends more,
 * and ends at a member's end if no more bytes are available at that moment.
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
    private final byte[] fixed = new byte[HEADER];
    private byte[] input = {};
    private int position;
    private Part part = Part.HEADER;
    private boolean outputPending;
    private int have;
    private int flags;
    private int extra;

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

    /** Adds a chunk. The one before must have been read: {@link #read} returned 0. */
    void feed(byte[] chunk) {
        input = chunk;
        position = 0;
    }

    /**
     * Unpacks as much as fits into a buffer.
     *
     * @return the number of bytes; 0 if it needs another chunk
     * @throws NotGzipException if the bytes are not gzip, or are damaged
     */
    int read(byte[] buffer) {
        while (position < input.length || outputPending) {
            if (part == Part.BODY) {
                int length = inflate(buffer);
                if (length > 0) {
                    return length;
                }
            } else {
                step(input[position++] & 0xff);
            }
        }
        input = new byte[0];
        position = 0;
        return 0;
    }

    /**
     * Checks that the stream ends where a member ends.
     *
     * @throws NotGzipException if it does not
     */
    void end() {
        if (part != Part.HEADER || have > 0) {
            throw new NotGzipException("the gzip stream ends in the middle");
        }
    }

    /** Frees the memory of the inflater. */
    void close() {
        inflater.end();
    }

    private int inflate(byte[] buffer) {
        inflater.setInput(input, position, input.length - position);
        int length;
        try {
            length = inflater.inflate(buffer);
        } catch (DataFormatException e) {
            throw new NotGzipException("the gzip stream is damaged");
        }
        if (inflater.needsDictionary()) {
            throw new NotGzipException("the gzip stream is damaged");
        }
        checksum.update(buffer, 0, length);
        position = input.length - inflater.getRemaining();
        // A full buffer says that the inflater may hold more output, even without further input.
        outputPending = length == buffer.length && !inflater.finished();
        if (inflater.finished()) {
            part = Part.TRAILER;
        }
        return length;
    }

    /** Takes one byte of a header or trailer. */
    private void step(int value) {
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
