package org.retinue.follow;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;

/** What became of a follow or unfollow. Doing it twice and doing it to nothing are outcomes, not errors. */
@RegisterForReflection
public enum FollowOutcome {
    /** It follows now, and did not before. */
    FOLLOWED,
    /** It asks now, and did not before. */
    REQUESTED,
    /** It followed before. */
    ALREADY_FOLLOWING,
    /** It had asked before. */
    ALREADY_REQUESTED,
    /** It follows no longer. */
    UNFOLLOWED,
    /** It asks no longer. */
    WITHDRAWN,
    /** It did neither before. */
    NOT_FOLLOWING;

    /** What happened, by what the pair was and what it became. */
    static FollowOutcome of(FollowState before, FollowState after) {
        return switch (after) {
            case FOLLOWING -> before == FollowState.FOLLOWING ? ALREADY_FOLLOWING : FOLLOWED;
            case SUSPENDED -> ALREADY_FOLLOWING;
            case REQUESTED -> before == FollowState.REQUESTED ? ALREADY_REQUESTED : REQUESTED;
            case NONE ->
                switch (before) {
                    case FOLLOWING, SUSPENDED -> UNFOLLOWED;
                    case REQUESTED -> WITHDRAWN;
                    case NONE -> NOT_FOLLOWING;
                };
        };
    }

    /** As callers read it: {@code already-following}. */
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
