package org.retinue.rest;

import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.io.InputDecorator;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;
import org.retinue.problem.Utf8Validator;

/**
 * Refuses JSON that is not UTF-8 (RFC 8259, section 8.1). Jackson accepts overlong forms and encoded surrogates, and reads
 * UTF-16 and UTF-32 if the first bytes look like it: both of these hold a NUL, which no JSON in UTF-8 does.
 */
public final class StrictUtf8 extends InputDecorator {

    private static final long serialVersionUID = 1L;

    @Override
    public InputStream decorate(IOContext context, InputStream in) {
        return new CheckedStream(in);
    }

    @Override
    public InputStream decorate(IOContext context, byte[] bytes, int offset, int length) {
        return new CheckedStream(new ByteArrayInputStream(bytes, offset, length));
    }

    @Override
    public Reader decorate(IOContext context, Reader reader) {
        return reader;
    }

    private static final class CheckedStream extends FilterInputStream {

        private final Utf8Validator validator = new Utf8Validator();
        private long position;

        CheckedStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            if (read < 0 && !validator.isComplete()) {
                throw malformed();
            }
            for (int i = offset; i < offset + read; i++) {
                if (bytes[i] == 0 || !validator.accept(bytes[i])) {
                    throw malformed();
                }
                position++;
            }
            return read;
        }

        private Problem malformed() {
            return Problem.of(
                    ProblemCode.MALFORMED,
                    "The body must be JSON in UTF-8, but its byte " + position + " is not UTF-8");
        }
    }
}
