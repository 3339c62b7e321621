package org.retinue.suspension;

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
import org.retinue.problem.ProblemBody;
import org.retinue.rest.Answer;
import org.retinue.rest.InTime;
import org.retinue.user.Username;

/** Suspensions over REST: for operators. */
@Path("/v1/users/{username}/suspension")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Operation")
@APIResponse(
        responseCode = "400",
        description = "Malformed; `field` says which value",
        content =
                @Content(mediaType = "application/problem+json", schema = @Schema(implementation = ProblemBody.class)))
@APIResponse(responseCode = "404", description = "No such user")
@InTime
public class SuspensionResource {

    private final Suspensions suspensions;

    SuspensionResource(Suspensions suspensions) {
        this.suspensions = suspensions;
    }

    @GET
    @Operation(summary = "How far the suspension of a user is")
    @APIResponse(
            responseCode = "200",
            description = "`suspending`, `suspended`, `restoring`, or `none`",
            content = @Content(schema = @Schema(implementation = Suspension.class)))
    public Uni<Suspension> find(@RestPath @Parameter(example = "alice") String username) {
        return suspensions.find(Username.require("username", username));
    }

    @PUT
    @Operation(
            summary = "Suspend a user",
            description = "Idempotent. From now on the user neither follows nor is followed anew. Its follows leave "
                    + "every list and count, to come back when it is restored; requests end for good.")
    @APIResponse(
            responseCode = "200",
            description = "Suspended: no list and no count has it",
            content = @Content(schema = @Schema(implementation = Suspension.class)))
    @APIResponse(
            responseCode = "202",
            description = "Suspended, and its many follows are still leaving; GET tells when they have",
            content = @Content(schema = @Schema(implementation = Suspension.class)))
    public Uni<Answer> suspend(@RestPath @Parameter(example = "alice") String username) {
        return suspensions.suspend(Username.require("username", username)).map(SuspensionResource::answer);
    }

    @DELETE
    @Operation(
            summary = "Restore a user",
            description = "Idempotent. Its follows come back as they were, except with users who are suspended "
                    + "themselves, or where a block, an unfollow or an erasure came between.")
    @APIResponse(
            responseCode = "200",
            description = "Restored: its follows are in all lists and counts",
            content = @Content(schema = @Schema(implementation = Suspension.class)))
    @APIResponse(
            responseCode = "202",
            description = "Restored, and its many follows are still coming back; GET tells when they have",
            content = @Content(schema = @Schema(implementation = Suspension.class)))
    public Uni<Answer> restore(@RestPath @Parameter(example = "alice") String username) {
        return suspensions.restore(Username.require("username", username)).map(SuspensionResource::answer);
    }

    private static Answer answer(Suspension suspension) {
        return Answer.of(suspension.state().isUnfinished() ? 202 : 200, suspension);
    }
}
