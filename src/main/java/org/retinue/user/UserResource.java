package org.retinue.user;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.retinue.erasure.Erasure;
import org.retinue.erasure.ErasureResource;
import org.retinue.erasure.Erasures;
import org.retinue.page.NextLink;
import org.retinue.page.PageRequest;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemBody;
import org.retinue.rest.Answer;
import org.retinue.rest.InTime;
import org.retinue.security.Access;

/** Users over REST. */
@Path("/v1/users")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Users", description = "Who there is")
@APIResponse(
        responseCode = "400",
        description = "Malformed; `field` says which value",
        content =
                @Content(mediaType = "application/problem+json", schema = @Schema(implementation = ProblemBody.class)))
public class UserResource {

    private static final String MERGE_PATCH = "application/merge-patch+json";

    private final UserDirectory users;
    private final Erasures erasures;
    private final Access access;

    UserResource(UserDirectory users, Erasures erasures, Access access) {
        this.users = users;
        this.erasures = erasures;
        this.access = access;
    }

    @PUT
    @InTime
    @Path("{username}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Register or update a user",
            description = "Idempotent. The body is optional; of a user that is there, what it leaves out stays.")
    @APIResponse(
            responseCode = "201",
            description = "Registered",
            content = @Content(schema = @Schema(implementation = UserProfile.class)))
    @APIResponse(
            responseCode = "200",
            description = "Was there, and is as asked now",
            content = @Content(schema = @Schema(implementation = UserProfile.class)))
    @APIResponse(responseCode = "409", description = "The name was an erased user's")
    public Uni<Answer> put(
            @RestPath @Parameter(example = "alice") String username,
            @RequestBody(content = @Content(schema = @Schema(implementation = UserChange.class))) UserChange body) {
        Username.require("username", username);
        UserChange change = body == null ? UserChange.NONE : body;
        if (!change.username().orElse(username).equals(username)) {
            throw Problem.malformed("username", "PUT keeps the name that the path gives; PATCH changes it");
        }
        return users.put(username, change)
                .chain(created -> users.profile(username).map(profile -> Answer.of(created ? 201 : 200, profile)));
    }

    @GET
    @Path("{username}")
    @Operation(
            summary = "A user's profile, with both counts",
            description = "Sent with an ETag; answers 304 to an If-None-Match that still holds.")
    @APIResponse(
            responseCode = "200",
            description = "The profile",
            content = @Content(schema = @Schema(implementation = UserProfile.class)))
    @APIResponse(responseCode = "304", description = "As it was")
    @APIResponse(responseCode = "404", description = "No such user")
    public Uni<Answer> get(
            @RestPath @Parameter(example = "alice") String username,
            @RestHeader(HttpHeaders.IF_NONE_MATCH) @Parameter(description = "ETags that the caller has")
                    String ifNoneMatch) {
        return users.profile(Username.require("username", username)).map(profile -> {
            String tag = tag(profile);
            return (matches(ifNoneMatch, tag) ? Answer.of(304, null) : Answer.ok(profile)).with(HttpHeaders.ETAG, tag);
        });
    }

    @PATCH
    @InTime
    @Path("{username}")
    @Consumes({MediaType.APPLICATION_JSON, MERGE_PATCH})
    @Operation(
            summary = "Change a user",
            description =
                    "A JSON merge patch (RFC 7396) of `username`, `displayName` and `private`. Follows stay with a "
                            + "user that is renamed. A user that is private no longer accepts all pending requests.")
    @APIResponse(
            responseCode = "200",
            description = "Changed",
            content = @Content(schema = @Schema(implementation = UserProfile.class)))
    @APIResponse(responseCode = "404", description = "No such user")
    @APIResponse(responseCode = "409", description = "Another user has the name, or an erased one had it")
    public Uni<UserProfile> patch(
            @RestPath @Parameter(example = "alice") String username,
            UserChange change,
            @Context RoutingContext request) {
        Username.require("username", username);
        if (change == null) {
            throw Problem.malformed("body", "The body says what to change");
        }
        if (change.username().isPresent()) {
            access.requireAdmin(request);
        }
        return users.change(username, change).chain(users::profile);
    }

    @DELETE
    @InTime
    @Path("{username}")
    @Operation(
            summary = "Erase a user",
            description =
                    "It is gone at once, for every call. Its follows, requests, blocks and mutes, and their part in "
                            + "the counts of others, go within seconds or, if there are very many, minutes; the receipt tells "
                            + "when. Its name can't be registered again, unless RETINUE_ERASED_NAMES allows it. With an `id` of "
                            + "the caller's, the same can be sent again when no answer came: it is answered with that receipt.")
    @APIResponse(
            responseCode = "202",
            description = "Erased; Location is where the receipt stays",
            content = @Content(schema = @Schema(implementation = Erasure.class)))
    @APIResponse(responseCode = "404", description = "No such user")
    public Uni<Answer> erase(
            @RestPath @Parameter(example = "alice") String username,
            @RestQuery
                    @Parameter(
                            description =
                                    "A UUID in lower case by which the receipt is to be known; made up when absent",
                            example = "0b9c2f1e-6a55-4a0e-9d2b-3f6c1c0f7a11")
                    String id) {
        UUID chosen = id == null ? UUID.randomUUID() : ErasureResource.requireId(id);
        return erasures.erase(Username.require("username", username), chosen).map(erasure -> Answer.of(202, erasure)
                .with(HttpHeaders.LOCATION, ErasureResource.PATH + '/' + erasure.id()));
    }

    @GET
    @InTime
    @Operation(summary = "A page of users, by name")
    @APIResponse(
            responseCode = "200",
            description = "The page; a Link header has the URL of the next one",
            content = @Content(schema = @Schema(implementation = NamePage.class)))
    public Uni<Answer> list(
            @RestQuery @Parameter(description = "What the names start with", example = "al") String prefix,
            @RestQuery
                    @Parameter(
                            description = "How many at most",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "1",
                                            maximum = "1000",
                                            defaultValue = "50"))
                    String limit,
            @RestQuery @Parameter(description = "`next` of the page before") String cursor,
            @Context HttpServerRequest request) {
        return users.list(Username.requirePrefix(prefix), PageRequest.limit(limit), cursor)
                .map(page -> NextLink.with(page, page.next(), request));
    }

    /** Changes whenever the profile does. */
    private static String tag(UserProfile profile) {
        long updated = ChronoUnit.MICROS.between(Instant.EPOCH, profile.updatedAt());
        return '"' + (profile.suspended() ? "s" : "") + updated + "-" + profile.followingCount() + "-"
                + profile.followersCount() + '"';
    }

    /** As RFC 9110 compares them (section 13.1.2): weakly, so that a cache between may have weakened the tag. */
    private static boolean matches(String ifNoneMatch, String tag) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String candidate : ifNoneMatch.split(",", -1)) {
            String stripped = candidate.strip();
            if (stripped.equals("*") || stripped.equals(tag) || stripped.equals("W/" + tag)) {
                return true;
            }
        }
        return false;
    }
}
