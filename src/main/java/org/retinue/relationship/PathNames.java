package org.retinue.relationship;

import org.retinue.user.Username;

/**
 * The two names in a path, of the form of a name.
 *
 * @param username whose
 * @param other of whom
 */
record PathNames(String username, String other) {

    static PathNames of(String username, String other) {
        return new PathNames(Username.require("username", username), Username.require("other", other));
    }
}
