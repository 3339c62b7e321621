package org.retinue.page;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.retinue.Crowd;
import org.retinue.TestDatabase;

/** The cursors of every list over REST. */
@QuarkusTest
class CursorResourceTest {

    /** Every list that has a cursor, of a user and of another, each with more than one item. */
    private static final List<String> LISTS = List.of(
            "/v1/users?",
            "/v1/users?prefix=fan&",
            "/v1/users/hub/following?",
            "/v1/users/hub/following?order=oldest&",
            "/v1/users/hub/followers?",
            "/v1/users/hub/followers?order=oldest&",
            "/v1/users/hub2/followers?",
            "/v1/users/hub/followers?known-to=hub2&",
            "/v1/users/hub/requests?",
            "/v1/users/hub/blocks?",
            "/v1/users/hub/mutes?",
            "/v1/users/hub/mutuals?",
            "/v1/users/hub2/mutuals?",
            "/v1/users/hub/suggestions?",
            "/v1/users/hub2/suggestions?",
            "/v1/select?of=followers:hub&",
            "/v1/select?of=followers:hub2&");

    @BeforeEach
    void graph() {
        TestDatabase.empty();
        Crowd.of("hub", "hub2");
        List<String> fans = Crowd.numbered("fan", 8);
        for (String fan : fans.subList(0, 4)) {
            for (String hub : List.of("hub", "hub2")) {
                Crowd.follows(fan, hub);
                Crowd.follows(hub, fan);
            }
            Crowd.follows(fan, "fan004", "fan005");
        }
        given().contentType("application/json")
                .body("{\"private\": true}")
                .patch("/v1/users/hub")
                .then()
                .statusCode(200);
        for (String fan : List.of("fan004", "fan005")) {
            Crowd.follows(fan, "hub");
        }
        for (String fan : List.of("fan006", "fan007")) {
            given().put("/v1/users/hub/blocks/" + fan).then().statusCode(201);
            given().put("/v1/users/hub/mutes/" + fan).then().statusCode(200);
        }
    }

    @Test
    void everyListAcceptsItsOwnCursorAlone() {
        List<String> cursors = new ArrayList<>();
        for (String list : LISTS) {
            String next = page(list, null).then().statusCode(200).extract().path("next");
            assertThat(next).as(list).isNotNull();
            cursors.add(next);
        }
        assertThat(cursors).doesNotHaveDuplicates();

        for (int i = 0; i < LISTS.size(); i++) {
            for (int j = 0; j < LISTS.size(); j++) {
                Response page = page(LISTS.get(i), cursors.get(j));
                assertThat(page.statusCode())
                        .as("%s with the cursor of %s", LISTS.get(i), LISTS.get(j))
                        .isEqualTo(i == j ? 200 : 400);
            }
        }
    }

    @Test
    void madeUpCursorReturns400() {
        for (String list : LISTS) {
            for (String cursor : List.of("AAAA", "A".repeat(43), "A".repeat(1_000), "%00", ofEarlierVersion())) {
                page(list, cursor).then().statusCode(400).body("code", equalTo("bad-cursor"));
            }
        }
        given().get("/v1/audit?cursor=" + ofEarlierVersion())
                .then()
                .statusCode(400)
                .body("code", equalTo("bad-cursor"));
    }

    @Test
    void auditAcceptsItsOwnCursor() {
        CursorCodec codec = new CursorKey(TestDatabase.pool()).codec().await().indefinitely();

        given().get("/v1/audit?cursor=" + codec.write("audit", 3, 1, 0, 0))
                .then()
                .statusCode(200);
        given().get("/v1/audit?cursor=" + codec.write("select", 3, 1, 0, 0))
                .then()
                .statusCode(400);
    }

    /** A cursor with a checksum in place of a key, as earlier versions wrote them. Any caller could make one up. */
    private static String ofEarlierVersion() {
        byte[] key = ByteBuffer.allocate(16).putLong(1_000_000).putLong(1).array();
        CRC32 checksum = new CRC32();
        checksum.update("following/NEWEST".getBytes(StandardCharsets.UTF_8));
        checksum.update(key);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(20)
                        .put(key)
                        .putInt((int) checksum.getValue())
                        .array());
    }

    private static Response page(String list, String cursor) {
        return given().urlEncodingEnabled(false).get(list + "limit=1" + (cursor == null ? "" : "&cursor=" + cursor));
    }
}
