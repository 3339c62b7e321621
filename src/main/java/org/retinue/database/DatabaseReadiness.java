package org.retinue.database;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while the database answers, and takes writes. */
@Readiness
@ApplicationScoped
public class DatabaseReadiness implements AsyncHealthCheck {

    private final Pulse pulse;

    DatabaseReadiness(Pulse pulse) {
        this.pulse = pulse;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.createFrom()
                .item(pulse.isWell() ? HealthCheckResponse.up("database") : HealthCheckResponse.down("database"));
    }
}
