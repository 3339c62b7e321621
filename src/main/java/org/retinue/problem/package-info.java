/** What goes wrong: one list of error codes, and their way to callers as problem+json. */
package org.retinue.problem;
