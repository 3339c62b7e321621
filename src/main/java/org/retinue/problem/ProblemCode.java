package org.retinue.problem;

import java.util.Locale;

/** Every way in which a request can fail: a code for programs, and the HTTP status it comes with. */
public enum ProblemCode {
    /** The request can't be read, or a value in it is not of its form; {@code field} says which. */
    MALFORMED(400, "The request is malformed"),
    /** {@code cursor} is not one that this list gave out. */
    BAD_CURSOR(400, "The cursor is not valid for this list"),
    /** The request has no bearer token, or one that is not to be taken; WWW-Authenticate says why. */
    NOT_AUTHENTICATED(401, "The caller is not authenticated"),
    /** One of the two, {@code follower} and {@code followed}, blocks the other. */
    BLOCKED(403, "One of the users blocks the other"),
    /** The token does not have the scope for this; {@code scope} says which. */
    INSUFFICIENT_SCOPE(403, "The token lacks a scope"),
    /** The caller may not do this, or see this of {@code user}. */
    FORBIDDEN(403, "The caller is not allowed to do this"),
    /** A suspended user neither follows nor is followed; {@code user} says which. */
    SUSPENDED(403, "The user is suspended"),
    /** {@code follower} can't follow {@code followed}: it follows as many as a user may ({@code RETINUE_MAX_FOLLOWING}). */
    TOO_MANY_FOLLOWING(403, "The user follows the maximum number of users"),
    /** No such route. */
    NOT_FOUND(404, "No such resource"),
    /** A user that the request names does not exist; {@code user} says which. */
    UNKNOWN_USER(404, "No such user"),
    /** The answer to a check: this follow does not exist. */
    NOT_FOLLOWING(404, "The follow does not exist"),
    /** The user has not asked to follow the other: there is nothing to accept. */
    NOT_REQUESTED(404, "The request does not exist"),
    /** The answer to a check: this block does not exist. */
    NOT_BLOCKED(404, "The block does not exist"),
    /** The answer to a check: this mute does not exist, or has ended. */
    NOT_MUTED(404, "The mute does not exist"),
    UNKNOWN_IMPORT(404, "No such import"),
    UNKNOWN_ERASURE(404, "No such erasure"),
    /** One user can't be reached from the other by follows, or not in so few. */
    NO_PATH(404, "No such path"),
    METHOD_NOT_ALLOWED(405, "The method is not allowed"),
    NOT_ACCEPTABLE(406, "The accepted media types are not available"),
    /** The request was so slow to arrive that it was not waited for any longer. */
    REQUEST_TIMEOUT(408, "The request took too long to arrive"),
    /** Another user has the name; {@code user} says which. */
    USERNAME_TAKEN(409, "The username is taken"),
    /** An erased user had the name, which is not given again; {@code user} says which. */
    USERNAME_ERASED(409, "The username belonged to an erased user"),
    IMPORT_RUNNING(409, "An import with this id is running"),
    /** The state of {@code user} is not the one that If-Match or If-None-Match requires. */
    PRECONDITION_FAILED(412, "A precondition of the request is not met"),
    TOO_LARGE(413, "The request is too large"),
    URI_TOO_LONG(414, "The URI is too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "The content type is not supported"),
    /** The request has an {@code Expect} other than {@code 100-continue}. */
    EXPECTATION_FAILED(417, "The expectation is not supported"),
    /** Nobody follows themselves; {@code user} says who tried. */
    SELF_FOLLOW(422, "A user cannot follow itself"),
    /** Nobody blocks themselves; {@code user} says who tried. */
    SELF_BLOCK(422, "A user cannot block itself"),
    /** Nobody mutes themselves; {@code user} says who tried. */
    SELF_MUTE(422, "A user cannot mute itself"),
    /** To answer would take longer, or look at more of the graph, than a request may. */
    TOO_EXPENSIVE(422, "The request is too expensive"),
    /** The caller sends more requests than one may; repeat it after {@code Retry-After} seconds. */
    RATE_LIMITED(429, "Too many requests"),
    HEADERS_TOO_LARGE(431, "The headers are too large"),
    INTERNAL(500, "Internal error"),
    /** The database can't be reached or asks to try again; repeat the request after {@code Retry-After} seconds. */
    UNAVAILABLE(503, "The service is temporarily unavailable"),
    /** So many requests wait that this one was not taken; repeat it after {@code Retry-After} seconds. */
    OVERLOADED(503, "The service is overloaded"),
    /** No answer in time; what was asked may have been done nevertheless. To follow and unfollow again is safe. */
    TIMED_OUT(504, "The request timed out");

    private final int status;
    private final String title;
    private final String code;
    private final String type;

    ProblemCode(int status, String title) {
        this.status = status;
        this.title = title;
        this.code = name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.type = "urn:retinue:problem:" + code;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** Whether the same request may succeed a little later. */
    public boolean isTemporary() {
        return this == UNAVAILABLE || this == OVERLOADED || this == TIMED_OUT;
    }

    /** What it means, the same for every occurrence. */
    public String title() {
        return title;
    }

    /** As it stands in {@code code}: {@code unknown-user}. */
    public String code() {
        return code;
    }

    /** The URI that names it. */
    public String type() {
        return type;
    }

    /** The code that stands for an HTTP status which the framework itself gave. */
    public static ProblemCode ofStatus(int status) {
        for (ProblemCode code : values()) {
            if (code.status == status) {
                return status == NOT_FOUND.status ? NOT_FOUND : code;
            }
        }
        return status >= 400 && status < 500 ? MALFORMED : INTERNAL;
    }
}
