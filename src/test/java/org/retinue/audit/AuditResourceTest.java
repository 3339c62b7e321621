package org.retinue.audit;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.retinue.People;
import org.retinue.TestDatabase;
import org.retinue.Truths;

/** What an operator asks of the audit, and reads of it. */
@QuarkusTest
class AuditResourceTest {

    @Inject
    BackgroundAudit audit;

    @BeforeEach
    void aFollowThatOneSideDoesNotKnow() {
        TestDatabase.empty();
        TestDatabase.sql(
                "update audits set holder = null, held_until = '-infinity', place = null, next_at = '-infinity'");
        People.registered("alice", "bob");
        People.follow("alice", "bob");
        TestDatabase.sql("delete from followers");
    }

    @AfterEach
    void truthsHold() {
        Truths.hold();
    }

    @Test
    void aRepairIsAskedForAndTold() {
        given().get("/v1/audit").then().body("drift", equalTo(2), "repaired", equalTo(0));

        given().post("/v1/audit/repairs")
                .then()
                .statusCode(200)
                .body("kinds.followsWithoutFollower", equalTo(1), "repaired", equalTo(1), "complete", equalTo(true));

        given().get("/v1/audit").then().body("drift", equalTo(0));
        given().get("/v1/users/bob/followers").then().body("items.username", equalTo(java.util.List.of("alice")));
    }

    @Test
    void theAuditInTheBackgroundRepairsAndTellsMetrics() {
        String drift = "retinue_drift{kind=\"followsWithoutFollower\"} ";
        round();
        metrics(drift + "1.0", "retinue_repairs_total{kind=\"followsWithoutFollower\"}", "retinue_audit_rows_total");

        round();
        metrics(drift + "0.0", "retinue_audit_rounds_total");
    }

    private void round() {
        TestDatabase.sql("update audits set next_at = '-infinity'");
        while (audit.turn().await().indefinitely()) {
            // the next piece
        }
    }

    private static void metrics(String... lines) {
        String text = given().accept("text/plain").get("/q/metrics").asString();
        for (String line : lines) {
            org.hamcrest.MatcherAssert.assertThat(text, containsString(line));
        }
    }
}
