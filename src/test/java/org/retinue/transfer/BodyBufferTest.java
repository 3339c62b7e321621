package org.retinue.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BodyBufferTest {

    private static final byte[] CHUNK = new byte[8 * 1024];

    private final BodyBuffer buffer = new BodyBuffer();
    private final Client client = new Client();

    /** Sends a chunk whenever one is requested. */
    private static final class Client implements Flow.Subscription {
        private long requested;
        private boolean cancelled;

        @Override
        public void request(long chunks) {
            requested += chunks;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    @BeforeEach
    void subscribe() {
        buffer.onSubscribe(client);
    }

    @Test
    void fullBufferRequestsNothing() {
        int sent = sendAllRequested(CHUNK);

        assertThat(sent * CHUNK.length).isEqualTo(BodyBuffer.CAPACITY);
        fill(1).assertCompleted();
        assertThat(client.requested).isEqualTo(sent);

        assertThat(buffer.take()).hasSize(BodyBuffer.CAPACITY);
        fill(BodyBuffer.CAPACITY).assertNotTerminated();
        assertThat(client.requested).isEqualTo(sent + 1);
    }

    @Test
    void oneByteChunksFillBufferToo() {
        assertThat(sendAllRequested(new byte[1])).isEqualTo(BodyBuffer.CAPACITY);
    }

    @Test
    void fillWaitsForMinimum() {
        UniAssertSubscriber<Void> filling = fill(3);
        buffer.onItem(bytes("a "));
        filling.assertNotTerminated();

        buffer.onItem(bytes("b"));
        filling.assertCompleted();
        assertThat(buffer.take()).isEqualTo(bytes("a b"));
        assertThat(buffer.take()).isEmpty();
    }

    @Test
    void endOfBodyCompletesFillAndTakeReturnsNull() {
        UniAssertSubscriber<Void> filling = fill(BodyBuffer.CAPACITY);
        buffer.onItem(bytes("a b"));
        buffer.onCompletion();

        filling.assertCompleted();
        assertThat(buffer.take()).isEqualTo(bytes("a b"));
        assertThat(buffer.take()).isNull();
        fill(BodyBuffer.CAPACITY).assertCompleted();
    }

    @Test
    void failureFailsFillNowAndLater() {
        UniAssertSubscriber<Void> filling = fill(1);
        IllegalStateException first = new IllegalStateException("first");
        buffer.fail(first);
        buffer.fail(new IllegalStateException("second"));
        buffer.onItem(CHUNK);

        filling.assertFailedWith(IllegalStateException.class, "first");
        fill(0).assertFailedWith(IllegalStateException.class, "first");
        assertThat(client.cancelled).isTrue();
        assertThat(buffer.take()).isEmpty();
    }

    private int sendAllRequested(byte[] chunk) {
        int sent = 0;
        for (; sent < client.requested; sent++) {
            buffer.onItem(chunk);
        }
        return sent;
    }

    private UniAssertSubscriber<Void> fill(int minimum) {
        return buffer.fill(minimum).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
