package org.retinue.transfer;

import org.retinue.follow.Change;
import org.retinue.user.UserDirectory;

/** What a line of an import says. */
public sealed interface Entry {

    /**
     * A user that is to be there.
     *
     * @param line its number, from 1
     */
    record User(long line, UserDirectory.Entry user) implements Entry {}

    /**
     * A follow, or a request, that is to be there, with both its users.
     *
     * @param line its number, from 1
     */
    record Edge(long line, Change change) implements Entry {}

    /**
     * A line that can't be taken.
     *
     * @param line its number, from 1
     * @param reason why, for people
     */
    record Rejected(long line, String reason) implements Entry {}
}
