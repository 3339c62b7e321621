package org.retinue.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.vertx.mutiny.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.retinue.transfer.ReaderPace.Limits;
import org.retinue.transfer.ReaderPace.SlowReaderException;

/** A reader that takes nothing for long, or too little on average, ends its export. */
class ReaderPaceTest {

    private static final int CHUNK = 1_000;
    private static final Limits LIMITS = new Limits(Duration.ofMinutes(10), 100);

    private final AtomicLong now = new AtomicLong();
    private final AtomicBoolean freed = new AtomicBoolean();
    private final AssertSubscriber<Buffer> reader = AssertSubscriber.create(0);
    private ReaderPace pace;

    @Test
    void readerThatTakesNothingIsEnded() {
        begin();
        reader.request(1);

        pass(Duration.ofMinutes(10));
        assertThat(reader.getFailure()).isNull();
        pass(Duration.ofSeconds(1));

        reader.assertFailedWith(SlowReaderException.class);
        assertThat(freed).isTrue();
    }

    @Test
    void readerBelowMinimumPaceIsEnded() {
        begin();
        // 1,000 bytes in 11 s: 10 s of it are earned, and the rest is taken from the 10 minutes
        for (int i = 0; i < 599; i++) {
            reader.request(1);
            pass(Duration.ofSeconds(11));
        }
        assertThat(reader.getFailure()).isNull();
        for (int i = 0; i < 3; i++) {
            reader.request(1);
            pass(Duration.ofSeconds(11));
        }

        reader.assertFailedWith(SlowReaderException.class);
        assertThat(freed).isTrue();
    }

    @Test
    void readerAtMinimumPaceIsServed() {
        begin();
        for (int i = 0; i < 2_000; i++) {
            reader.request(1);
            pass(Duration.ofSeconds(10));
        }

        assertThat(reader.getFailure()).isNull();
        assertThat(reader.getItems()).hasSize(2_000);
    }

    @Test
    void slowSourceIsNoSlowReader() {
        Multi.createFrom().<Buffer>nothing().subscribe().withSubscriber(pace());
        reader.request(1);

        pass(Duration.ofDays(1));

        assertThat(reader.getFailure()).isNull();
    }

    @Test
    void scheduledCheckEndsStalledExport() {
        AssertSubscriber<Buffer> stalled = ReaderPace.limit(chunks(), new Limits(Duration.ofMillis(20), 1_000))
                .subscribe()
                .withSubscriber(AssertSubscriber.create(1));

        stalled.awaitFailure().assertFailedWith(SlowReaderException.class);
        assertThat(freed).isTrue();
    }

    private void begin() {
        chunks().subscribe().withSubscriber(pace());
    }

    private ReaderPace pace() {
        pace = new ReaderPace(reader, LIMITS, now::get);
        return pace;
    }

    private Multi<Buffer> chunks() {
        return Multi.createBy()
                .repeating()
                .supplier(() -> Buffer.buffer("x".repeat(CHUNK)))
                .indefinitely()
                .onCancellation()
                .invoke(() -> freed.set(true));
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
        pace.check();
    }
}
