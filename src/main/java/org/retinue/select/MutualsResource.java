package org.retinue.select;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
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
import org.retinue.page.CursorParameters;
import org.retinue.page.NextLink;
import org.retinue.problem.ProblemBody;
import org.retinue.rest.Answer;
import org.retinue.rest.InTime;
import org.retinue.user.Username;

/** Mutuals over REST. */
@Path("/v1/users/{username}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Sets")
@APIResponse(
        responseCode = "400",
        description = "Malformed; `field` says which value",
        content =
                @Content(mediaType = "application/problem+json", schema = @Schema(implementation = ProblemBody.class)))
@APIResponse(responseCode = "404", description = "No such user, which `user` names")
@APIResponse(responseCode = "422", description = "The answer takes too long")
@InTime
public class MutualsResource {

    private final Selector selector;

    MutualsResource(Selector selector) {
        this.selector = selector;
    }

    @GET
    @Path("mutuals")
    @Operation(
            summary = "A page of whom a user follows and is followed by",
            description =
                    "Newest first on the user's shorter side. Ends early, with a `next`, when 100,000 entries were "
                            + "looked at.")
    @APIResponse(
            responseCode = "200",
            description = "The page; a Link header has the URL of the next one",
            content = @Content(schema = @Schema(implementation = SelectPage.class)))
    public Uni<Answer> mutuals(
            @RestPath @Parameter(example = "alice") String username,
            @BeanParam CursorParameters page,
            @Context HttpServerRequest request) {
        return selector.mutuals(Username.require("username", username), page.limit(), page.cursor())
                .map(found -> NextLink.with(found, found.next(), request));
    }
}
