package org.retinue.follow;

import java.util.Locale;

/** What one user is to another: the state of an ordered pair. */
public enum FollowState {
    /** Nothing. */
    NONE,
    /** It has asked to follow; the other is private and has not answered. */
    REQUESTED,
    /** It follows. */
    FOLLOWING,
    /** It followed when one of the two was suspended, and will again. */
    SUSPENDED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** As the type follow_state has it; null is {@link #NONE}. */
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

    /** As the type follow_state has it. */
    String label() {
        return label;
    }
}
