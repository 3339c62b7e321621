package org.retinue.security;

import java.util.Locale;

/** What a token lets its bearer do. */
enum Scope {
    /** See what its user may see. */
    READ,
    /** Act for its user. */
    WRITE,
    /** Act for anybody, and operate the service. Holds the other two. */
    ADMIN;

    private final String text = "follows:" + name().toLowerCase(Locale.ROOT);

    /** As it stands in a token: {@code follows:read}. */
    @Override
    public String toString() {
        return text;
    }
}
