package org.retinue.follow;

import static org.retinue.problem.ProblemCode.BLOCKED;
import static org.retinue.problem.ProblemCode.SELF_FOLLOW;
import static org.retinue.problem.ProblemCode.SUSPENDED;
import static org.retinue.problem.ProblemCode.TOO_MANY_FOLLOWING;
import static org.retinue.problem.ProblemCode.UNKNOWN_USER;

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
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.retinue.limit.MaxBody;
import org.retinue.limit.RequestBodies;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemResponses;
import org.retinue.rest.InTime;
import org.retinue.security.Access;

/** Many changes at once over REST. */
@Path("/v1/batch")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Follows")
@InTime
public class BatchResource {

    /** The memory that an operation takes from its parsing to the answer, statement included. */
    private static final long BYTES_PER_OPERATION = 1_024;

    private final FollowGraph graph;
    private final Access access;
    private final RequestBodies bodies;

    BatchResource(FollowGraph graph, Access access, RequestBodies bodies) {
        this.graph = graph;
        this.access = access;
        this.bodies = bodies;
    }

    /**
     * The result of a batch.
     *
     * @param outcomes one outcome per operation, in their order
     */
    @Schema(name = "BatchResult", example = "{\"outcomes\": [\"followed\", \"not-following\"]}")
    @RegisterForReflection
    public record Result(List<FollowOutcome> outcomes) {}

    @POST
    @MaxBody(MaxBody.CONFIGURED)
    @Operation(
            operationId = "applyBatch",
            summary = "Apply many follows and unfollows in one transaction",
            description = "Up to 10,000 operations, applied in their order. If one fails, nothing is changed, and "
                    + "`operation` of the problem is its index, from 0.")
    @APIResponse(
            responseCode = "200",
            description = "All operations are applied.",
            content = @Content(schema = @Schema(implementation = Result.class)))
    @ProblemResponses({UNKNOWN_USER, BLOCKED, SUSPENDED, TOO_MANY_FOLLOWING, SELF_FOLLOW})
    public Uni<Result> apply(
            @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Batch.class)))
                    Batch batch,
            @Context RoutingContext request) {
        if (batch == null) {
            throw Problem.malformed("operations", "The body has the operations");
        }
        bodies.reserve(request, batch.operations().size() * BYTES_PER_OPERATION);
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
