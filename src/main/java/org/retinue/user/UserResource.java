package org.retinue.user;

import static org.retinue.problem.ProblemCode.PRECONDITION_FAILED;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
import org.retinue.rest.EntityTags;
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

    private static final String IF_MATCH =
            "ETags of the profile, as known to the caller. If none is current, the user does "
                    + "not change and the response is 412. The counts are not compared.";

    private static final Pattern TAG = Pattern.compile("(\\d{1,16})-\\d+-\\d+");

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
            headers =
                    @Header(
                            name = "ETag",
                            description = "The tag of the profile, for `If-Match` and `If-None-Match`.",
                            schema = @Schema(type = SchemaType.STRING)),
            description = "The user is registered.",
            content = @Content(schema = @Schema(implementation = UserProfile.class)))
    @APIResponse(
            responseCode = "200",
            headers =
                    @Header(
                            name = "ETag",
                            description = "The tag of the profile, for `If-Match` and `If-None-Match`.",
                            schema = @Schema(type = SchemaType.STRING)),
            description = "The user already exists and has the values of the body.",
            content = @Content(schema = @Schema(implementation = UserProfile.class)))
    @ProblemResponses({USERNAME_ERASED, PRECONDITION_FAILED})
    public Uni<Answer> put(
            @RestPath @Parameter(description = "The username.", example = "alice") String username,
            @RequestBody(required = false, content = @Content(schema = @Schema(implementation = UserChange.class)))
                    UserChange body,
            @RestHeader(HttpHeaders.IF_MATCH)
                    @Parameter(description = IF_MATCH, schema = @Schema(implementation = String.class))
                    List<String> ifMatch,
            @RestHeader(HttpHeaders.IF_NONE_MATCH)
                    @Parameter(
                            description = "`*` registers the user only if it does not exist: else 412.",
                            schema = @Schema(implementation = String.class))
                    List<String> ifNoneMatch) {
        Username.require("username", username);
        UserChange change = body == null ? UserChange.NONE : body;
        if (!change.username().orElse(username).equals(username)) {
            throw Problem.malformed("username", "username must equal the one in the path. Use PATCH to rename a user");
        }
        return write(
                        username,
                        change,
                        EntityTags.of(HttpHeaders.IF_MATCH, ifMatch),
                        EntityTags.of(HttpHeaders.IF_NONE_MATCH, ifNoneMatch))
                .chain(created -> profile(username, created ? 201 : 200));
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
                    @Parameter(
                            description = "ETags of the profiles that the caller already has.",
                            schema = @Schema(implementation = String.class))
                    List<String> ifNoneMatch) {
        Optional<EntityTags> known = EntityTags.of(HttpHeaders.IF_NONE_MATCH, ifNoneMatch);
        return users.profile(Username.require("username", username)).map(profile -> {
            String tag = tag(profile);
            boolean isKnown = known.isPresent() && known.get().matchesWeakly(tag);
            return withTag(isKnown ? Answer.of(304, null) : Answer.ok(profile), tag);
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
            headers =
                    @Header(
                            name = "ETag",
                            description = "The tag of the profile, for `If-Match` and `If-None-Match`.",
                            schema = @Schema(type = SchemaType.STRING)),
            description = "The updated profile.",
            content = @Content(schema = @Schema(implementation = UserProfile.class)))
    @ProblemResponses({UNKNOWN_USER, USERNAME_TAKEN, USERNAME_ERASED, PRECONDITION_FAILED})
    public Uni<Answer> patch(
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
            @RestHeader(HttpHeaders.IF_MATCH)
                    @Parameter(description = IF_MATCH, schema = @Schema(implementation = String.class))
                    List<String> ifMatch,
            @Context RoutingContext request) {
        Username.require("username", username);
        if (change == null) {
            throw Problem.malformed("body", "The body is missing: send the fields to change, as JSON");
        }
        if (change.username().isPresent()) {
            access.requireAdmin(request);
        }
        refuseIfNoneMatch(request.request());
        return users.change(username, change, versions(EntityTags.of(HttpHeaders.IF_MATCH, ifMatch)))
                .chain(name -> profile(name, 200));
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
    @ProblemResponses({UNKNOWN_USER, PRECONDITION_FAILED})
    public Uni<Answer> erase(
            @RestPath @Parameter(description = "The username.", example = "alice") String username,
            @RestQuery
                    @Parameter(
                            description = "The id of the receipt, chosen by the caller. Random if absent.",
                            schema = @Schema(type = SchemaType.STRING, format = "uuid"))
                    String id,
            @RestHeader(HttpHeaders.IF_MATCH)
                    @Parameter(description = IF_MATCH, schema = @Schema(implementation = String.class))
                    List<String> ifMatch,
            @Context HttpServerRequest request) {
        refuseIfNoneMatch(request);
        UUID chosen = id == null ? UUID.randomUUID() : ErasureResource.requireId(id);
        Optional<Set<Instant>> versions = versions(EntityTags.of(HttpHeaders.IF_MATCH, ifMatch));
        return erasures.erase(Username.require("username", username), chosen, versions)
                .map(erasure ->
                        Answer.of(202, erasure).with(HttpHeaders.LOCATION, ErasureResource.PATH + '/' + erasure.id()));
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

    private Uni<Boolean> write(
            String username, UserChange change, Optional<EntityTags> ifMatch, Optional<EntityTags> ifNoneMatch) {
        if (ifNoneMatch.isPresent()) {
            if (!ifNoneMatch.get().isAny()) {
                throw Problem.malformed(HttpHeaders.IF_NONE_MATCH, "If-None-Match of PUT must be *");
            }
            return ifMatch.isPresent()
                    ? Uni.createFrom().failure(Problem.changed(username))
                    : users.create(username, change).replaceWith(true);
        }
        if (ifMatch.isEmpty()) {
            return users.put(username, change);
        }
        return users.change(username, change, versions(ifMatch))
                .replaceWith(false)
                .onFailure(failure -> failure instanceof Problem problem && problem.code() == UNKNOWN_USER)
                .transform(missing -> Problem.changed(username));
    }

    private Uni<Answer> profile(String username, int status) {
        return users.profile(username).map(profile -> withTag(Answer.of(status, profile), tag(profile)));
    }

    private static Answer withTag(Answer answer, String tag) {
        return answer.with(HttpHeaders.ETAG, '"' + tag + '"');
    }

    /** Nothing would be checked. */
    private static void refuseIfNoneMatch(HttpServerRequest request) {
        if (request.headers().contains(HttpHeaders.IF_NONE_MATCH)) {
            throw Problem.malformed(
                    HttpHeaders.IF_NONE_MATCH, "If-None-Match is supported for GET and PUT. Use If-Match here");
        }
    }

    /** The version of a profile, and its counts. The tag changes whenever the profile or a count does. */
    private static String tag(UserProfile profile) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, profile.updatedAt()) + "-" + profile.followingCount() + "-"
                + profile.followersCount();
    }

    /**
     * The versions that If-Match names, without the counts: a user whose followers come and go could not be changed
     * otherwise. Nothing if any version will do.
     */
    private static Optional<Set<Instant>> versions(Optional<EntityTags> ifMatch) {
        return ifMatch.filter(tags -> !tags.isAny()).map(tags -> tags.strong().stream()
                .map(TAG::matcher)
                .filter(Matcher::matches)
                .map(tag -> Instant.EPOCH.plus(Long.parseLong(tag.group(1)), ChronoUnit.MICROS))
                .collect(Collectors.toSet()));
    }
}
