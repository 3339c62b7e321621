package org.retinue.relationship;

import static org.retinue.problem.ProblemCode.NOT_MUTED;
import static org.retinue.problem.ProblemCode.SELF_MUTE;
import static org.retinue.problem.ProblemCode.UNKNOWN_USER;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.retinue.limit.MaxBody;
import org.retinue.page.NextLink;
import org.retinue.page.PageParameters;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;
import org.retinue.problem.ProblemResponses;
import org.retinue.rest.Answer;
import org.retinue.rest.InTime;
import org.retinue.user.Username;

/** Mutes over REST. */
@Path("/v1/users/{username}/mutes")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Relationships")
@InTime
public class MuteResource {

    private static final String MUTED = "bob";

    private final Mutes mutes;

    MuteResource(Mutes mutes) {
        this.mutes = mutes;
    }

    @GET
    @Operation(
            operationId = "listMutes",
            summary = "List the users that a user mutes",
            description = "Mutes that have ended are not listed.")
    @APIResponse(
            responseCode = "200",
            description = "A page of muted users.",
            content = @Content(schema = @Schema(implementation = MutePage.class)))
    @ProblemResponses(UNKNOWN_USER)
    public Uni<Answer> list(
            @RestPath @Parameter(description = "The muting user.", example = "alice") String username,
            @BeanParam PageParameters page,
            @Context HttpServerRequest request) {
        return mutes.list(Username.require("username", username), page.request())
                .map(found -> NextLink.with(found, found.next(), request));
    }

    @GET
    @Path("{other}")
    @Operation(operationId = "checkMute", summary = "Check whether a user mutes another")
    @APIResponse(
            responseCode = "200",
            description = "The mute exists.",
            content = @Content(schema = @Schema(implementation = Mutes.Mute.class)))
    @ProblemResponses({UNKNOWN_USER, NOT_MUTED})
    public Uni<Mutes.Mute> isMuted(
            @RestPath @Parameter(description = "The muting user.", example = "alice") String username,
            @RestPath @Parameter(description = "The muted user.", example = MUTED) String other) {
        PathNames names = PathNames.of(username, other);
        return mutes.find(names.username(), names.other())
                .map(mute -> mute.orElseThrow(() -> Problem.of(
                                ProblemCode.NOT_MUTED,
                                "'" + names.username() + "' does not mute '" + names.other() + "'")
                        .with("user", names.other())));
    }

    @PUT
    @MaxBody(4 * 1024)
    @Path("{other}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "mute",
            summary = "Mute a user",
            description =
                    "Idempotent. The optional body sets when the mute ends. Another call keeps `since` and replaces "
                            + "`until`. Only the muting user can see a mute.")
    @APIResponse(
            responseCode = "200",
            description = "The mute.",
            content = @Content(schema = @Schema(implementation = Mutes.Mute.class)))
    @ProblemResponses({UNKNOWN_USER, SELF_MUTE})
    public Uni<Mutes.Mute> mute(
            @RestPath @Parameter(description = "The muting user.", example = "alice") String username,
            @RestPath @Parameter(description = "The muted user.", example = MUTED) String other,
            @RequestBody(required = false, content = @Content(schema = @Schema(implementation = Mutes.Until.class)))
                    Mutes.Until body) {
        PathNames names = PathNames.of(username, other);
        return mutes.mute(names.username(), names.other(), body == null ? Mutes.Until.FOR_EVER : body);
    }

    @DELETE
    @Path("{other}")
    @Operation(operationId = "unmute", summary = "Unmute a user", description = "Idempotent.")
    @APIResponse(responseCode = "204", description = "The mute does not exist anymore.")
    @ProblemResponses(UNKNOWN_USER)
    public Uni<Void> unmute(
            @RestPath @Parameter(description = "The muting user.", example = "alice") String username,
            @RestPath @Parameter(description = "The muted user.", example = MUTED) String other) {
        PathNames names = PathNames.of(username, other);
        return mutes.unmute(names.username(), names.other());
    }
}
