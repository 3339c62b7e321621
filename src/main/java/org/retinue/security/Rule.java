package org.retinue.security;

/**
 * Who may do what.
 *
 * @param method the HTTP method
 * @param path the route, as the API's own document has it
 * @param scope what the token has to hold
 * @param who which of those whose token holds it
 */
record Rule(String method, String path, Scope scope, Who who) {}
