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
@Tag(name = "Operation")
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
            summary = "Check the truths of the graph",
            description =
                    "Both sides hold the same edges, every count is the number of its edges, no edge leads to "
                            + "nobody, across a block or to a suspended user. Goes on for some 5 seconds; `next`, given back as `cursor`, continues.")
    @APIResponse(
            responseCode = "200",
            description = "What it found; `drift` is 0 in a healthy graph",
            content = @Content(schema = @Schema(implementation = AuditReport.class)))
    public Uni<AuditReport> audit(@RestQuery @Parameter(description = "`next` of the audit before") String cursor) {
        return audit.run(cursor, LIMIT);
    }

    @POST
    @Path("repairs")
    @Operation(
            summary = "Check the truths of the graph, and repair what is wrong",
            description =
                    "As GET of the audit does, and repairs what it finds, 100 findings a transaction: the followers' own "
                            + "side is taken for true. The service does the same by itself, for RETINUE_AUDIT_PERCENT of the time.")
    @APIResponse(
            responseCode = "200",
            description = "What it found; `repaired` of it is right again",
            content = @Content(schema = @Schema(implementation = AuditReport.class)))
    public Uni<AuditReport> repair(@RestQuery @Parameter(description = "`next` of the audit before") String cursor) {
        return audit.repair(cursor, LIMIT);
    }
}
