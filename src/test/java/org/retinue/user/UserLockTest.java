package org.retinue.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.retinue.Caller;
import org.retinue.Caller.Call;
import org.retinue.Crowd;
import org.retinue.Locks;
import org.retinue.TestDatabase;
import org.retinue.Truths;

/** Whatever changes a user and its counts takes the user first: no two of them can wait for each other in a circle. */
@QuarkusTest
class UserLockTest {

    static List<Call> changes() {
        return List.of(
                new Call("PATCH", "/v1/users/bob", "{\"private\": true}"),
                Call.of("PUT", "/v1/users/bob/suspension"),
                Call.of("DELETE", "/v1/users/bob/suspension"),
                Call.of("DELETE", "/v1/users/bob"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void whoWaitsForAUserDoesNotHoldItsCounts(Call change) {
        TestDatabase.empty();
        Crowd.of("bob");
        String id =
                TestDatabase.sql("select id::text from users").iterator().next().getString(0);
        CompletableFuture<HttpResponse<String>> answer;
        try (Locks holding = Locks.begin().sql("update users set updated_at = now() where id = " + id)) {
            answer = Caller.send(change);
            holding.awaitWaiter();

            holding.sql("select from follow_counts where user_id = " + id + " for update nowait");
        }
        assertThat(answer.join().statusCode()).isIn(200, 202);
        Truths.hold();
    }
}
