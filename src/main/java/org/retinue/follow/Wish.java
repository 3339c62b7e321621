package org.retinue.follow;

import java.util.Locale;

/** What a command does to a pair. */
public enum Wish {
    /** Follows, or requests to follow a private user. */
    FOLLOW,
    /** Removes the follow or the request. */
    UNFOLLOW,
    /** Follows without approval, even if the target is private. Used by imports. */
    FOLLOWING;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The value that {@link FollowSql#CHANGE} takes. */
    String label() {
        return label;
    }
}
