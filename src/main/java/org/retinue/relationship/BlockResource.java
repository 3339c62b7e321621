package org.retinue.relationship;

import static org.retinue.problem.ProblemCode.NOT_BLOCKED;
import static org.retinue.problem.ProblemCode.SELF_BLOCK;
import static org.retinue.problem.ProblemCode.UNKNOWN_USER;

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
import org.retinue.problem.ProblemCode;
import org.retinue.problem.ProblemResponses;
import org.retinue.rest.Answer;
import org.retinue.rest.InTime;
import org.retinue.user.Username;

/** Blocks over REST. */
@Path("/v1/users/{username}/blocks")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Relationships")
@InTime
public class BlockResource {

    private static final String BLOCKED = "bob";

    private final Blocks blocks;

    BlockResource(Blocks blocks) {
        this.blocks = blocks;
    }

    @GET
    @Operation(operationId = "listBlocks", summary = "List the users that a user blocks")
    @APIResponse(
            responseCode = "200",
            description = "A page of blocked users.",
            content = @Content(schema = @Schema(implementation = UserPage.class)))
    @ProblemResponses(UNKNOWN_USER)
    public Uni<Answer> list(
            @RestPath @Parameter(description = "The blocking user.", example = "alice") String username,
            @BeanParam PageParameters page,
            @Context HttpServerRequest request) {
        return blocks.list(Username.require("username", username), page.request())
                .map(found -> NextLink.with(found, found.next(), request));
    }

    @GET
    @Path("{other}")
    @Operation(operationId = "checkBlock", summary = "Check whether a user blocks another")
    @APIResponse(
            responseCode = "200",
            description = "The block exists.",
            content = @Content(schema = @Schema(implementation = Since.class)))
    @ProblemResponses({UNKNOWN_USER, NOT_BLOCKED})
    public Uni<Since> isBlocked(
            @RestPath @Parameter(description = "The blocking user.", example = "alice") String username,
            @RestPath @Parameter(description = "The blocked user.", example = BLOCKED) String other) {
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
            operationId = "block",
            summary = "Block a user",
            description =
                    "Idempotent. Ends the follows and requests between the two users in both directions. While the "
                            + "block exists, neither can follow the other.")
    @APIResponse(
            responseCode = "201",
            description = "The block is created.",
            content = @Content(schema = @Schema(implementation = Since.class)))
    @APIResponse(
            responseCode = "200",
            description = "The block already exists.",
            content = @Content(schema = @Schema(implementation = Since.class)))
    @ProblemResponses({UNKNOWN_USER, SELF_BLOCK})
    public Uni<Answer> block(
            @RestPath @Parameter(description = "The blocking user.", example = "alice") String username,
            @RestPath @Parameter(description = "The blocked user.", example = BLOCKED) String other) {
        PathNames names = PathNames.of(username, other);
        return blocks.block(names.username(), names.other())
                .map(block -> Answer.of(block.created() ? 201 : 200, new Since(block.since())));
    }

    @DELETE
    @Path("{other}")
    @Operation(
            operationId = "unblock",
            summary = "Unblock a user",
            description = "Idempotent. Follows that the block ended are not restored. A block in the other direction "
                    + "stays.")
    @APIResponse(responseCode = "204", description = "The block does not exist anymore.")
    @ProblemResponses(UNKNOWN_USER)
    public Uni<Void> unblock(
            @RestPath @Parameter(description = "The blocking user.", example = "alice") String username,
            @RestPath @Parameter(description = "The blocked user.", example = BLOCKED) String other) {
        PathNames names = PathNames.of(username, other);
        return blocks.unblock(names.username(), names.other());
    }
}
