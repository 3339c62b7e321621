package org.retinue.relationship;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemBody;
import org.retinue.user.Username;

/** All that holds between users, over REST. */
@Path("/v1/users/{username}/relationships")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Relationships", description = "What holds between two users beside a follow: requests, blocks, mutes")
@APIResponse(
        responseCode = "400",
        description = "Malformed; `field` says which value",
        content =
                @Content(mediaType = "application/problem+json", schema = @Schema(implementation = ProblemBody.class)))
@APIResponse(responseCode = "404", description = "The user itself does not exist")
public class RelationshipResource {

    private final RelationshipLookup lookup;

    RelationshipResource(RelationshipLookup lookup) {
        this.lookup = lookup;
    }

    @GET
    @Operation(
            summary = "All that holds between a user and others",
            description = "Both ways, as the user sees it. Of up to 1,000 others; those who don't exist are listed.")
    @APIResponse(
            responseCode = "200",
            description = "What holds, in the order of `with`",
            content = @Content(schema = @Schema(implementation = Relationships.class)))
    public Uni<Relationships> get(
            @RestPath @Parameter(example = "alice") String username,
            @RestQuery
                    @Parameter(
                            description = "Usernames: separated by commas, or one per parameter",
                            example = "bob,carol")
                    List<String> with) {
        return of(username, Relationships.With.parse(with));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "The same of more others than a URL holds",
            description = "As GET, which a URL of more than 8 KiB can't be.")
    @APIResponse(
            responseCode = "200",
            description = "What holds, in the order of `with`",
            content = @Content(schema = @Schema(implementation = Relationships.class)))
    public Uni<Relationships> post(@RestPath @Parameter(example = "alice") String username, Relationships.With body) {
        if (body == null) {
            throw Problem.malformed("with", "The body has the usernames");
        }
        return of(username, body);
    }

    private Uni<Relationships> of(String username, Relationships.With with) {
        return lookup.of(Username.require("username", username), with.names());
    }
}
