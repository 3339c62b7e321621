package org.retinue.problem;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A failure that its caller is told of, rendered as {@code application/problem+json} (RFC 9457) at the edge. Its causes,
 * SQL and stack stay inside.
 */
public final class Problem extends RuntimeException {

    private final transient ProblemCode code;
    private final transient Map<String, Object> members;

    private Problem(ProblemCode code, String detail, Map<String, Object> members) {
        // An answer, not a fault of the program: no stack trace to fill in.
        super(detail, null, false, false);
        this.code = code;
        this.members = Collections.unmodifiableMap(members);
    }

    /** A problem with no more to say than its detail, a sentence for people. */
    public static Problem of(ProblemCode code, String detail) {
        return new Problem(code, detail, Map.of());
    }

    /** A value in the request, of the given field or parameter, is not of its form. */
    public static Problem malformed(String field, String detail) {
        return of(ProblemCode.MALFORMED, detail).with("field", field);
    }

    /** The user of this name does not exist. */
    public static Problem unknownUser(String username) {
        return of(ProblemCode.UNKNOWN_USER, "User '" + username + "' does not exist")
                .with("user", username);
    }

    /** The profile of a user is not the one that If-Match names. */
    public static Problem changed(String username) {
        return of(
                        ProblemCode.PRECONDITION_FAILED,
                        "User '" + username
                                + "' has changed: none of the ETags in If-Match is current. Get the user again")
                .with("user", username);
    }

    /** Of a follower and whom it follows, or would. */
    public static Problem ofPair(ProblemCode code, String detail, String follower, String followed) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("follower", follower);
        members.put("followed", followed);
        return new Problem(code, detail, members);
    }

    /** The user of this name asked to follow itself. */
    public static Problem selfFollow(String username) {
        return of(ProblemCode.SELF_FOLLOW, "User '" + username + "' can't follow itself")
                .with("user", username);
    }

    /** The user of this name is suspended, and neither follows nor is followed meanwhile. */
    public static Problem suspended(String username) {
        return of(ProblemCode.SUSPENDED, "User '" + username + "' is suspended").with("user", username);
    }

    /** There was no answer in time. */
    public static Problem timedOut() {
        return of(
                ProblemCode.TIMED_OUT,
                "No response in time. The change may have been made. Repeating the request is safe");
    }

    /** The same problem with one more member, for programs. */
    public Problem with(String member, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(members);
        more.put(member, value);
        return new Problem(code, getMessage(), more);
    }

    /** What kind of problem it is. */
    public ProblemCode code() {
        return code;
    }

    /** What it has to say beyond type, title, status, code and detail. */
    public Map<String, Object> members() {
        return members;
    }
}
