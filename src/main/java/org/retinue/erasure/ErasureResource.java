package org.retinue.erasure;

import static org.retinue.problem.ProblemCode.UNKNOWN_ERASURE;

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
import org.retinue.problem.ProblemResponses;
import org.retinue.rest.InTime;

/** Erasures over REST: how far one is. */
@Path(ErasureResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Operations")
@InTime
public class ErasureResource {

    /** Where receipts are. */
    public static final String PATH = "/v1/erasures";

    private static final Pattern ID = Pattern.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}");

    private final Erasures erasures;

    ErasureResource(Erasures erasures) {
        this.erasures = erasures;
    }

    @GET
    @Path("{id}")
    @Operation(
            operationId = "getErasure",
            summary = "Get the receipt of an erasure",
            description = "The receipt does not contain the username.")
    @APIResponse(
            responseCode = "200",
            description = "The receipt. `completed` means that nothing is left.",
            content = @Content(schema = @Schema(implementation = Erasure.class)))
    @ProblemResponses(UNKNOWN_ERASURE)
    public Uni<Erasure> find(
            @RestPath
                    @Parameter(description = "The id of the receipt.", example = "0b9c2f1e-6a55-4a0e-9d2b-3f6c1c0f7a11")
                    String id) {
        return erasures.find(requireId(id));
    }

    /**
     * The id of an erasure.
     *
     * @throws Problem {@code malformed}
     */
    public static UUID requireId(String id) {
        if (!ID.matcher(id).matches()) {
            throw Problem.malformed("id", "id must be a UUID such as 0b9c2f1e-6a55-4a0e-9d2b-3f6c1c0f7a11");
        }
        return UUID.fromString(id);
    }
}
