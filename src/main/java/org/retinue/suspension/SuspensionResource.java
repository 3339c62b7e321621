package org.retinue.suspension;

import static org.retinue.problem.ProblemCode.UNKNOWN_USER;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.retinue.problem.ProblemResponses;
import org.retinue.rest.Answer;
import org.retinue.rest.InTime;
import org.retinue.user.Username;

/** Suspensions over REST: for operators. */
@Path("/v1/users/{username}/suspension")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Operations")
@InTime
public class SuspensionResource {

    private final Suspensions suspensions;

    SuspensionResource(Suspensions suspensions) {
        this.suspensions = suspensions;
    }

    @GET
    @Operation(operationId = "getSuspension", summary = "Get the suspension state of a user")
    @APIResponse(
            responseCode = "200",
            description = "The state of the suspension.",
            content = @Content(schema = @Schema(implementation = Suspension.class)))
    @ProblemResponses(UNKNOWN_USER)
    public Uni<Suspension> find(
            @RestPath @Parameter(description = "The username.", example = "alice") String username) {
        return suspensions.find(Username.require("username", username));
    }

    @PUT
    @Operation(
            operationId = "suspendUser",
            summary = "Suspend a user",
            description =
                    "Idempotent. A suspended user can neither follow nor be followed. Its follows leave all lists "
                            + "and counts, and return when the user is restored. Its requests end.")
    @APIResponse(
            responseCode = "200",
            description = "The user is suspended. Its follows are in no list and no count.",
            content = @Content(schema = @Schema(implementation = Suspension.class)))
    @APIResponse(
            responseCode = "202",
            description = "The user is suspended. Its follows are still being removed from lists and counts. "
                    + "`getSuspension` shows the progress.",
            content = @Content(schema = @Schema(implementation = Suspension.class)))
    @ProblemResponses(UNKNOWN_USER)
    public Uni<Answer> suspend(@RestPath @Parameter(description = "The username.", example = "alice") String username) {
        return suspensions.suspend(Username.require("username", username)).map(SuspensionResource::answer);
    }

    @DELETE
    @Operation(
            operationId = "restoreUser",
            summary = "Restore a suspended user",
            description = "Idempotent. The follows return as they were, except follows of users who are suspended "
                    + "themselves, and follows that a block, an unfollow or an erasure has ended.")
    @APIResponse(
            responseCode = "200",
            description = "The user is restored. Its follows are in all lists and counts.",
            content = @Content(schema = @Schema(implementation = Suspension.class)))
    @APIResponse(
            responseCode = "202",
            description =
                    "The user is restored. Its follows are still being added to lists and counts. `getSuspension` "
                            + "shows the progress.",
            content = @Content(schema = @Schema(implementation = Suspension.class)))
    @ProblemResponses(UNKNOWN_USER)
    public Uni<Answer> restore(@RestPath @Parameter(description = "The username.", example = "alice") String username) {
        return suspensions.restore(Username.require("username", username)).map(SuspensionResource::answer);
    }

    private static Answer answer(Suspension suspension) {
        return Answer.of(suspension.state().isUnfinished() ? 202 : 200, suspension);
    }
}
