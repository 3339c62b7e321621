package org.retinue.page;

import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.HttpHeaders;
import org.retinue.rest.Answer;

/** The Link header of a page (RFC 8288): where the next one is. */
public final class NextLink {

    private static final String CURSOR = "cursor=";

    private NextLink() {}

    /**
     * An answer with the page, and with the whole URL of the page after it if there is one.
     *
     * @param next the cursor of the next page, or null
     * @param request for the page at hand
     */
    public static Answer with(Object page, String next, HttpServerRequest request) {
        Answer answer = Answer.ok(page);
        return next == null
                ? answer
                : answer.with(HttpHeaders.LINK, '<' + withCursor(request.absoluteURI(), next) + ">; rel=\"next\"");
    }

    /** The same URL with another cursor, which has no character that a URL would escape. */
    static String withCursor(String url, String cursor) {
        int query = url.indexOf('?');
        if (query < 0) {
            return url + '?' + CURSOR + cursor;
        }
        StringBuilder result = new StringBuilder(url.length() + cursor.length()).append(url, 0, query + 1);
        for (String parameter : url.substring(query + 1).split("&", -1)) {
            if (!parameter.isEmpty() && !parameter.startsWith(CURSOR)) {
                result.append(parameter).append('&');
            }
        }
        return result.append(CURSOR).append(cursor).toString();
    }
}
