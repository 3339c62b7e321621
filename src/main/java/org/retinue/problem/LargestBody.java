package org.retinue.problem;

import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Ends the reading of a body that did not say how large it is, and turns out to be too large. One that says so is refused
 * unread, by {@link HttpEdge}.
 */
@Provider
public final class LargestBody implements ReaderInterceptor {

    private final long largest;

    LargestBody(
            @ConfigProperty(name = "retinue.largest-body-bytes", defaultValue = HttpEdge.LARGEST_BODY) long largest) {
        this.largest = largest;
    }

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        context.setInputStream(new Bounded(context.getInputStream()));
        return context.proceed();
    }

    private final class Bounded extends FilterInputStream {

        private final byte[] rest = new byte[8_192];
        private long read;

        Bounded(InputStream body) {
            super(body);
        }

        @Override
        public int read() throws IOException {
            int next = in.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = in.read(bytes, offset, length);
            count(count);
            return count;
        }

        /** The stream beneath would read what is left to its end, however far that is. */
        @Override
        public void close() throws IOException {
            for (int count = 0; count >= 0 && read <= largest; count = in.read(rest)) {
                read += count;
            }
        }

        private void count(int bytes) {
            read += Math.max(0, bytes);
            if (read > largest) {
                throw HttpEdge.tooLarge(largest);
            }
        }
    }
}
