package org.retinue.security;

/** Whom a rule lets do something, of those whose token has its scope. Admins may always. */
enum Who {
    /** Everybody whose token has the scope. */
    EVERYBODY("everybody"),
    /** The user of the path. */
    SELF("`{username}`"),
    /** The user of the path; but not what its name is: who has another's name is taken for the other. */
    SELF_BUT_NOT_ITS_NAME("`{username}`; a new `username` is for admins alone"),
    /** The one that follows, or asks to. */
    OTHER("`{other}`"),
    /** A follow ends from either side. */
    EITHER("`{username}` or `{other}`"),
    /** Who sees the lists of the user: see {@link Sights}. */
    SEES("who sees the lists of `{username}`"),
    /** The same, where the answer is about another user as well. */
    SEES_UNLESS_BLOCKED("who sees the lists of `{username}`, and is `{username}` or not blocked by `{other}`"),
    /** The same, where the answer is made of the lists of another user as well. */
    SEES_KNOWN_TO("who sees the lists of `{username}`, and of `known-to`"),
    /** The caller sees the lists of both ends. The search reads no other lists than those that the caller sees. */
    SEES_PATH(
            "who sees the lists of `{username}` and `{other}`; the path leads only through users whose lists it sees"),
    /** The same, of every set of an expression. */
    SEES_SETS("who sees the lists of every user in `of`; for `blocks:` and `mutes:`, the user itself"),
    /** Each operation is one that its own route would let the caller do. */
    OWN_OPERATIONS("the `follower` of every operation; of an unfollow, `follower` or `followed`"),
    /** For who operates the service. */
    ADMINS("admins alone");

    private final String text;

    Who(String text) {
        this.text = text;
    }

    /** As docs/security.md has it. */
    @Override
    public String toString() {
        return text;
    }
}
