package org.retinue.follow;

import java.util.Locale;

/** What a caller wants of a pair. */
public enum Wish {
    /** That it follows; whom is private is asked. */
    FOLLOW,
    /** That it neither follows nor asks to. */
    UNFOLLOW,
    /** To have it on record that it follows, private or not: for what an operator imports. */
    FOLLOWING;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** As {@link FollowSql#CHANGE} has it. */
    String label() {
        return label;
    }
}
