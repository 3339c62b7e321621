package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.retinue.audit.Audit;
import org.retinue.audit.AuditReport;

/** What always holds, after every scenario. */
public final class Truths {

    private Truths() {}

    /** Audits the whole graph; returns what it saw. */
    public static AuditReport hold() {
        AuditReport report = new Audit(TestDatabase.pool())
                .run(null, Duration.ofMinutes(1))
                .await()
                .indefinitely();
        assertThat(report.complete()).as("audited to the end").isTrue();
        assertThat(report.drift()).as("drift, by kind: %s", report.kinds()).isZero();
        return report;
    }
}
