package org.retinue.problem;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.retinue.trace.RequestId;

/**
 * A problem as RFC 9457 has it.
 *
 * @param type a URI that names the kind of problem
 * @param title what kind of problem it is
 * @param status the HTTP status
 * @param code the kind of problem, for programs
 * @param detail what went wrong this time
 * @param requestId by what the service's log knows the request; null for one of many problems in an answer
 * @param members what else there is to know: {@code field}, {@code user}, {@code operation}
 */
@Schema(name = "Problem", example = """
    {"type": "urn:retinue:problem:unknown-user", "title": "No such user", "status": 404,
     "code": "unknown-user", "detail": "There is no user 'alice'", "requestId": "9c1f2e5ab8d04e37", "user": "alice"}\
    """)
@JsonPropertyOrder({"type", "title", "status", "code", "detail", "requestId"})
@RegisterForReflection
public record ProblemBody(
        String type,
        String title,
        int status,
        String code,
        String detail,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Schema(nullable = true)
        String requestId,

        @JsonAnyGetter @Schema(hidden = true) Map<String, Object> members) {

    private static final int REPLACEMENT = 0xFFFD;

    /** As it stands in Content-Type. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** What to send of a problem with the request that the current Vert.x context is for. */
    public static ProblemBody of(Problem problem) {
        return of(problem, RequestId.current());
    }

    /** What to send of a problem with a request. */
    public static ProblemBody of(Problem problem, RoutingContext request) {
        return of(problem, RequestId.of(request));
    }

    /** What to send of a problem with a request that is known so. */
    public static ProblemBody of(Problem problem, String requestId) {
        ProblemCode code = problem.code();
        return new ProblemBody(
                code.type(),
                code.title(),
                code.status(),
                code.code(),
                encodable(problem.getMessage()),
                requestId,
                encodable(problem.members()));
    }

    private static Map<String, Object> encodable(Map<String, Object> members) {
        Map<String, Object> encodable = new LinkedHashMap<>();
        members.forEach((name, value) -> encodable.put(name, value instanceof String text ? encodable(text) : value));
        return encodable;
    }

    /** A problem can quote what the caller sent. UTF-8 holds no unpaired surrogate, which JSON can escape. */
    private static String encodable(String text) {
        return text.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE)
                ? text
                : text.codePoints()
                        .map(c -> Character.getType(c) == Character.SURROGATE ? REPLACEMENT : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }
}
