package org.retinue.audit;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.retinue.rest.InTime;

/** The audit over REST. */
@Path("/v1/audit")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Operations", description = "Audits, erasures and suspensions, for operators.")
@InTime
public class AuditResource {

    /** After how long one request begins no further piece; a larger graph takes several. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Audit audit;

    AuditResource(Audit audit) {
        this.audit = audit;
    }

    @GET
    @Operation(
            operationId = "auditGraph",
            summary = "Check the invariants of the graph",
            description = "Both sides of every follow exist, every count equals the rows that it counts, and no follow "
                    + "leads to an erased user, across a block or to a suspended user. One call takes about 5 "
                    + "seconds. Pass `next` as `cursor` to continue.")
    @APIResponse(
            responseCode = "200",
            description = "The findings. `drift` is 0 in a healthy graph.",
            content = @Content(schema = @Schema(implementation = AuditReport.class)))
    public Uni<AuditReport> audit(@RestQuery @Parameter(description = "`next` of the previous call.") String cursor) {
        return audit.run(cursor, LIMIT);
    }

    @POST
    @Path("repairs")
    @Operation(
            operationId = "repairGraph",
            summary = "Check the invariants of the graph and repair violations",
            description =
                    "The same as `auditGraph`, and repairs what it finds, 100 findings per transaction. The side of "
                            + "the follower decides. The service does the same in the background for RETINUE_AUDIT_PERCENT of "
                            + "the time.")
    @APIResponse(
            responseCode = "200",
            description = "The findings. `repaired` is the number of repaired violations.",
            content = @Content(schema = @Schema(implementation = AuditReport.class)))
    public Uni<AuditReport> repair(@RestQuery @Parameter(description = "`next` of the previous call.") String cursor) {
        return audit.repair(cursor, LIMIT);
    }
}
