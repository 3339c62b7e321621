package org.retinue.relationship;

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
import org.retinue.page.NextLink;
import org.retinue.page.PageParameters;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemBody;
import org.retinue.problem.ProblemCode;
import org.retinue.rest.Answer;
import org.retinue.rest.InTime;
import org.retinue.user.Username;

/** Mutes over REST. */
@Path("/v1/users/{username}/mutes")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Relationships")
@APIResponse(
        responseCode = "400",
        description = "Malformed; `field` says which value",
        content =
                @Content(mediaType = "application/problem+json", schema = @Schema(implementation = ProblemBody.class)))
@APIResponse(responseCode = "404", description = "No such user, which `user` names; or, of a check, no such mute")
@InTime
public class MuteResource {

    private static final String MUTED = "bob";

    private final Mutes mutes;

    MuteResource(Mutes mutes) {
        this.mutes = mutes;
    }

    @GET
    @Operation(summary = "A page of whom a user mutes", description = "Without mutes that have ended.")
    @APIResponse(
            responseCode = "200",
            description = "The page; a Link header has the URL of the next one",
            content = @Content(schema = @Schema(implementation = MutePage.class)))
    public Uni<Answer> list(
            @RestPath @Parameter(example = "alice") String username,
            @BeanParam PageParameters page,
            @Context HttpServerRequest request) {
        return mutes.list(Username.require("username", username), page.request())
                .map(found -> NextLink.with(found, found.next(), request));
    }

    @GET
    @Path("{other}")
    @Operation(summary = "Whether a user mutes another")
    @APIResponse(
            responseCode = "200",
            description = "It does, since then",
            content = @Content(schema = @Schema(implementation = Mutes.Mute.class)))
    public Uni<Mutes.Mute> isMuted(
            @RestPath @Parameter(example = "alice") String username,
            @RestPath @Parameter(example = MUTED) String other) {
        PathNames names = PathNames.of(username, other);
        return mutes.find(names.username(), names.other())
                .map(mute -> mute.orElseThrow(() -> Problem.of(
                                ProblemCode.NOT_MUTED,
                                "'" + names.username() + "' does not mute '" + names.other() + "'")
                        .with("user", names.other())));
    }

    @PUT
    @Path("{other}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Mute",
            description = "Idempotent. The body is optional, and gives the mute an end. To mute again keeps `since` "
                    + "and changes `until`. Nobody but the muter is told.")
    @APIResponse(
            responseCode = "200",
            description = "Mutes, since then and until then",
            content = @Content(schema = @Schema(implementation = Mutes.Mute.class)))
    @APIResponse(responseCode = "422", description = "Nobody can mute themselves")
    public Uni<Mutes.Mute> mute(
            @RestPath @Parameter(example = "alice") String username,
            @RestPath @Parameter(example = MUTED) String other,
            @RequestBody(content = @Content(schema = @Schema(implementation = Mutes.Until.class))) Mutes.Until body) {
        PathNames names = PathNames.of(username, other);
        return mutes.mute(names.username(), names.other(), body == null ? Mutes.Until.FOR_EVER : body);
    }

    @DELETE
    @Path("{other}")
    @Operation(summary = "Unmute", description = "Idempotent.")
    @APIResponse(responseCode = "204", description = "Does not mute")
    public Uni<Void> unmute(
            @RestPath @Parameter(example = "alice") String username,
            @RestPath @Parameter(example = MUTED) String other) {
        PathNames names = PathNames.of(username, other);
        return mutes.unmute(names.username(), names.other());
    }
}
