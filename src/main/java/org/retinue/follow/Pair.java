package org.retinue.follow;

/**
 * An ordered pair of users.
 *
 * @param follower the username of the user that follows
 * @param followed the username of the user that is followed
 */
public record Pair(String follower, String followed) {

    /** The other direction. */
    public Pair reversed() {
        return new Pair(followed, follower);
    }
}
