package org.retinue.relationship;

import static org.retinue.problem.ProblemCode.UNKNOWN_USER;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.Explode;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.retinue.limit.MaxBody;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemResponses;
import org.retinue.user.Username;

/** All that holds between users, over REST. */
@Path("/v1/users/{username}/relationships")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Relationships", description = "Requests, blocks and mutes between two users.")
public class RelationshipResource {

    private final RelationshipLookup lookup;

    RelationshipResource(RelationshipLookup lookup) {
        this.lookup = lookup;
    }

    @GET
    @Operation(
            operationId = "getRelationships",
            summary = "Get the relationships between a user and others",
            description =
                    "Follows, requests, blocks and mutes in both directions, as the user sees them, for up to 1,000 "
                            + "others. Usernames that do not exist are listed in `unknown`.")
    @APIResponse(
            responseCode = "200",
            description = "The relationships, in the order of `with`.",
            content = @Content(schema = @Schema(implementation = Relationships.class)))
    @ProblemResponses(UNKNOWN_USER)
    public Uni<Relationships> get(
            @RestPath @Parameter(description = "The user whose view is returned.", example = "alice") String username,
            @RestQuery
                    @Parameter(
                            description = "1 to 1,000 usernames, separated by commas or one per parameter.",
                            required = true,
                            explode = Explode.FALSE,
                            example = "[\"bob\",\"carol\"]")
                    List<String> with) {
        return of(username, Relationships.With.parse(with));
    }

    @POST
    @MaxBody(256 * 1024)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "queryRelationships",
            summary = "Get the relationships between a user and many others",
            description = "The same as `getRelationships`, for more usernames than fit into a URL of 8 KiB.")
    @APIResponse(
            responseCode = "200",
            description = "The relationships, in the order of `with`.",
            content = @Content(schema = @Schema(implementation = Relationships.class)))
    @ProblemResponses(UNKNOWN_USER)
    public Uni<Relationships> post(
            @RestPath @Parameter(description = "The user whose view is returned.", example = "alice") String username,
            @RequestBody(
                            required = true,
                            content = @Content(schema = @Schema(implementation = Relationships.With.class)))
                    Relationships.With body) {
        if (body == null) {
            throw Problem.malformed("with", "The body has the usernames");
        }
        return of(username, body);
    }

    private Uni<Relationships> of(String username, Relationships.With with) {
        return lookup.of(Username.require("username", username), with.names());
    }
}
