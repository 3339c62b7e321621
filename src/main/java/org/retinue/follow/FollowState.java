package org.retinue.follow;

import java.util.Locale;

/** The state of an ordered pair of users. */
public enum FollowState {
    /** The first user neither follows the second nor asks to. */
    NONE,
    /** The first user asks to follow the second, which is private. */
    REQUESTED,
    /** The first user follows the second. */
    FOLLOWING,
    /** The first user followed the second when one of them was suspended. A restore brings the follow back. */
    SUSPENDED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** Reads a label of the type follow_state; null is {@link #NONE}. */
    public static FollowState of(String label) {
        if (label == null) {
            return NONE;
        }
        return switch (label) {
            case "requested" -> REQUESTED;
            case "following" -> FOLLOWING;
            case "suspended" -> SUSPENDED;
            default -> throw new IllegalArgumentException(label);
        };
    }

    /** The label of the type follow_state. */
    String label() {
        return label;
    }
}
