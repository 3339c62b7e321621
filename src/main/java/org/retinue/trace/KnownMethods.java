package org.retinue.trace;

import java.util.Set;

/** The request methods of HTTP. A client may send any other word as a method, so only these become tags and span names. */
public final class KnownMethods {

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

    private KnownMethods() {}

    /** Returns the method if HTTP defines it, or else the given constant. */
    public static String orElse(String method, String other) {
        return METHODS.contains(method) ? method : other;
    }
}
