package org.retinue.security;

import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/**
 * Why a request is not let in, and the challenge that goes with it (RFC 6750, section 3).
 *
 * @param challenge for WWW-Authenticate; null for none
 */
record Refusal(Problem problem, String challenge) {

    private static final String BEARER = "Bearer realm=\"retinue\"";

    /** There is no token: which error it is, is not said (section 3.1). */
    static final Refusal NO_TOKEN = new Refusal(
            Problem.of(ProblemCode.NOT_AUTHENTICATED, "The request has no bearer token in Authorization"), BEARER);

    /** Nothing can be said of the token. */
    static final Refusal NO_KEYS = new Refusal(
            Problem.of(ProblemCode.UNAVAILABLE, "The issuer's keys can't be had at the moment; try again"), null);

    /**
     * The token is not to be taken.
     *
     * @param why without quotation marks, and without anything of the token
     */
    static Refusal invalidToken(String why) {
        return new Refusal(
                Problem.of(ProblemCode.NOT_AUTHENTICATED, why),
                BEARER + ", error=\"invalid_token\", error_description=\"" + why + '"');
    }

    /** The token is not meant for this. */
    static Refusal insufficientScope(Scope scope) {
        return new Refusal(
                Problem.of(ProblemCode.INSUFFICIENT_SCOPE, "The token does not have the scope " + scope)
                        .with("scope", scope.toString()),
                BEARER + ", error=\"insufficient_scope\", scope=\"" + scope + '"');
    }

    /** The token is good, and its user may not do this. */
    static Refusal of(Problem problem) {
        return new Refusal(problem, null);
    }
}
