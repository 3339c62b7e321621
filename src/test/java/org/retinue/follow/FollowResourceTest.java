package org.retinue.follow;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.People;
import org.retinue.TestDatabase;
import org.retinue.Truths;

/** Follows over REST, from either side. */
@QuarkusTest
class FollowResourceTest {

    private static final Instant MARCH = Instant.parse("2026-03-01T12:00:00.123456Z");
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>; *rel=\"next\"");

    @BeforeEach
    void people() {
        TestDatabase.empty();
        People.registered("alice", "bob", "carol");
        People.registeredAsPrivate("paula");
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @Test
    void theFirstFollowIsCreatedAndTheSecondIsThereAlready() {
        given().put("/v1/users/alice/following/bob").then().statusCode(201);

        given().put("/v1/users/alice/following/bob").then().statusCode(200);

        given().get("/v1/users/alice/following").then().body("total", equalTo(1));
    }

    @Test
    void followingTwiceKeepsTheFirstSince() {
        String since = given().put("/v1/users/alice/following/bob").path("followingSince");

        given().put("/v1/users/bob/followers/alice").then().statusCode(200).body("followingSince", nullValue());

        given().get("/v1/users/alice/following/bob").then().body("since", equalTo(since));
    }

    @Test
    void aFollowOfAPrivateUserIsARequestUntilItIsAccepted() {
        given().put("/v1/users/alice/following/paula")
                .then()
                .statusCode(202)
                .body("following", is(false), "requested", is(true), "requestedSince", notNullValue());

        given().put("/v1/users/alice/following/paula").then().statusCode(202);

        given().get("/v1/users/alice/following/paula").then().statusCode(404).body("code", equalTo("not-following"));
        given().get("/v1/users/alice/following").then().body("items", empty(), "total", equalTo(0));
        given().get("/v1/users/paula/followers").then().body("items", empty(), "total", equalTo(0));
    }

    @Test
    void goingPublicAcceptsWhatIsRequested() {
        given().put("/v1/users/alice/following/paula").then().statusCode(202);
        given().put("/v1/users/paula/followers/bob").then().statusCode(202);

        given().contentType("application/json")
                .body("{\"private\": false}")
                .patch("/v1/users/paula")
                .then()
                .statusCode(200)
                .body("private", is(false), "followersCount", equalTo(2));

        given().get("/v1/users/alice/following/paula").then().statusCode(200);
        given().get("/v1/users/paula/followers")
                .then()
                .body("total", equalTo(2), "items.username", not(empty()), "items.size()", equalTo(2));
        given().get("/v1/users/bob/following").then().body("items.username", contains("paula"));
    }

    @Test
    void goingPrivateKeepsWhoFollows() {
        People.follow("alice", "bob");

        given().contentType("application/json")
                .body("{\"private\": true}")
                .patch("/v1/users/bob")
                .then()
                .statusCode(200);

        given().get("/v1/users/bob/followers/alice").then().statusCode(200);
        given().put("/v1/users/alice/following/bob").then().statusCode(200);
        given().put("/v1/users/carol/following/bob").then().statusCode(202);
    }

    @Test
    void anUnfollowWithdrawsARequest() {
        given().put("/v1/users/alice/following/paula").then().statusCode(202);

        given().delete("/v1/users/alice/following/paula").then().statusCode(204);

        given().contentType("application/json").body("{\"private\": false}").patch("/v1/users/paula");
        given().get("/v1/users/paula/followers").then().body("items", empty());
    }

    @Test
    void anUnfollowOfNothingIsDoneAlready() {
        given().delete("/v1/users/alice/following/bob").then().statusCode(204).body(emptyString());
        given().delete("/v1/users/alice/followers/bob").then().statusCode(204).body(emptyString());
    }

    @Test
    void anUnfollowEndsTheFollowOfOneDirectionOnly() {
        People.follow("alice", "bob");
        People.follow("bob", "alice");

        given().delete("/v1/users/alice/following/bob").then().statusCode(204);

        given().get("/v1/users/alice/following/bob").then().statusCode(404);
        given().get("/v1/users/alice/followers/bob").then().statusCode(200);
    }

    @Test
    void aFollowerCanBeAddedAndRemovedFromTheOtherSide() {
        given().put("/v1/users/bob/followers/alice").then().statusCode(201);
        given().get("/v1/users/alice/following/bob").then().statusCode(200);

        given().delete("/v1/users/bob/followers/alice").then().statusCode(204);
        given().get("/v1/users/alice/following/bob").then().statusCode(404);
    }

    @Test
    void aCheckTellsSinceWhen() {
        Instant before = Instant.now().truncatedTo(ChronoUnit.MICROS).minusSeconds(60);
        People.follow("alice", "bob");

        String since = given().get("/v1/users/alice/following/bob")
                .then()
                .statusCode(200)
                .extract()
                .path("since");

        assertThat(Instant.parse(since)).isBetween(before, before.plusSeconds(120));
        given().get("/v1/users/bob/followers/alice").then().statusCode(200).body("since", equalTo(since));
    }

    @Test
    void aCheckOfWhatIsNotNamesThePair() {
        given().get("/v1/users/alice/followers/bob")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("code", equalTo("not-following"), "follower", equalTo("bob"), "followed", equalTo("alice"));
    }

    @Test
    void theRelationshipReadsFromTheSideThatIsAsked() {
        String since = given().put("/v1/users/alice/following/bob")
                .then()
                .body(
                        "username", equalTo("alice"),
                        "with", equalTo("bob"),
                        "following", is(true),
                        "followedBy", is(false),
                        "requested", is(false),
                        "requestedBy", is(false))
                .extract()
                .path("followingSince");

        given().put("/v1/users/alice/followers/bob")
                .then()
                .statusCode(201)
                .body(
                        "username", equalTo("alice"),
                        "with", equalTo("bob"),
                        "following", is(true),
                        "followingSince", equalTo(since),
                        "followedBy", is(true),
                        "followedBySince", notNullValue());
    }

    @Test
    void theRelationshipShowsARequestFromTheOtherSide() {
        given().put("/v1/users/paula/followers/alice")
                .then()
                .statusCode(202)
                .body("username", equalTo("paula"), "requestedBy", is(true), "followedBy", is(false));

        given().put("/v1/users/paula/following/alice")
                .then()
                .statusCode(201)
                .body("following", is(true), "requestedBy", is(true), "requestedBySince", notNullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"following", "followers"})
    void anUnknownUserIsNamed(String side) {
        given().put("/v1/users/alice/" + side + "/nobody")
                .then()
                .statusCode(404)
                .body("code", equalTo("unknown-user"), "user", equalTo("nobody"));
        given().delete("/v1/users/nobody/" + side + "/alice")
                .then()
                .statusCode(404)
                .body("user", equalTo("nobody"));
        given().get("/v1/users/nobody/" + side + "/alice")
                .then()
                .statusCode(404)
                .body("user", equalTo("nobody"));
        given().get("/v1/users/nobody/" + side).then().statusCode(404).body("user", equalTo("nobody"));
    }

    @Test
    void nobodyFollowsThemselves() {
        given().put("/v1/users/alice/following/alice")
                .then()
                .statusCode(422)
                .body("code", equalTo("self-follow"), "user", equalTo("alice"));
        given().put("/v1/users/alice/followers/alice").then().statusCode(422);
        given().get("/v1/users/alice/following/alice").then().statusCode(404);
        given().delete("/v1/users/alice/following/alice").then().statusCode(204);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void theLinkHeaderLeadsThroughAllPages(int limit) {
        List<String> fans = followedByFiveSinceMarch();

        List<String> seen = walk("/v1/users/alice/followers?order=oldest&limit=" + limit, limit);

        assertThat(seen).containsExactlyElementsOf(fans);
    }

    @Test
    void theNewestComesFirstUnlessAskedOtherwise() {
        List<String> fans = new ArrayList<>(followedByFiveSinceMarch());
        Collections.reverse(fans);

        assertThat(walk("/v1/users/alice/followers?limit=2", 2)).containsExactlyElementsOf(fans);
        assertThat(walk("/v1/users/alice/followers?limit=2&order=newest", 2)).containsExactlyElementsOf(fans);
    }

    @Test
    void followsOfTheSameInstantAreEachOnOnePage() {
        List<String> fans = People.crowd("fan", 7);
        People.followedBy("alice", fans);

        assertThat(walk("/v1/users/alice/followers?limit=2", 2)).containsExactlyInAnyOrderElementsOf(fans);
        assertThat(walk("/v1/users/alice/followers?limit=3&order=oldest", 3)).containsExactlyInAnyOrderElementsOf(fans);
    }

    @Test
    void whomOneFollowsIsPagedAsWell() {
        List<String> stars = People.crowd("star", 5);
        List<Change> follows = new ArrayList<>();
        for (int i = 0; i < stars.size(); i++) {
            follows.add(new Change(new Pair("alice", stars.get(i)), Wish.FOLLOWING, MARCH.plusSeconds(i)));
        }
        People.follow(follows);

        assertThat(walk("/v1/users/alice/following?order=oldest&limit=2", 2)).containsExactlyElementsOf(stars);
        assertThat(walk("/v1/users/alice/following?limit=2", 2))
                .containsExactlyElementsOf(
                        stars.stream().sorted(Comparator.reverseOrder()).toList());
    }

    @Test
    void aPageHasFiftyItemsUnlessAskedOtherwise() {
        People.followedBy("alice", People.crowd("fan", 51));

        given().get("/v1/users/alice/followers")
                .then()
                .body("items.size()", equalTo(50), "next", notNullValue(), "total", equalTo(51));
        given().get("/v1/users/alice/followers?limit=1000")
                .then()
                .header("Link", nullValue())
                .body("items.size()", equalTo(51), "next", nullValue(), "total", equalTo(51));
    }

    @Test
    void fromIsInclusiveAndToIsExclusiveAndTheTotalIsOfTheWholeList() {
        List<String> fans = followedByFiveSinceMarch();
        String second = MARCH.plusSeconds(1).toString();
        String fourth = MARCH.plusSeconds(3).toString();

        given().get("/v1/users/alice/followers?order=oldest&from=" + second + "&to=" + fourth)
                .then()
                .body("items.username", equalTo(fans.subList(1, 3)), "total", equalTo(5));
        given().get("/v1/users/alice/followers?order=newest&from=" + second + "&to=" + fourth)
                .then()
                .body("items.username", equalTo(List.of(fans.get(2), fans.get(1))), "total", equalTo(5));
        assertThat(walk("/v1/users/alice/followers?limit=1&from=" + second + "&to=" + fourth, 1))
                .containsExactly(fans.get(2), fans.get(1));
    }

    @Test
    void anInstantMayHaveAnOffset() {
        List<String> fans = followedByFiveSinceMarch();

        given().urlEncodingEnabled(false)
                .get("/v1/users/alice/followers?from=2026-03-01T13:00:04.123456%2B01:00")
                .then()
                .statusCode(200)
                .body("items.username", contains(fans.get(4)));
    }

    @Test
    void aRangeWithoutFollowsIsAnEmptyPage() {
        followedByFiveSinceMarch();

        given().get("/v1/users/alice/followers?from=2026-04-01T00:00:00Z&to=2026-03-01T00:00:00Z")
                .then()
                .statusCode(200)
                .body("items", empty(), "next", nullValue(), "total", equalTo(5));
    }

    @Test
    void aCursorStaysWhereItIsWhileTheListChanges() {
        List<String> fans = followedByFiveSinceMarch();
        String next =
                given().get("/v1/users/alice/followers?order=oldest&limit=2").path("next");

        given().delete("/v1/users/alice/followers/" + fans.get(1));
        given().delete("/v1/users/alice/followers/" + fans.get(2));
        given().put("/v1/users/bob/following/alice");

        given().queryParam("cursor", next)
                .get("/v1/users/alice/followers?order=oldest&limit=9")
                .then()
                .body("items.username", equalTo(List.of(fans.get(3), fans.get(4), "bob")), "total", equalTo(4));
    }

    @Test
    void anItemHasTheDisplayNameAndSince() {
        given().contentType("application/json")
                .body("{\"displayName\": \"Bob B.\"}")
                .put("/v1/users/bob");
        People.follow(List.of(new Change(new Pair("bob", "alice"), Wish.FOLLOWING, MARCH)));

        given().get("/v1/users/alice/followers")
                .then()
                .body(
                        "items[0].username", equalTo("bob"),
                        "items[0].displayName", equalTo("Bob B."),
                        "items[0].since", equalTo(MARCH.toString()));
    }

    /** Five fans of alice, a second apart, in the order in which they came. */
    private static List<String> followedByFiveSinceMarch() {
        List<String> fans = People.crowd("fan", 5);
        List<Change> follows = new ArrayList<>();
        for (int i = 0; i < fans.size(); i++) {
            follows.add(new Change(new Pair(fans.get(i), "alice"), Wish.FOLLOWING, MARCH.plusSeconds(i)));
        }
        People.follow(follows);
        return fans;
    }

    /** The names on all pages, from link to link; each page but the last is full. */
    private static List<String> walk(String first, int limit) {
        List<String> seen = new ArrayList<>();
        String url = first;
        while (url != null) {
            Response page = given().urlEncodingEnabled(false).get(url);
            page.then().statusCode(200);
            List<String> names = page.path("items.username");
            seen.addAll(names);
            url = next(page.header("Link"));
            assertThat(url == null).isEqualTo(page.path("next") == null);
            assertThat(names).hasSizeBetween(url == null ? 0 : limit, limit);
        }
        return seen;
    }

    private static String next(String link) {
        if (link == null) {
            return null;
        }
        Matcher matcher = NEXT.matcher(link);
        assertThat(matcher.matches()).as("Link: %s", link).isTrue();
        return matcher.group(1);
    }
}
