package org.retinue.page;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

/** The Link header of a page (RFC 8288): where the next one is. */
public final class NextLink {

    private NextLink() {}

    /**
     * A response with the page, and with the whole URL of the page after it if there is one.
     *
     * @param next the cursor of the next page, or null
     * @param uri of the page at hand
     */
    public static Response with(Object page, String next, UriInfo uri) {
        Response.ResponseBuilder response = Response.ok(page);
        if (next != null) {
            response.link(
                    uri.getRequestUriBuilder().replaceQueryParam("cursor", next).build(), "next");
        }
        return response.build();
    }
}
