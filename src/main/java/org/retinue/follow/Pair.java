package org.retinue.follow;

/**
 * An ordered pair of users.
 *
 * @param follower the name of the one that follows
 * @param followed the name of the one that is followed
 */
public record Pair(String follower, String followed) {

    /** The other direction. */
    public Pair reversed() {
        return new Pair(followed, follower);
    }
}
