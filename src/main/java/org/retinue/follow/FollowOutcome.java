package org.retinue.follow;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;

/** The outcome of a follow or unfollow. Repeating a call is an outcome, not an error. */
@RegisterForReflection
public enum FollowOutcome {
    /** The follow was added. */
    FOLLOWED,
    /** A request was added, because the followed user is private. */
    REQUESTED,
    /** The follow already existed. */
    ALREADY_FOLLOWING,
    /** The request already existed. */
    ALREADY_REQUESTED,
    /** The follow was removed. */
    UNFOLLOWED,
    /** The request was removed. */
    WITHDRAWN,
    /** There was no follow and no request to remove. */
    NOT_FOLLOWING;

    /** Derives the outcome from the states before and after. */
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

    /** The value in JSON: {@code already-following}. */
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
