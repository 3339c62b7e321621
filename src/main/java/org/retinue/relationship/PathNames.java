package org.retinue.relationship;

import org.retinue.user.Username;

/**
 * The two names in a path, of the form of a name.
 *
 * @param username whose
 * @param other of whom
 */
record Names(String username, String other) {

    static Names of(String username, String other) {
        return new Names(Username.require("username", username), Username.require("other", other));
    }
}
