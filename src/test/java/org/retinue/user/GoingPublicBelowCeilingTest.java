package org.retinue.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.mutiny.sqlclient.Tuple;
import org.junit.jupiter.api.Test;
import org.retinue.People;
import org.retinue.TestDatabase;
import org.retinue.Truths;

/** Who stops being private accepts the requests of those who have room for another follow. */
class GoingPublicBelowCeilingTest {

    @Test
    void theRequestOfOneAtTheCeilingStaysARequest() {
        TestDatabase.empty();
        People.registered("alice", "bob", "carol");
        People.registeredAsPrivate("grace");
        People.follow("alice", "grace");
        People.follow("bob", "grace");
        People.follow("alice", "carol");
        Long grace = TestDatabase.sql("select id from users where username = 'grace'")
                .iterator()
                .next()
                .getLong(0);

        TestDatabase.pool()
                // the session's parameters, as the server has them
                .preparedQuery(UserSql.ACCEPT_ALL_REQUESTS.replace('?', '$'))
                .execute(Tuple.of(grace, 1L))
                .await()
                .indefinitely();

        assertThat(TestDatabase.sql("select state::text from follows f join users u on u.id = f.follower_id"
                        + " where followed_id = " + grace + " order by username"))
                .extracting(row -> row.getString(0))
                .containsExactly("requested", "following");
        Truths.hold();
    }
}
