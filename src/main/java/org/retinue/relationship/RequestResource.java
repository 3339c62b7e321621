package org.retinue.relationship;

import static org.retinue.problem.ProblemCode.NOT_REQUESTED;
import static org.retinue.problem.ProblemCode.SUSPENDED;
import static org.retinue.problem.ProblemCode.TOO_MANY_FOLLOWING;
import static org.retinue.problem.ProblemCode.UNKNOWN_USER;

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
import org.retinue.problem.ProblemResponses;
import org.retinue.rest.Answer;
import org.retinue.rest.InTime;
import org.retinue.user.Username;

/** Requests to follow a private user, over REST. */
@Path("/v1/users/{username}/requests")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Relationships")
@InTime
public class RequestResource {

    private static final String ASKS = "bob";

    private final Requests requests;

    RequestResource(Requests requests) {
        this.requests = requests;
    }

    /**
     * The result of accepting all requests.
     *
     * @param accepted the number of accepted requests
     */
    @Schema(name = "AcceptedRequests", example = "{\"accepted\": 17}")
    @RegisterForReflection
    public record Accepted(long accepted) {}

    @GET
    @Operation(operationId = "listRequests", summary = "List the pending requests to follow a user")
    @APIResponse(
            responseCode = "200",
            description = "A page of the requesting users.",
            content = @Content(schema = @Schema(implementation = UserPage.class)))
    @ProblemResponses(UNKNOWN_USER)
    public Uni<Answer> list(
            @RestPath @Parameter(description = "The user that the requests are for.", example = "alice")
                    String username,
            @BeanParam PageParameters page,
            @Context HttpServerRequest request) {
        return requests.list(Username.require("username", username), page.request())
                .map(found -> NextLink.with(found, found.next(), request));
    }

    @PUT
    @Operation(
            operationId = "acceptAllRequests",
            summary = "Accept all pending requests",
            description = "Accepts some thousand requests per transaction. If the call fails, accepted requests stay "
                    + "accepted.")
    @APIResponse(
            responseCode = "200",
            description = "The number of accepted requests.",
            content = @Content(schema = @Schema(implementation = Accepted.class)))
    @ProblemResponses(UNKNOWN_USER)
    public Uni<Accepted> acceptAll(
            @RestPath @Parameter(description = "The user that the requests are for.", example = "alice")
                    String username) {
        return requests.acceptAll(Username.require("username", username)).map(Accepted::new);
    }

    @GET
    @Path("{other}")
    @Operation(operationId = "checkRequest", summary = "Check whether a user has asked to follow another")
    @APIResponse(
            responseCode = "200",
            description = "The request is pending.",
            content = @Content(schema = @Schema(implementation = Since.class)))
    @ProblemResponses({UNKNOWN_USER, NOT_REQUESTED})
    public Uni<Since> asks(
            @RestPath @Parameter(description = "The user that the requests are for.", example = "alice")
                    String username,
            @RestPath @Parameter(description = "The requesting user.", example = ASKS) String other) {
        PathNames names = PathNames.of(username, other);
        return requests.since(names.other(), names.username()).map(since -> since.map(Since::new)
                .orElseThrow(() -> Requests.notRequested(names.other(), names.username())));
    }

    @PUT
    @Path("{other}")
    @Operation(operationId = "acceptRequest", summary = "Accept a request", description = "Idempotent.")
    @APIResponse(
            responseCode = "200",
            description = "The requesting user follows.",
            content = @Content(schema = @Schema(implementation = Since.class)))
    @ProblemResponses({UNKNOWN_USER, NOT_REQUESTED, SUSPENDED, TOO_MANY_FOLLOWING})
    public Uni<Since> accept(
            @RestPath @Parameter(description = "The user that the requests are for.", example = "alice")
                    String username,
            @RestPath @Parameter(description = "The requesting user.", example = ASKS) String other) {
        PathNames names = PathNames.of(username, other);
        return requests.accept(names.other(), names.username()).map(Since::new);
    }

    @DELETE
    @Path("{other}")
    @Operation(
            operationId = "rejectRequest",
            summary = "Reject a request",
            description = "Idempotent. The requesting user withdraws a request with `unfollow`. To end a follow, use "
                    + "`removeFollower`.")
    @APIResponse(responseCode = "204", description = "The request does not exist anymore.")
    @ProblemResponses(UNKNOWN_USER)
    public Uni<Void> reject(
            @RestPath @Parameter(description = "The user that the requests are for.", example = "alice")
                    String username,
            @RestPath @Parameter(description = "The requesting user.", example = ASKS) String other) {
        PathNames names = PathNames.of(username, other);
        return requests.reject(names.other(), names.username());
    }
}
