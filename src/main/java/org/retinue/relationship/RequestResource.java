package org.retinue.relationship;

import io.quarkus.runtime.annotations.RegisterForReflection;
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
import org.retinue.problem.ProblemBody;
import org.retinue.rest.Answer;
import org.retinue.rest.InTime;
import org.retinue.user.Username;

/** Requests to follow a private user, over REST. */
@Path("/v1/users/{username}/requests")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Relationships")
@APIResponse(
        responseCode = "400",
        description = "Malformed; `field` says which value",
        content =
                @Content(mediaType = "application/problem+json", schema = @Schema(implementation = ProblemBody.class)))
@APIResponse(responseCode = "404", description = "No such user, which `user` names; or no such request")
@InTime
public class RequestResource {

    private static final String ASKS = "bob";

    private final Requests requests;

    RequestResource(Requests requests) {
        this.requests = requests;
    }

    /**
     * What became of all requests.
     *
     * @param accepted how many there were
     */
    @Schema(name = "AcceptedRequests", example = "{\"accepted\": 17}")
    @RegisterForReflection
    public record Accepted(long accepted) {}

    @GET
    @Operation(summary = "A page of who asks to follow a user")
    @APIResponse(
            responseCode = "200",
            description = "The page; a Link header has the URL of the next one",
            content = @Content(schema = @Schema(implementation = UserPage.class)))
    public Uni<Answer> list(
            @RestPath @Parameter(example = "alice") String username,
            @BeanParam PageParameters page,
            @Context HttpServerRequest request) {
        return requests.list(Username.require("username", username), page.request())
                .map(found -> NextLink.with(found, found.next(), request));
    }

    @PUT
    @Operation(
            summary = "Accept all requests",
            description = "Some thousand in a transaction: if it breaks off, those that were accepted stay so.")
    @APIResponse(
            responseCode = "200",
            description = "All that asked follow",
            content = @Content(schema = @Schema(implementation = Accepted.class)))
    public Uni<Accepted> acceptAll(@RestPath @Parameter(example = "alice") String username) {
        return requests.acceptAll(Username.require("username", username)).map(Accepted::new);
    }

    @GET
    @Path("{other}")
    @Operation(summary = "Whether another asks to follow a user")
    @APIResponse(
            responseCode = "200",
            description = "It does, since then",
            content = @Content(schema = @Schema(implementation = Since.class)))
    public Uni<Since> asks(
            @RestPath @Parameter(example = "alice") String username,
            @RestPath @Parameter(example = ASKS) String other) {
        PathNames names = PathNames.of(username, other);
        return requests.since(names.other(), names.username()).map(since -> since.map(Since::new)
                .orElseThrow(() -> Requests.notRequested(names.other(), names.username())));
    }

    @PUT
    @Path("{other}")
    @Operation(summary = "Accept a request", description = "Idempotent.")
    @APIResponse(
            responseCode = "200",
            description = "The other follows, since then",
            content = @Content(schema = @Schema(implementation = Since.class)))
    @APIResponse(responseCode = "403", description = "One of the two is suspended")
    public Uni<Since> accept(
            @RestPath @Parameter(example = "alice") String username,
            @RestPath @Parameter(example = ASKS) String other) {
        PathNames names = PathNames.of(username, other);
        return requests.accept(names.other(), names.username()).map(Since::new);
    }

    @DELETE
    @Path("{other}")
    @Operation(
            summary = "Reject a request",
            description = "Idempotent. Who asks withdraws with DELETE of `following`; a follower is removed with "
                    + "DELETE of `followers`.")
    @APIResponse(responseCode = "204", description = "The other does not ask")
    public Uni<Void> reject(
            @RestPath @Parameter(example = "alice") String username,
            @RestPath @Parameter(example = ASKS) String other) {
        PathNames names = PathNames.of(username, other);
        return requests.reject(names.other(), names.username());
    }
}
