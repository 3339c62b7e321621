package org.retinue.follow;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemBody;
import org.retinue.rest.InTime;
import org.retinue.security.Access;

/** Many changes at once over REST. */
@Path("/v1/batch")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Follows")
@InTime
public class BatchResource {

    private final FollowGraph graph;
    private final Access access;

    BatchResource(FollowGraph graph, Access access) {
        this.graph = graph;
        this.access = access;
    }

    /**
     * What became of a batch.
     *
     * @param outcomes of each operation, in their order
     */
    @Schema(name = "BatchResult", example = "{\"outcomes\": [\"followed\", \"not-following\"]}")
    @RegisterForReflection
    public record Result(List<FollowOutcome> outcomes) {}

    @POST
    @Operation(
            summary = "Follow and unfollow many, all or nothing",
            description = "Up to 10,000 operations in one transaction, done as if one after the other. If one of them "
                    + "fails, `operation` of the problem is its number, from 0, and nothing is changed.")
    @APIResponse(
            responseCode = "200",
            description = "All of it is done",
            content = @Content(schema = @Schema(implementation = Result.class)))
    @APIResponse(
            responseCode = "400",
            description = "Malformed",
            content =
                    @Content(
                            mediaType = "application/problem+json",
                            schema = @Schema(implementation = ProblemBody.class)))
    @APIResponse(responseCode = "403", description = "One of the two blocks the other, or is suspended")
    @APIResponse(responseCode = "404", description = "No such user")
    @APIResponse(responseCode = "413", description = "More than 10,000 operations")
    @APIResponse(responseCode = "422", description = "Nobody can follow themselves")
    public Uni<Result> apply(Batch batch, @Context RoutingContext request) {
        if (batch == null) {
            throw Problem.malformed("operations", "The body has the operations");
        }
        for (int i = 0; i < batch.operations().size(); i++) {
            requireActor(batch.operations().get(i), i, request);
        }
        return batch.apply(graph).map(Result::new);
    }

    /** A follow is of the follower; it ends from either side. */
    private void requireActor(Batch.Operation operation, int index, RoutingContext request) {
        try {
            switch (operation.op()) {
                case FOLLOW -> access.requireOneOf(request, operation.follower());
                case UNFOLLOW -> access.requireOneOf(request, operation.follower(), operation.followed());
            }
        } catch (Problem forbidden) {
            throw forbidden.with("operation", index);
        }
    }
}
