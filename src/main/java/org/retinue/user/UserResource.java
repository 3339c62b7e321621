package org.retinue.user;

import static org.retinue.problem.ProblemCode.UNKNOWN_USER;
import static org.retinue.problem.ProblemCode.USERNAME_ERASED;
import static org.retinue.problem.ProblemCode.USERNAME_TAKEN;

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
import org.eclipse.microprofile.openapi.annotations.headers.Header;
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
import org.retinue.limit.MaxBody;
import org.retinue.page.NextLink;
import org.retinue.page.PageRequest;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemResponses;
import org.retinue.rest.Answer;
import org.retinue.rest.InTime;
import org.retinue.security.Access;

/** Users over REST. */
@Path("/v1/users")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Users", description = "Register, update, list and erase users.")
public class UserResource {

    private static final String MERGE_PATCH = "application/merge-patch+json";

    /** The longest names take 4 KiB, with every character escaped. */
    private static final int MAX_PROFILE = 16 * 1024;

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
    @MaxBody(MAX_PROFILE)
    @Path("{username}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "registerUser",
            summary = "Register or update a user",
            description = "Idempotent. The body is optional. Fields that it leaves out keep their values.")
    @APIResponse(
            responseCode = "201",
            description = "The user is registered.",
            content = @Content(schema = @Schema(implementation = UserProfile.class)))
    @APIResponse(
            responseCode = "200",
            description = "The user already exists and has the values of the body.",
            content = @Content(schema = @Schema(implementation = UserProfile.class)))
    @ProblemResponses(USERNAME_ERASED)
    public Uni<Answer> put(
            @RestPath @Parameter(description = "The username.", example = "alice") String username,
            @RequestBody(required = false, content = @Content(schema = @Schema(implementation = UserChange.class)))
                    UserChange body) {
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
    @Operation(operationId = "getUser", summary = "Get the profile of a user", description = "Includes both counts.")
    @APIResponse(
            responseCode = "200",
            headers =
                    @Header(
                            name = "ETag",
                            description = "The tag of the profile, for `If-None-Match`.",
                            schema = @Schema(type = SchemaType.STRING)),
            description = "The profile.",
            content = @Content(schema = @Schema(implementation = UserProfile.class)))
    @APIResponse(
            responseCode = "304",
            headers =
                    @Header(
                            name = "ETag",
                            description = "The tag of the profile, for `If-None-Match`.",
                            schema = @Schema(type = SchemaType.STRING)),
            description = "The profile has one of the given ETags.")
    @ProblemResponses(UNKNOWN_USER)
    public Uni<Answer> get(
            @RestPath @Parameter(description = "The username.", example = "alice") String username,
            @RestHeader(HttpHeaders.IF_NONE_MATCH)
                    @Parameter(description = "ETags of the profiles that the caller already has.")
                    String ifNoneMatch) {
        return users.profile(Username.require("username", username)).map(profile -> {
            String tag = tag(profile);
            return (matches(ifNoneMatch, tag) ? Answer.of(304, null) : Answer.ok(profile)).with(HttpHeaders.ETAG, tag);
        });
    }

    @PATCH
    @InTime
    @MaxBody(MAX_PROFILE)
    @Path("{username}")
    @Consumes({MediaType.APPLICATION_JSON, MERGE_PATCH})
    @Operation(
            operationId = "updateUser",
            summary = "Update a user",
            description =
                    "A JSON merge patch (RFC 7396) of `username`, `displayName` and `private`. A renamed user keeps "
                            + "its follows. If the user is no longer private, all pending requests are accepted.")
    @APIResponse(
            responseCode = "200",
            description = "The updated profile.",
            content = @Content(schema = @Schema(implementation = UserProfile.class)))
    @ProblemResponses({UNKNOWN_USER, USERNAME_TAKEN, USERNAME_ERASED})
    public Uni<UserProfile> patch(
            @RestPath @Parameter(description = "The username.", example = "alice") String username,
            @RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON,
                                        schema = @Schema(implementation = UserChange.class)),
                                @Content(mediaType = MERGE_PATCH, schema = @Schema(implementation = UserChange.class))
                            })
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
            operationId = "eraseUser",
            summary = "Erase a user",
            description =
                    "The user disappears from every response immediately. Its follows, requests, blocks and mutes "
                            + "are removed within seconds, or minutes for a very large user. The receipt shows the progress. "
                            + "The username cannot be registered again unless RETINUE_ERASED_NAMES allows it. With `id`, the "
                            + "call can be retried: it returns the same receipt.")
    @APIResponse(
            responseCode = "202",
            headers =
                    @Header(
                            name = "Location",
                            description = "The URL of the receipt.",
                            schema = @Schema(type = SchemaType.STRING, format = "uri-reference")),
            description = "The user is erased. `Location` is the URL of the receipt.",
            content = @Content(schema = @Schema(implementation = Erasure.class)))
    @ProblemResponses(UNKNOWN_USER)
    public Uni<Answer> erase(
            @RestPath @Parameter(description = "The username.", example = "alice") String username,
            @RestQuery
                    @Parameter(
                            description = "The id of the receipt, chosen by the caller. Random if absent.",
                            schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    String id) {
        UUID chosen = id == null ? UUID.randomUUID() : ErasureResource.requireId(id);
        return erasures.erase(Username.require("username", username), chosen).map(erasure -> Answer.of(202, erasure)
                .with(HttpHeaders.LOCATION, ErasureResource.PATH + '/' + erasure.id()));
    }

    @GET
    @InTime
    @Operation(
            operationId = "listUsers",
            summary = "List users by name",
            description = "The order is that of the characters in the usernames.")
    @APIResponse(
            responseCode = "200",
            description = "A page of users.",
            content = @Content(schema = @Schema(implementation = NamePage.class)))
    public Uni<Answer> list(
            @RestQuery @Parameter(description = "Lists only the usernames that start with this text.") String prefix,
            @RestQuery
                    @Parameter(
                            description = "The maximum number of users on the page.",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "1",
                                            maximum = "1000",
                                            defaultValue = "50"))
                    String limit,
            @RestQuery @Parameter(description = "`next` of the previous page.") String cursor,
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
