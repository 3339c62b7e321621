package org.retinue.transfer;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemBody;
import org.retinue.problem.ProblemCode;
import org.retinue.rest.InTime;

/** Imports over REST. */
@Path("/v1/imports")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Transfer", description = "Whole graphs, in and out")
public class ImportResource {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._~-]{1,128}");

    private final Importer importer;

    ImportResource(Importer importer) {
        this.importer = importer;
    }

    @POST
    @Operation(summary = "Import a graph", description = """
                    An edge list of any length, taken in as it arrives: a follower and a followed a line, separated by
                    white space or a comma; CSV with a header (follower, followed, and as you like since, state,
                    displayName, private); or NDJSON, as an export has it. gzip is recognised. Users are registered as
                    they appear. What is there stays as it is, so that the same can be sent again. A line that can't be
                    taken is rejected alone. Answers when all of it is committed; meanwhile, GET of the `id` you chose
                    tells how far it is.""")
    @RequestBody(
            content = {
                @Content(
                        mediaType = "text/plain",
                        examples = @ExampleObject(name = "text", value = "alice bob\nbob carol")),
                @Content(
                        mediaType = "text/csv",
                        examples = @ExampleObject(name = "csv", value = "follower,followed\nalice,bob\n")),
                @Content(
                        mediaType = "application/x-ndjson",
                        examples =
                                @ExampleObject(
                                        name = "ndjson",
                                        value =
                                                "{\"username\":\"alice\"}\n{\"follower\":\"alice\",\"followed\":\"bob\"}"))
            })
    @APIResponse(
            responseCode = "200",
            description = "All of it is committed; Location is where the report stays",
            content = @Content(schema = @Schema(implementation = ImportReport.class)))
    @APIResponse(
            responseCode = "400",
            description = "The stream as a whole can't be read",
            content =
                    @Content(
                            mediaType = "application/problem+json",
                            schema = @Schema(implementation = ProblemBody.class)))
    @APIResponse(responseCode = "409", description = "An import of this id is still running")
    @APIResponse(responseCode = "415", description = "Not one of these formats")
    @APIResponse(
            responseCode = "503",
            description = "Too many imports are running; retry after Retry-After seconds",
            content =
                    @Content(
                            mediaType = "application/problem+json",
                            schema = @Schema(implementation = ProblemBody.class)))
    public Uni<Response> post(
            @RestQuery @Parameter(description = "What to know it by; made up if absent", example = "epinions")
                    String id,
            @Context HttpServerRequest request,
            @Context UriInfo uri) {
        String chosen = id == null ? UUID.randomUUID().toString() : requireId(id);
        GraphFormat format = GraphFormat.ofContentType(request.getHeader(HttpHeaders.CONTENT_TYPE));
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equals("gzip") && !encoding.equals("identity")) {
            throw Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding is gzip, or absent");
        }
        // The importer subscribes when it has admitted the import, and only then is the body read.
        Multi<byte[]> body = io.vertx.mutiny.core.http.HttpServerRequest.newInstance(request)
                .toMulti()
                .map(buffer -> buffer.getBytes());
        return importer.run(chosen, format, body)
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
    @Operation(summary = "How far an import has come")
    @APIResponse(
            responseCode = "200",
            description = "The report so far, or the final one",
            content = @Content(schema = @Schema(implementation = ImportReport.class)))
    @APIResponse(
            responseCode = "404",
            description = "No such import",
            content =
                    @Content(
                            mediaType = "application/problem+json",
                            schema = @Schema(implementation = ProblemBody.class)))
    public Uni<ImportReport> get(@RestPath @Parameter(example = "epinions") String id) {
        return importer.find(requireId(id));
    }

    private static String requireId(String id) {
        if (!ID.matcher(id).matches()) {
            throw Problem.malformed("id", "id is 1 to 128 of A-Z a-z 0-9 . _ ~ -");
        }
        return id;
    }
}
