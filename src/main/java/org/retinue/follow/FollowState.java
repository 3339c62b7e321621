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

    /** As the type follow_state has it; null is {@link #NONE}. */
    public static FollowState of(String label) {
        return label == null ? NONE : valueOf(label.toUpperCase(Locale.ROOT));
    }

    /** As the type follow_state has it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
