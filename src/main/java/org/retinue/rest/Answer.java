package org.retinue.rest;

import java.util.Map;
import java.util.TreeMap;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemBody;

/**
 * What a resource answers: a status, headers and a body. Written straight to the response, at a third of what the
 * framework's own Response costs, which is copied and searched a writer for each time (docs/benchmarks.md).
 *
 * @param status the HTTP status
 * @param headers beside the body's own
 * @param body to be written as JSON; null for none
 */
public record Answer(int status, Map<String, String> headers, Object body) {

    /** 200 with a body. */
    public static Answer ok(Object body) {
        return of(200, body);
    }

    /** Another status with a body. */
    public static Answer of(int status, Object body) {
        return new Answer(status, Map.of(), body);
    }

    /** The same as throwing the problem, for one that is an everyday answer. */
    public static Answer of(Problem problem) {
        return of(problem.code().status(), ProblemBody.of(problem));
    }

    /** The same with one more header. */
    public Answer with(String header, String value) {
        if (headers.isEmpty()) {
            return new Answer(status, Map.of(header, value), body);
        }
        Map<String, String> more = new TreeMap<>(headers);
        more.put(header, value);
        return new Answer(status, more, body);
    }
}
