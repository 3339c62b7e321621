package org.retinue.page;

import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;

/** The query parameters of every list that has an order of its own. */
public class CursorParameters {

    @RestQuery
    @Parameter(
            description = "The maximum number of items on the page.",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "1000", defaultValue = "50"))
    String limit;

    @RestQuery
    @Parameter(description = "`next` of the previous page of the same list.")
    String cursor;

    /**
     * How many at most.
     *
     * @throws org.retinue.problem.Problem {@code malformed}
     */
    public int limit() {
        return PageRequest.limit(limit);
    }

    /** Where the last page ended; null for the first page. */
    public String cursor() {
        return cursor;
    }
}
