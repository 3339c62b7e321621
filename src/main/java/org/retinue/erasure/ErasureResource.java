package org.retinue.erasure;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemBody;
import org.retinue.rest.InTime;

/** Erasures over REST: how far one is. */
@Path(ErasureResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Operation")
@InTime
public class ErasureResource {

    /** Where receipts are. */
    public static final String PATH = "/v1/erasures";

    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Erasures erasures;

    ErasureResource(Erasures erasures) {
        this.erasures = erasures;
    }

    @GET
    @Path("{id}")
    @Operation(
            summary = "How far an erasure is",
            description = "The receipt that DELETE of a user gave. It says nothing of the user.")
    @APIResponse(
            responseCode = "200",
            description = "`running`, or `completed`: nothing is left",
            content = @Content(schema = @Schema(implementation = Erasure.class)))
    @APIResponse(
            responseCode = "400",
            description = "Malformed; `field` says which value",
            content =
                    @Content(
                            mediaType = "application/problem+json",
                            schema = @Schema(implementation = ProblemBody.class)))
    @APIResponse(
            responseCode = "404",
            description = "No such erasure",
            content =
                    @Content(
                            mediaType = "application/problem+json",
                            schema = @Schema(implementation = ProblemBody.class)))
    public Uni<Erasure> find(@RestPath @Parameter(example = "0b9c2f1e-6a55-4a0e-9d2b-3f6c1c0f7a11") String id) {
        return erasures.find(requireId(id));
    }

    /**
     * The id of an erasure.
     *
     * @throws Problem {@code malformed}
     */
    public static UUID requireId(String id) {
        if (!ID.matcher(id).matches()) {
            throw Problem.malformed("id", "id is a UUID in lower case, as the receipt has it");
        }
        return UUID.fromString(id);
    }
}
