package org.retinue.audit;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        given().get("/v1/users/bob/followers").then().body("items.username", equalTo(List.of("alice")));
    }

    @Test
    void theAuditInTheBackgroundRepairsAndTellsMetrics() {
        double repaired = metric("retinue_repairs_total", "followsWithoutFollower");
        double rounds = metric("retinue_audit_rounds_total");
        double rows = metric("retinue_audit_rows_total");
        round();
        assertThat(metric("retinue_drift", "followsWithoutFollower")).isEqualTo(1);
        assertThat(metric("retinue_drift", "followingCounts")).isZero();
        assertThat(metric("retinue_repairs_total", "followsWithoutFollower")).isEqualTo(repaired + 1);
        assertThat(metric("retinue_audit_rounds_total")).isEqualTo(rounds + 1);
        assertThat(metric("retinue_audit_rows_total")).isGreaterThan(rows);
        assertThat(metric("retinue_audit_progress")).isEqualTo(1);

        round();
        assertThat(metric("retinue_drift", "followsWithoutFollower")).isZero();
        assertThat(metric("retinue_repairs_total", "followsWithoutFollower")).isEqualTo(repaired + 1);
    }

    @Test
    void progressGrowsFromPieceToPiece() {
        TestDatabase.sql("update audits set next_at = '-infinity'");
        double before = 0;
        while (audit.turn().await().indefinitely()) {
            double progress = metric("retinue_audit_progress");
            assertThat(progress).isGreaterThan(before);
            before = progress;
        }
        assertThat(before).isEqualTo(1);
    }

    private void round() {
        TestDatabase.sql("update audits set next_at = '-infinity'");
        while (audit.turn().await().indefinitely()) {
            // the next piece
        }
    }

    /** As Prometheus reads it; labels may be written with a comma at their end. */
    private static double metric(String name, String... kind) {
        String labels = kind.length == 0 ? "" : "\\{kind=\"" + kind[0] + "\",?}";
        String text = given().accept("text/plain").get("/q/metrics").asString();
        Matcher line = Pattern.compile("^" + name + labels + " (\\S+)$", Pattern.MULTILINE)
                .matcher(text);
        assertThat(line.find()).as("%s of %s", name, List.of(kind)).isTrue();
        return Double.parseDouble(line.group(1));
    }
}
