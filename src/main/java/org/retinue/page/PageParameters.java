package org.retinue.page;

import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;
import org.retinue.problem.Problem;

/** The query parameters of every list that is ordered by time. */
public class PageParameters {

    @RestQuery
    @Parameter(
            description = "The maximum number of items on the page.",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "1000", defaultValue = "50"))
    String limit;

    @RestQuery
    @Parameter(description = "`next` of the previous page of the same list and order.")
    String cursor;

    @RestQuery
    @Parameter(
            description = "Whether the newest or the oldest items come first.",
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"newest", "oldest"},
                            defaultValue = "newest"))
    String order;

    @RestQuery
    @Parameter(
            description = "The earliest `since`, inclusive.",
            schema = @Schema(type = SchemaType.STRING, format = "date-time"))
    String from;

    @RestQuery
    @Parameter(
            description = "The latest `since`, exclusive.",
            schema = @Schema(type = SchemaType.STRING, format = "date-time"))
    String to;

    /**
     * What they ask for.
     *
     * @throws Problem {@code malformed}, with the field
     */
    public PageRequest request() {
        return PageRequest.parse(limit, order, from, to, cursor);
    }

    /**
     * What they ask of a list that has an order of its own.
     *
     * @throws Problem {@code malformed}, with the field; also for an order and bounds
     */
    public PageRequest requestWithoutOrder() {
        refuse("order", order);
        refuse("from", from);
        refuse("to", to);
        return request();
    }

    private static void refuse(String field, String value) {
        if (value != null) {
            throw Problem.malformed(field, "This list has a fixed order and does not support " + field);
        }
    }
}
