package org.retinue.transfer;

import io.smallrye.mutiny.Multi;
import io.vertx.mutiny.core.buffer.Buffer;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestMulti;
import org.jboss.resteasy.reactive.RestQuery;
import org.retinue.problem.Problem;
import org.retinue.rest.Accept;
import org.retinue.rest.ContentNegotiation;

/** The export over REST. */
@Path("/v1/export")
@Tag(name = "Transfer")
public class ExportResource {

    private static final String NDJSON = "application/x-ndjson";
    private static final String CSV = "text/csv";

    private final Exporter exporter;

    ExportResource(Exporter exporter) {
        this.exporter = exporter;
    }

    @GET
    @Operation(
            operationId = "exportGraph",
            summary = "Export the graph",
            description =
                    "Streams users first, then follows and requests, all of one instant. The export can be imported "
                            + "again. The format is NDJSON unless `format` or `Accept` asks for CSV.")
    @APIResponse(
            responseCode = "200",
            description = "The graph.",
            content = {
                @Content(mediaType = NDJSON, schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(
                        mediaType = CSV,
                        schema = @Schema(type = SchemaType.STRING, format = "binary"),
                        examples = @ExampleObject(name = "csv", value = """
                                                follower,followed,since,state,displayName,private
                                                alice,,,,Alice A.,false
                                                bob,,,,,false
                                                alice,bob,2026-03-01T12:00:00Z,following,,
                                                """))
            })
    public Multi<Buffer> export(
            @RestQuery
                    @Parameter(
                            description = "The format. It takes precedence over `Accept`.",
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            enumeration = {"ndjson", "csv"}))
                    String format,
            @HeaderParam(HttpHeaders.ACCEPT) @Parameter(hidden = true) List<String> accept) {
        return switch (format == null ? accepted(Accept.of(accept)) : format) {
            case "ndjson" -> response(exporter.ndjson(), NDJSON);
            case "csv" -> response(exporter.csv(), CSV);
            default -> throw Problem.malformed("format", "format is ndjson or csv");
        };
    }

    /** The better one of both; NDJSON, which is JSON too, if the caller has no preference. */
    private static String accepted(Accept accept) {
        double csv = accept.quality(CSV, 0);
        double ndjson = accept.quality(NDJSON, 0);
        if (csv == 0 && ndjson == 0 && accept.json() == 0) {
            throw ContentNegotiation.notAcceptable(NDJSON + " or " + CSV);
        }
        return csv > ndjson ? "csv" : "ndjson";
    }

    private static Multi<Buffer> response(Multi<Buffer> lines, String contentType) {
        return RestMulti.fromMultiData(lines)
                .header(HttpHeaders.CONTENT_TYPE, contentType)
                .build();
    }
}
