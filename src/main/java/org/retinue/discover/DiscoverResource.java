package org.retinue.discover;

import static org.retinue.problem.ProblemCode.NO_PATH;
import static org.retinue.problem.ProblemCode.TOO_EXPENSIVE;
import static org.retinue.problem.ProblemCode.UNKNOWN_USER;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
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
import org.retinue.security.Access;
import org.retinue.user.Username;

/** Suggestions and paths over REST. */
@Path("/v1/users/{username}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Discovery", description = "Suggestions, and paths between users.")
@InTime
public class DiscoverResource {

    private final Suggestions suggestions;
    private final Paths paths;
    private final Access access;

    DiscoverResource(Suggestions suggestions, Paths paths, Access access) {
        this.suggestions = suggestions;
        this.paths = paths;
        this.access = access;
    }

    @GET
    @Path("suggestions")
    @Operation(
            operationId = "listSuggestions",
            summary = "List suggestions of users to follow",
            description =
                    "Ranked by the number of followed users that follow them. Counts the newest 500 followed users, "
                            + "without users who follow more than 2,000, up to 50,000 follows in total.")
    @APIResponse(
            responseCode = "200",
            description = "A page of suggestions.",
            content = @Content(schema = @Schema(implementation = SuggestionPage.class)))
    @ProblemResponses({UNKNOWN_USER, TOO_EXPENSIVE})
    public Uni<Answer> suggestions(
            @RestPath @Parameter(description = "The user to start from.", example = "alice") String username,
            @BeanParam CursorParameters page,
            @Context HttpServerRequest request) {
        return suggestions
                .page(Username.require("username", username), page.limit(), page.cursor())
                .map(found -> NextLink.with(found, found.next(), request));
    }

    @GET
    @Path("path/{other}")
    @Operation(
            operationId = "findPath",
            summary = "Find a shortest path of follows between two users",
            description =
                    "A path has at most 6 follows. The call fails with `too-expensive` if more than 60,000 follows "
                            + "would have to be read.")
    @APIResponse(
            responseCode = "200",
            description = "The path. Each user follows the next one.",
            content = @Content(schema = @Schema(implementation = FollowPath.class)))
    @ProblemResponses({UNKNOWN_USER, NO_PATH, TOO_EXPENSIVE})
    public Uni<FollowPath> path(
            @RestPath @Parameter(description = "The user to start from.", example = "alice") String username,
            @RestPath @Parameter(description = "The last user of the path.", example = "carol") String other,
            @Context RoutingContext request) {
        String from = Username.require("username", username);
        String to = Username.require("other", other);
        return access.viewer(request)
                .map(viewer -> paths.findVisibleTo(viewer, from, to))
                .orElseGet(() -> paths.find(from, to));
    }
}
