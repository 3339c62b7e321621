package org.retinue.openapi;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.retinue.trace.RequestId;

/** Describes the headers that many responses have. A header of a single operation stands on its resource method. */
final class ResponseHeaders {

    static final String CHALLENGE = HttpHeaders.WWW_AUTHENTICATE;

    private static final String RATE_LIMIT = "RateLimit";
    private static final String RATE_LIMIT_POLICY = "RateLimit-Policy";

    private static final Map<String, String> TEXTS = Map.of(
            RequestId.HEADER,
            "The id of the request in the log of the service. Every error has it, and every response to a request that has it.",
            HttpHeaders.RETRY_AFTER,
            "The number of seconds after which the request can be repeated.",
            HttpHeaders.LINK,
            "The URL of the next page, with `rel=\"next\"`. Absent on the last page.",
            RATE_LIMIT,
            "The number of requests that are left, and the seconds until the limit is reset. Sent if the service has a rate limit.",
            RATE_LIMIT_POLICY,
            "The rate limit. Sent if the service has a rate limit.",
            CHALLENGE,
            "The reason why the token is missing or refused.");

    private static final Set<String> WITH_RETRY_AFTER = Set.of("429", "503", "504");

    private ResponseHeaders() {}

    static void define(OpenAPI document) {
        new TreeMap<>(TEXTS).forEach((name, text) -> document.getComponents()
                .addHeader(
                        name,
                        OASFactory.createHeader()
                                .description(text)
                                .schema(OASFactory.createSchema()
                                        .type(List.of(
                                                name.equals(HttpHeaders.RETRY_AFTER)
                                                        ? SchemaType.INTEGER
                                                        : SchemaType.STRING)))));
    }

    static void add(Operation operation) {
        operation.getResponses().getAPIResponses().forEach((status, response) -> {
            if (isPage(response)) {
                add(response, HttpHeaders.LINK);
            }
            if (WITH_RETRY_AFTER.contains(status)) {
                add(response, HttpHeaders.RETRY_AFTER);
            }
            if (!ErrorResponses.isError(status) || status.equals("429")) {
                add(response, RATE_LIMIT);
                add(response, RATE_LIMIT_POLICY);
            }
            add(response, RequestId.HEADER);
        });
    }

    static void add(APIResponse response, String header) {
        Map<String, Header> headers = new LinkedHashMap<>();
        if (response.getHeaders() != null) {
            headers.putAll(response.getHeaders());
        }
        headers.put(header, OASFactory.createHeader().ref(header));
        response.setHeaders(headers);
    }

    private static boolean isPage(APIResponse response) {
        MediaType json =
                response.getContent() == null ? null : response.getContent().getMediaType("application/json");
        return json != null
                && json.getSchema() != null
                && json.getSchema().getRef() != null
                && json.getSchema().getRef().endsWith("Page");
    }
}
