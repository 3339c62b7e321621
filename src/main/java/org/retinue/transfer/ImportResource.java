package org.retinue.transfer;

import static org.retinue.problem.ProblemCode.IMPORT_RUNNING;
import static org.retinue.problem.ProblemCode.UNKNOWN_IMPORT;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.retinue.limit.MaxBody;
import org.retinue.problem.ContentCodings;
import org.retinue.problem.Expectation;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemResponses;
import org.retinue.rest.InTime;

/** Imports over REST. */
@Path("/v1/imports")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Transfer", description = "Import and export whole graphs.")
public class ImportResource {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._~-]{1,128}");

    private final Importer importer;

    ImportResource(Importer importer) {
        this.importer = importer;
    }

    @POST
    @MaxBody(MaxBody.STREAM)
    @Operation(
            operationId = "importGraph",
            summary = "Import a graph",
            description =
                    "An edge list of any length, read as it arrives. Each line has a follower and a followed user, "
                            + "separated by white space, a comma or a semicolon. CSV has a header and commas, tabs or "
                            + "semicolons between its columns: the follower and the followed, and optionally since, state, "
                            + "displayName and private. The names that Gephi, SNAP and SQL exports use are recognised, and "
                            + "the report says which column became which side. NDJSON has the format of an export. Input that "
                            + "is no edge list, or does not say which user follows the other, is refused as a whole. The "
                            + "format and gzip are recognised. Users are registered as they appear. Existing users and "
                            + "follows stay as they are, so an import can be repeated. A line that cannot be imported is "
                            + "rejected, and the others are imported. The response is sent when all lines are committed. "
                            + "Until then, `getImport` shows the progress of the import with the chosen `id`.")
    @RequestBody(
            required = true,
            content = {
                @Content(
                        mediaType = "text/plain",
                        schema = @Schema(type = SchemaType.STRING, format = "binary"),
                        examples = @ExampleObject(name = "text", value = "alice bob\nbob carol")),
                @Content(
                        mediaType = "text/csv",
                        schema = @Schema(type = SchemaType.STRING, format = "binary"),
                        examples = @ExampleObject(name = "csv", value = "follower,followed\nalice,bob\n")),
                @Content(
                        mediaType = "application/x-ndjson",
                        schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(mediaType = "application/gzip", schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(
                        mediaType = "application/octet-stream",
                        schema = @Schema(type = SchemaType.STRING, format = "binary"))
            })
    @APIResponse(
            responseCode = "200",
            headers =
                    @Header(
                            name = "Location",
                            description = "The URL of the report.",
                            schema = @Schema(type = SchemaType.STRING, format = "uri")),
            description = "All lines are committed. `Location` is the URL of the report.",
            content = @Content(schema = @Schema(implementation = ImportReport.class)))
    @APIResponse(responseCode = "503", description = "Too many imports are running.")
    @ProblemResponses(IMPORT_RUNNING)
    public Uni<Response> post(
            @RestQuery
                    @Parameter(
                            description = "The id of the import, chosen by the caller. Random if absent.",
                            schema = @Schema(type = SchemaType.STRING, pattern = "[A-Za-z0-9._~-]{1,128}"))
                    String id,
            @RestQuery
                    @Parameter(
                            description =
                                    "Which column of text or CSV has what. Either the columns in their order, each of them "
                                            + "follower, followed, since, state, displayName, private, or - for a column to "
                                            + "leave out: `followed,follower,-,since`. Or their names in the header: "
                                            + "`follower:user_a,followed:user_b`. If absent, the first line decides.")
                    String columns,
            @Context HttpServerRequest request,
            @Context RoutingContext context,
            @Context UriInfo uri) {
        String chosen = id == null ? UUID.randomUUID().toString() : requireId(id);
        ColumnChoice choice = ColumnChoice.parse(columns);
        GraphFormat format = GraphFormat.ofContentType(request.getHeader(HttpHeaders.CONTENT_TYPE));
        List<String> codings = ContentCodings.of(request);
        if (!codings.isEmpty() && !codings.equals(List.of("gzip"))) {
            request.response().putHeader(HttpHeaders.ACCEPT_ENCODING, "gzip").putHeader("Connection", "close");
            throw ContentCodings.unsupported(request, "Send the body gzipped once, or without a content coding.");
        }
        // The importer subscribes when it has admitted the import, and only then is the body read.
        Multi<byte[]> body = io.vertx.mutiny.core.http.HttpServerRequest.newInstance(request)
                .toMulti()
                .onSubscription()
                .invoke(() -> Expectation.sendContinue(context))
                .map(buffer -> buffer.getBytes());
        return importer.run(chosen, format, choice, body)
                // The rest of the body is read and dropped: a client that still sends would not see the answer
                // otherwise.
                .onFailure()
                .invoke(request::resume)
                .map(report -> Response.ok(report)
                        .location(uri.getAbsolutePathBuilder().path(chosen).build())
                        .build());
    }

    @GET
    @InTime
    @Path("{id}")
    @Operation(operationId = "getImport", summary = "Get the report of an import")
    @APIResponse(
            responseCode = "200",
            description = "The current report of a running import, or the final report.",
            content = @Content(schema = @Schema(implementation = ImportReport.class)))
    @ProblemResponses(UNKNOWN_IMPORT)
    public Uni<ImportReport> get(
            @RestPath @Parameter(description = "The id of the import.", example = "epinions") String id) {
        return importer.find(requireId(id));
    }

    private static String requireId(String id) {
        if (!ID.matcher(id).matches()) {
            throw Problem.malformed("id", "id is 1 to 128 of A-Z a-z 0-9 . _ ~ -");
        }
        return id;
    }
}
