package org.retinue.select;

import static org.retinue.problem.ProblemCode.TOO_EXPENSIVE;
import static org.retinue.problem.ProblemCode.UNKNOWN_USER;

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
import org.retinue.problem.ProblemResponses;
import org.retinue.rest.Answer;
import org.retinue.rest.InTime;
import org.retinue.user.Username;

/** Mutuals over REST. */
@Path("/v1/users/{username}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Sets")
@InTime
public class MutualsResource {

    private final Selector selector;

    MutualsResource(Selector selector) {
        this.selector = selector;
    }

    @GET
    @Path("mutuals")
    @Operation(
            operationId = "listMutuals",
            summary = "List the users that a user follows and is followed by",
            description =
                    "Newest first on the shorter side of the user. A page that has read 100,000 entries ends early "
                            + "and has a `next`.")
    @APIResponse(
            responseCode = "200",
            description = "A page of users.",
            content = @Content(schema = @Schema(implementation = SelectPage.class)))
    @ProblemResponses({UNKNOWN_USER, TOO_EXPENSIVE})
    public Uni<Answer> mutuals(
            @RestPath @Parameter(description = "The username.", example = "alice") String username,
            @BeanParam CursorParameters page,
            @Context HttpServerRequest request) {
        return selector.mutuals(Username.require("username", username), page.limit(), page.cursor())
                .map(found -> NextLink.with(found, found.next(), request));
    }
}
