package org.retinue.follow;

import static org.retinue.problem.ProblemCode.BLOCKED;
import static org.retinue.problem.ProblemCode.NOT_FOLLOWING;
import static org.retinue.problem.ProblemCode.SELF_FOLLOW;
import static org.retinue.problem.ProblemCode.SUSPENDED;
import static org.retinue.problem.ProblemCode.TOO_EXPENSIVE;
import static org.retinue.problem.ProblemCode.TOO_MANY_FOLLOWING;
import static org.retinue.problem.ProblemCode.UNKNOWN_USER;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
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
import org.jboss.resteasy.reactive.RestQuery;
import org.retinue.page.NextLink;
import org.retinue.page.PageParameters;
import org.retinue.page.PageRequest;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;
import org.retinue.problem.ProblemResponses;
import org.retinue.rest.Answer;
import org.retinue.security.Access;
import org.retinue.select.Selector;
import org.retinue.user.Username;

/** Follows over REST, from either side. */
@Path("/v1/users/{username}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Follows", description = "Follow and unfollow, check and list follows, from either side.")
public class FollowResource {

    private static final String OTHER = "bob";

    private final FollowGraph graph;
    private final Selector selector;
    private final Access access;

    FollowResource(FollowGraph graph, Selector selector, Access access) {
        this.graph = graph;
        this.selector = selector;
        this.access = access;
    }

    @PUT
    @Path("following/{other}")
    @Operation(
            operationId = "follow",
            summary = "Follow a user",
            description = "Idempotent. If the followed user is private, this creates a request.")
    @APIResponse(
            responseCode = "201",
            description = "The follow is created.",
            content = @Content(schema = @Schema(implementation = Relationship.class)))
    @APIResponse(
            responseCode = "200",
            description = "The follow already exists.",
            content = @Content(schema = @Schema(implementation = Relationship.class)))
    @APIResponse(
            responseCode = "202",
            description = "The request is pending. The followed user is private.",
            content = @Content(schema = @Schema(implementation = Relationship.class)))
    @ProblemResponses({UNKNOWN_USER, BLOCKED, SUSPENDED, TOO_MANY_FOLLOWING, SELF_FOLLOW})
    public Uni<Answer> follow(
            @RestPath @Parameter(description = "The follower.", example = "alice") String username,
            @RestPath @Parameter(description = "The user to follow.", example = OTHER) String other) {
        return graph.follow(pair(username, other))
                .map(changed -> answer(changed.outcome(), Relationship.ofFollower(changed)));
    }

    @DELETE
    @Path("following/{other}")
    @Operation(
            operationId = "unfollow",
            summary = "Unfollow a user",
            description = "Idempotent. Also withdraws a pending request.")
    @APIResponse(responseCode = "204", description = "Neither the follow nor a request exists anymore.")
    @ProblemResponses(UNKNOWN_USER)
    public Uni<Void> unfollow(
            @RestPath @Parameter(description = "The follower.", example = "alice") String username,
            @RestPath @Parameter(description = "The followed user.", example = OTHER) String other) {
        return graph.unfollow(pair(username, other)).replaceWithVoid();
    }

    @GET
    @Path("following/{other}")
    @Operation(operationId = "checkFollow", summary = "Check whether a user follows another")
    @APIResponse(
            responseCode = "200",
            description = "The follow exists.",
            content = @Content(schema = @Schema(implementation = Since.class)))
    @ProblemResponses({UNKNOWN_USER, NOT_FOLLOWING})
    public Uni<Answer> follows(
            @RestPath @Parameter(description = "The follower.", example = "alice") String username,
            @RestPath @Parameter(description = "The followed user.", example = OTHER) String other) {
        return check(pair(username, other));
    }

    @GET
    @Path("following")
    @Operation(operationId = "listFollowing", summary = "List the users that a user follows")
    @APIResponse(
            responseCode = "200",
            description = "A page of followed users.",
            content = @Content(schema = @Schema(implementation = FollowPage.class)))
    @ProblemResponses(UNKNOWN_USER)
    public Uni<Answer> following(
            @RestPath @Parameter(description = "The follower.", example = "alice") String username,
            @BeanParam PageParameters page,
            @Context HttpServerRequest request) {
        return graph.following(Username.require("username", username), page.request())
                .map(found -> NextLink.with(found, found.next(), request));
    }

