package org.retinue.follow;

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
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
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
import org.retinue.problem.ProblemBody;
import org.retinue.problem.ProblemCode;
import org.retinue.rest.Answer;
import org.retinue.security.Access;
import org.retinue.select.SelectPage;
import org.retinue.select.Selector;
import org.retinue.user.Username;

/** Follows over REST, from either side. */
@Path("/v1/users/{username}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Follows", description = "Who follows whom, from either side")
@APIResponse(
        responseCode = "400",
        description = "Malformed; `field` says which value",
        content =
                @Content(mediaType = "application/problem+json", schema = @Schema(implementation = ProblemBody.class)))
@APIResponse(responseCode = "404", description = "No such user, which `user` names; or, of a check, no such follow")
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
    @Operation(summary = "Follow", description = "Idempotent. To follow a private user is to ask.")
    @APIResponse(
            responseCode = "201",
            description = "Follows now",
            content = @Content(schema = @Schema(implementation = Relationship.class)))
    @APIResponse(
            responseCode = "200",
            description = "Followed before",
            content = @Content(schema = @Schema(implementation = Relationship.class)))
    @APIResponse(
            responseCode = "202",
            description = "Asks to follow, the other being private",
            content = @Content(schema = @Schema(implementation = Relationship.class)))
    @APIResponse(responseCode = "403", description = "One of the two blocks the other, or is suspended")
    @APIResponse(responseCode = "422", description = "Nobody can follow themselves")
    public Uni<Answer> follow(
            @RestPath @Parameter(example = "alice") String username,
            @RestPath @Parameter(example = OTHER) String other) {
        return graph.follow(pair(username, other))
                .map(changed -> answer(changed.outcome(), Relationship.ofFollower(changed)));
    }

    @DELETE
    @Path("following/{other}")
    @Operation(summary = "Unfollow", description = "Or withdraw the request. Idempotent.")
    @APIResponse(responseCode = "204", description = "Does not follow, and does not ask to")
    public Uni<Void> unfollow(
            @RestPath @Parameter(example = "alice") String username,
            @RestPath @Parameter(example = OTHER) String other) {
        return graph.unfollow(pair(username, other)).replaceWithVoid();
    }

    @GET
    @Path("following/{other}")
    @Operation(summary = "Whether one user follows another")
    @APIResponse(
            responseCode = "200",
            description = "It does, since then",
            content = @Content(schema = @Schema(implementation = Since.class)))
    public Uni<Answer> follows(
            @RestPath @Parameter(example = "alice") String username,
            @RestPath @Parameter(example = OTHER) String other) {
        return check(pair(username, other));
    }

    @GET
    @Path("following")
    @Operation(summary = "A page of whom a user follows")
    @APIResponse(
            responseCode = "200",
            description = "The page; a Link header has the URL of the next one",
            content = @Content(schema = @Schema(implementation = FollowPage.class)))
    public Uni<Answer> following(
            @RestPath @Parameter(example = "alice") String username,
            @BeanParam PageParameters page,
            @Context HttpServerRequest request) {
        return graph.following(Username.require("username", username), page.request())
                .map(found -> NextLink.with(found, found.next(), request));
    }

    @PUT
    @Path("followers/{other}")
    @Operation(
            summary = "Follow, from the other side",
            description = "The same as PUT of `following`: {other} follows.")
    @APIResponse(
            responseCode = "201",
            description = "Is followed now",
            content = @Content(schema = @Schema(implementation = Relationship.class)))
    @APIResponse(
            responseCode = "200",
            description = "Was followed before",
            content = @Content(schema = @Schema(implementation = Relationship.class)))
    @APIResponse(
            responseCode = "202",
            description = "Is asked, being private",
            content = @Content(schema = @Schema(implementation = Relationship.class)))
    @APIResponse(responseCode = "403", description = "One of the two blocks the other, or is suspended")
    @APIResponse(responseCode = "422", description = "Nobody can follow themselves")
    public Uni<Answer> addFollower(
            @RestPath @Parameter(example = "alice") String username,
            @RestPath @Parameter(example = OTHER) String other,
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
    @Operation(summary = "Remove a follower", description = "The same as DELETE of `following` from the other side.")
    @APIResponse(responseCode = "204", description = "Is not followed, nor asked")
    public Uni<Void> removeFollower(
            @RestPath @Parameter(example = "alice") String username,
            @RestPath @Parameter(example = OTHER) String other) {
        return graph.unfollow(pair(username, other).reversed()).replaceWithVoid();
    }

    @GET
    @Path("followers/{other}")
    @Operation(summary = "Whether a user is followed by another")
    @APIResponse(
            responseCode = "200",
            description = "It is, since then",
            content = @Content(schema = @Schema(implementation = Since.class)))
    public Uni<Answer> isFollowed(
            @RestPath @Parameter(example = "alice") String username,
            @RestPath @Parameter(example = OTHER) String other) {
        return check(pair(username, other).reversed());
    }

    @GET
    @Path("followers")
    @Operation(
            summary = "A page of who follows a user",
            description = "With `known-to`, of those alone whom that user follows: without `since` and `total`, newest "
                    + "first on the shorter of both sides, and with no parameters but `limit` and `cursor`.")
    @APIResponse(
            responseCode = "200",
            description = "The page; a Link header has the URL of the next one",
            content =
                    @Content(
                            schema = @Schema(oneOf = {FollowPage.class, SelectPage.class}),
                            examples = {
                                @ExampleObject(name = "all", value = """
                                        {"items": [{"username": "bob", "displayName": null,
                                                    "since": "2026-03-01T12:00:00.123456Z"}],
                                         "next": null, "total": 1}"""),
                                @ExampleObject(name = "known-to", value = """
                                        {"items": [{"username": "bob", "displayName": null}], "next": null}""")
                            }))
    @APIResponse(responseCode = "422", description = "With `known-to`, the answer takes too long")
    public Uni<Answer> followers(
            @RestPath @Parameter(example = "alice") String username,
            @RestQuery("known-to") @Parameter(description = "Who has to follow them", example = OTHER) String knownTo,
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
                .map(found -> NextLink.with(found, found.next(), request));
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
