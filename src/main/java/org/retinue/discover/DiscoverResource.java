package org.retinue.discover;

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
import org.retinue.problem.ProblemBody;
import org.retinue.rest.Answer;
import org.retinue.rest.InTime;
import org.retinue.security.Access;
import org.retinue.user.Username;

/** Suggestions and paths over REST. */
@Path("/v1/users/{username}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Discovery", description = "Whom a user might follow, and how users are connected")
@APIResponse(
        responseCode = "400",
        description = "Malformed; `field` says which value",
        content =
                @Content(mediaType = "application/problem+json", schema = @Schema(implementation = ProblemBody.class)))
@APIResponse(responseCode = "404", description = "No such user, which `user` names; or no such path")
@APIResponse(responseCode = "422", description = "The answer is too expensive")
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
            summary = "A page of whom a user might follow, and why",
            description = "Who is followed by the most of those whom the user follows. Of these, the newest 500 are "
                    + "asked, without who follows more than 2,000, and as many as follow 50,000 together.")
    @APIResponse(
            responseCode = "200",
            description = "The page; a Link header has the URL of the next one",
            content = @Content(schema = @Schema(implementation = SuggestionPage.class)))
    public Uni<Answer> suggestions(
            @RestPath @Parameter(example = "alice") String username,
            @BeanParam CursorParameters page,
            @Context HttpServerRequest request) {
        return suggestions
                .page(Username.require("username", username), page.limit(), page.cursor())
                .map(found -> NextLink.with(found, found.next(), request));
    }

    @GET
    @Path("path/{other}")
    @Operation(
            summary = "A shortest path of follows from one user to another",
            description = "Of 6 follows at most: beyond that, 404 `no-path`. 422 `too-expensive` when more than 60,000 "
                    + "follows would have to be read to know.")
    @APIResponse(
            responseCode = "200",
            description = "The path: each follows the next",
            content = @Content(schema = @Schema(implementation = FollowPath.class)))
    public Uni<FollowPath> path(
            @RestPath @Parameter(example = "alice") String username,
            @RestPath @Parameter(example = "carol") String other,
            @Context RoutingContext request) {
        String from = Username.require("username", username);
        String to = Username.require("other", other);
        return access.viewer(request)
                .map(viewer -> paths.findVisibleTo(viewer, from, to))
                .orElseGet(() -> paths.find(from, to));
    }
}