    @PUT
    @Path("followers/{other}")
    @Operation(
            operationId = "addFollower",
            summary = "Add a follower",
            description = "Creates the same follow as `follow`: `other` follows `username`.")
    @APIResponse(
            responseCode = "201",
            description = "The follow is created.",
            content = @Content(schema = @Schema(implementation = Relationship.class)))
    @APIResponse(
            responseCode = "200",
            description = "The follow already exists.",
            content = @Content(schema = @Schema(implementation = Relationship.class)))
    @APIResponse(
            responseCode = "202",
            description = "The request is pending. The followed user is private.",
            content = @Content(schema = @Schema(implementation = Relationship.class)))
    @ProblemResponses({UNKNOWN_USER, BLOCKED, SUSPENDED, TOO_MANY_FOLLOWING, SELF_FOLLOW})
    public Uni<Answer> addFollower(
            @RestPath @Parameter(description = "The followed user.", example = "alice") String username,
            @RestPath @Parameter(description = "The follower to add.", example = OTHER) String other,
            @Context RoutingContext request) {
        // It is {other} who calls, and {username} who may mute it.
        boolean tellsMute = access.isOneOf(request, username);
        return graph.follow(pair(username, other).reversed()).map(changed -> {
            Relationship seen = Relationship.ofFollowed(changed);
            return answer(changed.outcome(), tellsMute ? seen : seen.withoutMute());
        });
    }

    @DELETE
    @Path("followers/{other}")
    @Operation(
            operationId = "removeFollower",
            summary = "Remove a follower",
            description = "Idempotent. Ends the same follow as `unfollow`: `other` no longer follows `username`.")
    @APIResponse(responseCode = "204", description = "Neither the follow nor a request exists anymore.")
    @ProblemResponses(UNKNOWN_USER)
    public Uni<Void> removeFollower(
            @RestPath @Parameter(description = "The followed user.", example = "alice") String username,
            @RestPath @Parameter(description = "The follower to remove.", example = OTHER) String other) {
        return graph.unfollow(pair(username, other).reversed()).replaceWithVoid();
    }

    @GET
    @Path("followers/{other}")
    @Operation(operationId = "checkFollower", summary = "Check whether a user is followed by another")
    @APIResponse(
            responseCode = "200",
            description = "The follow exists.",
            content = @Content(schema = @Schema(implementation = Since.class)))
    @ProblemResponses({UNKNOWN_USER, NOT_FOLLOWING})
    public Uni<Answer> isFollowed(
            @RestPath @Parameter(description = "The followed user.", example = "alice") String username,
            @RestPath @Parameter(description = "The follower.", example = OTHER) String other) {
        return check(pair(username, other).reversed());
    }

    @GET
    @Path("followers")
    @Operation(
            operationId = "listFollowers",
            summary = "List the followers of a user",
            description =
                    "With `known-to`, lists only the followers that this user follows. Such a page has no `since` "
                            + "and no `total`, is ordered newest first on the shorter side, and takes only `limit` and "
                            + "`cursor`.")
    @APIResponse(
            responseCode = "200",
            description = "A page of followers.",
            content = @Content(schema = @Schema(implementation = FollowPage.class)))
    @ProblemResponses({UNKNOWN_USER, TOO_EXPENSIVE})
    public Uni<Answer> followers(
            @RestPath @Parameter(description = "The followed user.", example = "alice") String username,
            @RestQuery("known-to") @Parameter(description = "Lists only the followers that this user follows.")
                    String knownTo,
            @BeanParam PageParameters page,
            @Context HttpServerRequest request) {
        if (knownTo != null) {
            return followersKnownTo(username, knownTo, page.requestWithoutOrder(), request);
        }
        return graph.followers(Username.require("username", username), page.request())
                .map(found -> NextLink.with(found, found.next(), request));
    }

    private Uni<Answer> followersKnownTo(String username, String knownTo, PageRequest page, HttpServerRequest request) {
        return selector.followersKnownTo(
                        Username.require("username", username),
                        Username.require("known-to", knownTo),
                        page.limit(),
                        page.cursor())
                .map(found -> NextLink.with(FollowPage.ofKnown(found.items(), found.next()), found.next(), request));
    }

    private Uni<Answer> check(Pair pair) {
        return graph.since(pair).map(since -> since.map(instant -> Answer.ok(new Since(instant)))
                .orElseGet(() -> notFollowing(pair)));
    }

    private static Answer notFollowing(Pair pair) {
        String detail = "'" + pair.follower() + "' does not follow '" + pair.followed() + "'";
        return Answer.of(Problem.ofPair(ProblemCode.NOT_FOLLOWING, detail, pair.follower(), pair.followed()));
    }

    private static Answer answer(FollowOutcome outcome, Relationship relationship) {
        int status =
                switch (outcome) {
                    case FOLLOWED -> 201;
                    case REQUESTED, ALREADY_REQUESTED -> 202;
                    case ALREADY_FOLLOWING, UNFOLLOWED, WITHDRAWN, NOT_FOLLOWING -> 200;
                };
        return Answer.of(status, relationship);
    }

    private static Pair pair(String username, String other) {
        return new Pair(Username.require("username", username), Username.require("other", other));
    }
}
