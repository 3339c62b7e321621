package org.retinue.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.mutiny.sqlclient.Row;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.retinue.Crowd;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/** Who is erased leaves nothing but a number that no name leads to. */
class EraseTest {

    private final UserDirectory users = new UserDirectory(TestDatabase.pool());

    @BeforeEach
    void emptyGraph() {
        TestDatabase.empty();
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @Test
    void itsFollowsAndRequestsEndOnBothSidesAndInAllCounts() {
        Crowd.of("alice", "bob", "carol");
        Crowd.ofPrivate("dave");
        Crowd.follows("alice", "bob", "carol", "dave");
        Crowd.follows("bob", "alice", "carol");
        Crowd.follows("dave", "alice");
        erase("alice");
        UserProfile bob = users.profile("bob").await().indefinitely();
        assertThat(bob.followersCount()).isZero();
        assertThat(bob.followingCount()).isEqualTo(1);
        assertThat(users.profile("carol").await().indefinitely().followersCount())
                .isEqualTo(1);
        assertThat(users.profile("dave").await().indefinitely().followingCount())
                .isZero();
        assertThat(count("select count(*) from follows")).isEqualTo(1);
        assertThat(count("select count(*) from followers")).isEqualTo(1);
    }

    @Test
    void aPrivateUsersPendingRequestsEndWithIt() {
        Crowd.of("alice");
        Crowd.ofPrivate("bob");
        Crowd.follows("alice", "bob");
        erase("bob");
        assertThat(count("select count(*) from follows")).isZero();
    }

    @Test
    void itsNameIsFreeAndLeadsToAnother() {
        Crowd.of("alice", "bob");
        Crowd.follows("bob", "alice");
        erase("alice");
        assertThatThrownBy(() -> erase("alice"))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.UNKNOWN_USER));
        Crowd.of("alice");
        assertThat(users.profile("alice").await().indefinitely().followersCount())
                .isZero();
        Row tombstone = TestDatabase.sql("select * from users where erased_at is not null")
                .iterator()
                .next();
        assertThat(tombstone.getString("username")).isNull();
        assertThat(tombstone.getString("display_name")).isNull();
    }

    @Test
    void whoHasTooManyFollowsStaysWhole() {
        List<String> names = Crowd.numbered("fan", 1);
        Crowd.of("star");
        TestDatabase.sql("""
                with fan as (
                    insert into users (username) select 'f' || n from generate_series(1, 10001) as n returning id
                ), edge as (
                    insert into follows
                    select fan.id, star.id, now(), 'following' from fan, users star where star.username = 'star'
                    returning follower_id, followed_id, since
                ), mirror as (
                    insert into followers select followed_id, since, follower_id from edge
                )
                insert into follow_counts select follower_id, 1, 0 from edge
                """);
        TestDatabase.sql("update follow_counts set followers = 10001"
                + " where user_id = (select id from users where username = 'star')");
        assertThatThrownBy(() -> erase("star"))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.TOO_MANY_FOLLOWS));
        assertThat(users.profile("star").await().indefinitely().followersCount())
                .isEqualTo(UserDirectory.MOST_FOLLOWS_TO_ERASE + 1);
        erase(names.get(0));
    }

    @Test
    void whatIsInNoCountIsTooMuchAsWell() {
        Crowd.ofPrivate("star");
        TestDatabase.sql("""
                with fan as (
                    insert into users (username) select 'f' || n from generate_series(1, 10001) as n returning id
                ), asking as (
                    insert into follows
                    select fan.id, star.id, now(), 'requested' from fan, users star where star.username = 'star'
                )
                insert into follow_counts select id, 0, 0 from fan
                """);
        assertThatThrownBy(() -> erase("star"))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.TOO_MANY_FOLLOWS));
        TestDatabase.sql("delete from follows where follower_id = (select id from users where username = 'f1')");
        erase("star");
        assertThat(count("select count(*) from follows")).isZero();
    }

    private void erase(String username) {
        users.erase(username).await().indefinitely();
    }

    private static long count(String sql) {
        return TestDatabase.sql(sql).iterator().next().getLong(0);
    }
}
