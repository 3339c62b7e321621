package org.retinue.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.retinue.Crowd;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.WireTap;
import org.retinue.database.SqlFailure;

/** A connection that says nothing any more, and is not closed either, as behind a firewall that forgot it. */
class SilenceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(9);

    private WireTap wire;

    @BeforeEach
    void aDatabaseThatIsGivenASecond() {
        TestDatabase.empty();
        PgConnectOptions impatient = TestDatabase.connection();
        impatient.setReadIdleTimeout(1);
        wire = new WireTap(impatient);
    }

    @AfterEach
    void truthsHold() throws Exception {
        wire.close();
        Truths.hold();
    }

    @Test
    void aLaneComesBackWhenItsConnectionFallsSilent() {
        Crowd.of("alice", "bob", "carol");
        FollowGraph graph = new FollowGraph(wire.pool());
        Pair well = new Pair("alice", "bob");
        Pair swallowed = new Pair("alice", "carol");

        // more often than there are lanes
        for (int round = 0; round < 3; round++) {
            assertThat(followOnceConnected(graph, well)).isNotNull();
            wire.silence();
            assertThatThrownBy(() -> graph.follow(swallowed).await().atMost(PATIENCE))
                    .matches(SqlFailure::isUnavailable)
                    .hasMessageContaining("connection");
        }

        assertThat(followOnceConnected(graph, swallowed).outcome()).isEqualTo(FollowOutcome.FOLLOWED);
    }

    /** Here, unlike in the service, the limit ends connections at rest too, and for a moment the pool still gives them out. */
    private static Changed followOnceConnected(FollowGraph graph, Pair pair) {
        return graph.follow(pair)
                .onFailure(SqlFailure::isUnavailable)
                .retry()
                .withBackOff(Duration.ofMillis(50))
                .atMost(5)
                .await()
                .atMost(PATIENCE);
    }

    @Test
    void theServiceItselfWaitsAMinuteForAWordAndElevenSecondsForAStatement() {
        assertThat(TestDatabase.connection().getReadIdleTimeout()).isEqualTo(60);
        assertThat(TestDatabase.sql("show statement_timeout").iterator().next().getString(0))
                .isEqualTo("11s");
    }
}
