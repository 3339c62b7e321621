package org.retinue.follow;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.retinue.People;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.page.PageRequest;
import org.retinue.user.User;
import org.retinue.user.UserDirectory;
import org.retinue.user.UserProfile;

/** The pattern that Retinue grew from, at each level: empty sides, a follow, both sides see it, an unfollow, empty again. */
@QuarkusTest
class SeedPatternTest {

    private static final Pair ALICE_BOB = new Pair("alice", "bob");

    @Inject
    UserDirectory users;

    @Inject
    FollowGraph graph;

    @BeforeEach
    void aliceAndBob() {
        TestDatabase.empty();
        People.registered("alice", "bob");
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @Test
    void aFollowAndItsEndShowOnBothSidesOfTheEntities() {
        FollowSession session = graph.session();
        User alice = session.user("alice");
        User bob = session.user("bob");
        assertSides(alice, bob, false);

        alice.following().add(bob);
        assertSides(alice, bob, true);
        now(session.flush());
        assertSides(alice, bob, true);
        assertThat(now(alice.followers().contains(bob)))
                .as("one direction is not the other")
                .isFalse();

        bob.followers().remove(alice);
        assertSides(alice, bob, false);
        now(session.flush());
        assertSides(alice, bob, false);
    }

    @Test
    void aFollowAndItsEndShowInTheAssociationEntity() throws Throwable {
        assertThat(inSession(() -> Follow.find(ALICE_BOB))).isNull();

        now(graph.follow(ALICE_BOB));
        Follow follow = inSession(() -> Follow.find(ALICE_BOB));
        assertThat(follow.state()).isEqualTo(FollowState.FOLLOWING);
        assertThat(now(graph.since(ALICE_BOB))).contains(follow.since());
        assertThat(inSession(() -> Follow.find(ALICE_BOB.reversed()))).isNull();
        assertThat(inSession(() -> Follow.count())).isOne();

        now(graph.unfollow(ALICE_BOB));
        assertThat(inSession(() -> Follow.find(ALICE_BOB))).isNull();
        assertThat(inSession(() -> Follow.count())).isZero();
    }

    @Test
    void usersFoundInTheDatabaseTakePartInASession() throws Throwable {
        FollowSession session = graph.session();
        User alice = inSession(() -> User.findByUsername("alice")).in(session);
        User bob = inSession(() -> User.findByUsername("bob")).in(session);
        assertThat(inSession(() -> User.findByUsername("nobody"))).isNull();

        bob.followers().add(alice);
        now(session.flush());

        assertSides(alice, bob, true);
        assertThat(inSession(() -> Follow.find(ALICE_BOB)).state()).isEqualTo(FollowState.FOLLOWING);
    }

    @Test
    void aFollowAndItsEndShowOnBothSidesOfTheService() {
        assertEmptySides();

        assertThat(now(graph.follow(ALICE_BOB)).outcome()).isEqualTo(FollowOutcome.FOLLOWED);

        assertThat(now(graph.since(ALICE_BOB))).isPresent();
        assertThat(now(graph.since(ALICE_BOB.reversed()))).isEmpty();
        assertThat(following("alice").items())
                .extracting(FollowPages.Item::username)
                .containsExactly("bob");
        assertThat(following("alice").total()).isOne();
        assertThat(followers("bob").items())
                .extracting(FollowPages.Item::username)
                .containsExactly("alice");
        assertThat(followers("bob").total()).isOne();
        assertThat(following("bob").items()).isEmpty();
        assertThat(followers("alice").items()).isEmpty();
        assertThat(now(users.profile("alice")))
                .extracting(UserProfile::followingCount, UserProfile::followersCount)
                .containsExactly(1L, 0L);
        assertThat(now(users.profile("bob")))
                .extracting(UserProfile::followingCount, UserProfile::followersCount)
                .containsExactly(0L, 1L);

        assertThat(now(graph.unfollow(ALICE_BOB)).outcome()).isEqualTo(FollowOutcome.UNFOLLOWED);

        assertEmptySides();
    }

    @Test
    void aFollowAndItsEndShowOnBothSidesOverRest() {
        assertSidesOverRest(0);

        given().put("/v1/users/alice/following/bob").then().statusCode(201);

        given().get("/v1/users/alice/following/bob").then().statusCode(200);
        given().get("/v1/users/bob/followers/alice").then().statusCode(200);
        given().get("/v1/users/alice/following").then().body("items.username", contains("bob"));
        given().get("/v1/users/bob/followers").then().body("items.username", contains("alice"));
        assertSidesOverRest(1);

        given().delete("/v1/users/alice/following/bob").then().statusCode(204);

        given().get("/v1/users/alice/following/bob").then().statusCode(404);
        given().get("/v1/users/bob/followers/alice").then().statusCode(404);
        given().get("/v1/users/alice/following").then().body("items", empty(), "next", nullValue());
        given().get("/v1/users/bob/followers").then().body("items", empty(), "next", nullValue());
        assertSidesOverRest(0);
    }

    private static void assertSides(User follower, User followed, boolean expected) {
        assertThat(now(follower.following().contains(followed)))
                .as("following of %s", follower.username())
                .isEqualTo(expected);
        assertThat(now(followed.followers().contains(follower)))
                .as("followers of %s", followed.username())
                .isEqualTo(expected);
    }

    private void assertEmptySides() {
        assertThat(now(graph.since(ALICE_BOB))).isEmpty();
        for (String username : new String[] {"alice", "bob"}) {
            assertThat(following(username)).isEqualTo(new FollowPage(List.of(), null, 0L));
            assertThat(followers(username)).isEqualTo(new FollowPage(List.of(), null, 0L));
            assertThat(now(users.profile(username)))
                    .extracting(UserProfile::followingCount, UserProfile::followersCount)
                    .containsExactly(0L, 0L);
        }
    }

    private static void assertSidesOverRest(int count) {
        given().get("/v1/users/alice/following").then().statusCode(200).body("total", equalTo(count));
        given().get("/v1/users/bob/followers").then().statusCode(200).body("total", equalTo(count));
        given().get("/v1/users/alice")
                .then()
                .statusCode(200)
                .body("followingCount", equalTo(count), "followersCount", equalTo(0));
        given().get("/v1/users/bob")
                .then()
                .statusCode(200)
                .body("followingCount", equalTo(0), "followersCount", equalTo(count));
    }

    private FollowPage following(String username) {
        return now(graph.following(username, PageRequest.first(10)));
    }

    private FollowPage followers(String username) {
        return now(graph.followers(username, PageRequest.first(10)));
    }

    private static <T> T now(Uni<T> uni) {
        return uni.await().indefinitely();
    }

    private static <T> T inSession(Supplier<Uni<T>> work) throws Throwable {
        return VertxContextSupport.subscribeAndAwait(() -> Panache.withSession(work));
    }
}
