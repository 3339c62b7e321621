package org.retinue.problem;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A problem as RFC 9457 has it.
 *
 * @param type a URI that names the kind of problem
 * @param title what kind of problem it is
 * @param status the HTTP status
 * @param code the kind of problem, for programs
 * @param detail what went wrong this time
 * @param members what else there is to know: {@code field}, {@code user}, {@code operation}
 */
@Schema(name = "Problem", example = """
                {"type": "urn:retinue:problem:unknown-user", "title": "No such user", "status": 404,
                 "code": "unknown-user", "detail": "There is no user 'alice'", "user": "alice"}""")
@JsonPropertyOrder({"type", "title", "status", "code", "detail"})
@RegisterForReflection
public record ProblemBody(
        String type,
        String title,
        int status,
        String code,
        String detail,
        @JsonAnyGetter @Schema(hidden = true) Map<String, Object> members) {

    /** As it stands in Content-Type. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** What to send of a problem. */
    public static ProblemBody of(Problem problem) {
        ProblemCode code = problem.code();
        return new ProblemBody(
                "urn:retinue:problem:" + code.code(),
                code.title(),
                code.status(),
                code.code(),
                problem.getMessage(),
                problem.members());
    }
}
