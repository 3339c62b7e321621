package org.retinue.follow;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.user.UserChange;
import org.retinue.user.UserDirectory;

/** The pattern that Retinue grew from, at each level: empty sides, a follow, both sides see it, an unfollow, empty again. */
@QuarkusTest
class SeedPatternTest {

    @Inject
    UserDirectory users;

    @Inject
    FollowGraph graph;

    @BeforeEach
    void aliceAndBob() {
        TestDatabase.empty();
        users.put("alice", UserChange.NONE).await().indefinitely();
        users.put("bob", UserChange.NONE).await().indefinitely();
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @Test
    void aFollowAndItsEndShowOnBothSidesOfTheEntities() {
        FollowSession session = graph.session();
        var alice = session.user("alice");
        var bob = session.user("bob");
        assertThat(alice.following().contains(bob).await().indefinitely()).isFalse();
        assertThat(bob.followers().contains(alice).await().indefinitely()).isFalse();
    }

    @Test
    void restLevel() {
        given().get("/v1/users/alice/following").then().statusCode(200).body("items", empty(), "total", equalTo(0));
        given().put("/v1/users/alice/following/bob").then().statusCode(201);
        given().get("/v1/users/bob/followers").then().body("items.username", contains("alice"), "total", equalTo(1));
    }
}
