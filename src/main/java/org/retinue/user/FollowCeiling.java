package org.retinue.user;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/**
 * How many users one user may follow: as many as it likes, unless {@code RETINUE_MAX_FOLLOWING} says otherwise. It holds
 * for every follow that is added, however it is; what is there already stays, and so does what comes back with a user
 * that is restored. Exact, since every statement that adds a follow writes the count that it is held to.
 */
@Singleton
public final class FollowCeiling {

    /** No ceiling. */
    public static final FollowCeiling NONE = new FollowCeiling(Long.MAX_VALUE);

    private final long most;

    @Inject
    FollowCeiling(@ConfigProperty(name = "retinue.max-following") Optional<Long> most) {
        this(most.orElse(Long.MAX_VALUE));
    }

    /** A ceiling of so many users. */
    public FollowCeiling(long most) {
        this.most = most;
    }

    /** Whether there is one. */
    public boolean isSet() {
        return most < Long.MAX_VALUE;
    }

    /** How many users one user may follow. */
    public long most() {
        return most;
    }

    /** Why the one may not follow the other: it follows as many as it may. */
    public Problem reached(String follower, String followed) {
        return Problem.ofPair(
                ProblemCode.TOO_MANY_FOLLOWING,
                "'" + follower + "' can't follow '" + followed + "': it follows " + most + ", and may not follow more",
                follower,
                followed);
    }
}
