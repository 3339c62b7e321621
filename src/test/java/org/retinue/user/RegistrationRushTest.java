package org.retinue.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.WireTap;

/** Users who are registered in a rush share statements. */
class RegistrationRushTest {

    private static final int USERS = 500;

    private final WireTap wire = new WireTap();
    private final UserDirectory users = new UserDirectory(wire.pool());
    private final Vertx vertx = Vertx.vertx();

    @BeforeEach
    void emptyGraph() {
        TestDatabase.empty();
    }

    @AfterEach
    void truthsHold() throws Exception {
        users.stop();
        wire.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        Truths.hold();
    }

    @Test
    void theyShareAFewStatements() {
        users.put("first", UserChange.NONE).await().indefinitely();
        wire.forget();

        List<Boolean> created = register(IntStream.range(0, USERS).mapToObj(number -> "u" + number));

        assertThat(created).hasSize(USERS).containsOnly(true);
        assertThat(wire.statements()).hasSizeLessThan(USERS / 20);
    }

    /** All of them in one task of an event loop, as they would be read from its connections. */
    private List<Boolean> register(Stream<String> names) {
        CompletableFuture<List<Boolean>> created = new CompletableFuture<>();
        vertx.getOrCreateContext().runOnContext(now -> Uni.join()
                .all(names.map(name -> users.put(name, UserChange.NONE)).toList())
                .andCollectFailures()
                .subscribe()
                .with(created::complete, created::completeExceptionally));
        return created.join();
    }
}
