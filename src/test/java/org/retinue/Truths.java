package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.retinue.audit.Audit;
import org.retinue.audit.AuditReport;

/** What always holds, after every scenario. */
public final class Truths {

    private static final int MANY = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(TestDatabase.isDistributed() ? 10 : 1);

    private Truths() {}

    /** Audits the whole graph; returns what it saw. */
    public static AuditReport hold() {
        if (TestDatabase.sql("select 1 from users limit " + MANY).size() == MANY) {
            // Statistics from before a test filled the tables would have the audit join them row by row, for minutes.
            TestDatabase.sql("analyze");
        }
        AuditReport report =
                new Audit(TestDatabase.pool()).run(null, PATIENCE).await().indefinitely();
        assertThat(report.complete()).as("audited to the end").isTrue();
        assertThat(report.drift()).as("drift, by kind: %s", report.kinds()).isZero();
        return report;
    }
}
