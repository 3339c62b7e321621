package org.retinue.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.retinue.TestDatabase;
import org.retinue.Truths;
import org.retinue.audit.AuditReport;

/** A real graph, as it is found on the web: who trusts whom on Epinions.com. */
@QuarkusTest
class EpinionsTest {

    private static final Path EDGES = Path.of("../shared/data/soc-Epinions1.txt.gz");

    @Test
    void aRealGraphIsTakenInWhole() throws IOException {
        assumeTrue(Files.exists(EDGES), () -> EDGES + " is absent, so the real graph is not imported");
        TestDatabase.empty();
        JsonObject report = new JsonObject(Transfers.post("epinions", "application/gzip", Files.readAllBytes(EDGES))
                .body());
        assertThat(report.getLong("created")).as("%s", report).isEqualTo(405_739);
        assertThat(report.getLong("rejected")).isZero();
        JsonObject mostFollowed = new JsonObject(Transfers.get("/v1/users/1867"));
        assertThat(mostFollowed.getLong("followersCount")).isEqualTo(551);
        assertThat(new JsonObject(Transfers.get("/v1/users/1867/followers?limit=1000")).getJsonArray("items"))
                .hasSize(551);
        AuditReport audit = Truths.hold();
        assertThat(audit.users()).isEqualTo(75_877);
        assertThat(audit.follows()).isEqualTo(405_739);
        TestDatabase.empty();
    }
}
