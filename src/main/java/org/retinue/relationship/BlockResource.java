package org.retinue.relationship;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.BeanParam;
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
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.retinue.follow.Since;
import org.retinue.page.NextLink;
import org.retinue.page.PageParameters;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemBody;
import org.retinue.problem.ProblemCode;
import org.retinue.rest.Answer;
import org.retinue.rest.InTime;
import org.retinue.user.Username;

/** Blocks over REST. */
@Path("/v1/users/{username}/blocks")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Relationships")
@APIResponse(
        responseCode = "400",
        description = "Malformed; `field` says which value",
        content =
                @Content(mediaType = "application/problem+json", schema = @Schema(implementation = ProblemBody.class)))
@APIResponse(responseCode = "404", description = "No such user, which `user` names; or, of a check, no such block")
@InTime
public class BlockResource {

    private static final String BLOCKED = "bob";

    private final Blocks blocks;

    BlockResource(Blocks blocks) {
        this.blocks = blocks;
    }

    @GET
    @Operation(summary = "A page of whom a user blocks")
    @APIResponse(
            responseCode = "200",
            description = "The page; a Link header has the URL of the next one",
            content = @Content(schema = @Schema(implementation = UserPage.class)))
    public Uni<Answer> list(
            @RestPath @Parameter(example = "alice") String username,
            @BeanParam PageParameters page,
            @Context HttpServerRequest request) {
        return blocks.list(Username.require("username", username), page.request())
                .map(found -> NextLink.with(found, found.next(), request));
    }

    @GET
    @Path("{other}")
    @Operation(summary = "Whether a user blocks another")
    @APIResponse(
            responseCode = "200",
            description = "It does, since then",
            content = @Content(schema = @Schema(implementation = Since.class)))
    public Uni<Since> isBlocked(
            @RestPath @Parameter(example = "alice") String username,
            @RestPath @Parameter(example = BLOCKED) String other) {
        PathNames names = PathNames.of(username, other);
        return blocks.since(names.username(), names.other())
                .map(since -> since.map(Since::new).orElseThrow(() -> Problem.of(
                                ProblemCode.NOT_BLOCKED,
                                "'" + names.username() + "' does not block '" + names.other() + "'")
                        .with("user", names.other())));
    }

    @PUT
    @Path("{other}")
    @Operation(
            summary = "Block",
            description = "Idempotent. Ends the follows and requests between the two, both ways and for good. While "
                    + "the block stands, neither can follow the other.")
    @APIResponse(
            responseCode = "201",
            description = "Blocks now",
            content = @Content(schema = @Schema(implementation = Since.class)))
    @APIResponse(
            responseCode = "200",
            description = "Blocked before",
            content = @Content(schema = @Schema(implementation = Since.class)))
    @APIResponse(responseCode = "422", description = "Nobody can block themselves")
    public Uni<Answer> block(
            @RestPath @Parameter(example = "alice") String username,
            @RestPath @Parameter(example = BLOCKED) String other) {
        PathNames names = PathNames.of(username, other);
        return blocks.block(names.username(), names.other())
                .map(block -> Answer.of(block.created() ? 201 : 200, new Since(block.since())));
    }

    @DELETE
    @Path("{other}")
    @Operation(
            summary = "Unblock",
            description = "Idempotent. What the block ended does not come back, and a block the other way stays.")
    @APIResponse(responseCode = "204", description = "Does not block")
    public Uni<Void> unblock(
            @RestPath @Parameter(example = "alice") String username,
            @RestPath @Parameter(example = BLOCKED) String other) {
        PathNames names = PathNames.of(username, other);
        return blocks.unblock(names.username(), names.other());
    }
}
