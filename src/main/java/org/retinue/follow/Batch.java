package org.retinue.follow;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;
import org.retinue.rest.BoundedListDeserializer;
import org.retinue.user.User;
import org.retinue.user.Username;

/**
 * Follows and unfollows that are done together or not at all.
 *
 * @param operations up to {@value #MOST}, done as if one after the other
 */
@Schema(name = "Batch", example = """
                {"operations": [{"op": "follow", "follower": "alice", "followed": "bob"},
                                {"op": "unfollow", "follower": "bob", "followed": "alice"}]}""")
@RegisterForReflection
public record Batch(
        @JsonDeserialize(using = Operations.class) List<Operation> operations) {

    /** How many operations a batch has at most. */
    public static final int MOST = 10_000;

    /** What an operation does. */
    @Schema(name = "BatchAction")
    public enum Kind {
        @JsonProperty("follow")
        FOLLOW,
        @JsonProperty("unfollow")
        UNFOLLOW
    }

    /**
     * One follow or unfollow.
     *
     * @param op what to do
     * @param follower the name of the one that follows
     * @param followed the name of the one that is followed
     */
    @Schema(name = "BatchOperation")
    public record Operation(Kind op, String follower, String followed) {

        Pair pair() {
            return new Pair(follower, followed);
        }
    }

    /**
     * Requires the operations.
     *
     * @throws Problem {@code malformed}
     */
    public Batch {
        if (operations == null) {
            throw Problem.malformed("operations", "operations is a list");
        }
    }

    /** Reads the operations, and checks each as far as that needs no database. */
    static final class Operations extends BoundedListDeserializer<Operation> {

        Operations() {
            super(Operation.class, MOST);
        }

        @Override
        protected Problem tooLong() {
            return Problem.of(ProblemCode.TOO_LARGE, "A batch must not exceed " + MOST + " operations")
                    .with("field", "operations");
        }

        @Override
        protected void check(Operation operation, int index) {
            Batch.check(operation, index);
        }
    }

    private static void check(Operation operation, int index) {
        String path = "operations[" + index + "]";
        if (operation == null || operation.op() == null) {
            throw Problem.malformed(path + ".op", "op is follow or unfollow").with("operation", index);
        }
        try {
            Username.require(path + ".follower", operation.follower());
            Username.require(path + ".followed", operation.followed());
        } catch (Problem malformed) {
            throw malformed.with("operation", index);
        }
    }

    /**
     * Does all of it, or nothing.
     *
     * <p>Fails with {@code unknown-user}, {@code self-follow}, {@code blocked}, {@code suspended} or {@code too-many-following}, with the number of the operation.
     *
     * @return what became of each operation, in their order
     */
    Uni<List<FollowOutcome>> apply(FollowGraph graph) {
        FollowSession session = graph.session();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            User follower = session.user(operation.follower());
            User followed = session.user(operation.followed());
            try {
                switch (operation.op()) {
                    case FOLLOW -> follower.following().add(followed);
                    case UNFOLLOW -> follower.following().remove(followed);
                }
            } catch (Problem refused) {
                return Uni.createFrom().failure(refused.with("operation", i));
            }
        }
        return session.flush()
                .map(this::outcomes)
                .onFailure()
                .transform(failure -> failure instanceof Problem refused ? located(refused) : failure);
    }

    /** The session tells what each pair was and is; from there, what each operation on it did, one after the other. */
    private List<FollowOutcome> outcomes(List<Changed> changed) {
        Map<Pair, Changed> pairs = new HashMap<>();
        Map<Pair, FollowState> states = new HashMap<>();
        for (Changed pair : changed) {
            pairs.put(pair.pair(), pair);
            states.put(pair.pair(), pair.before());
        }
        List<FollowOutcome> outcomes = new ArrayList<>(operations.size());
        for (Operation operation : operations) {
            FollowState before = states.get(operation.pair());
            FollowState after =
                    operation.op() == Kind.FOLLOW ? followed(before, pairs.get(operation.pair())) : FollowState.NONE;
            states.put(operation.pair(), after);
            outcomes.add(FollowOutcome.of(before, after));
        }
        return outcomes;
    }

    /** What a pair is after a follow. An unfollow that a follow takes back leaves it as it was, private or not. */
    private static FollowState followed(FollowState before, Changed pair) {
        if (before == FollowState.FOLLOWING || pair.after() == FollowState.FOLLOWING) {
            return FollowState.FOLLOWING;
        }
        return pair.asksFirst() ? FollowState.REQUESTED : FollowState.FOLLOWING;
    }

    private Problem located(Problem refused) {
        for (int i = 0; i < operations.size(); i++) {
            if (isAbout(refused, operations.get(i))) {
                return refused.with("operation", i);
            }
        }
        return refused;
    }

    /** An unfollow is refused for nothing but that there is no such user. */
    private static boolean isAbout(Problem refused, Operation operation) {
        if (operation.op() == Kind.UNFOLLOW && refused.code() != ProblemCode.UNKNOWN_USER) {
            return false;
        }
        Map<String, Object> named = refused.members();
        boolean user = operation.follower().equals(named.get("user"))
                || operation.followed().equals(named.get("user"));
        boolean pair = operation.follower().equals(named.get("follower"))
                && operation.followed().equals(named.get("followed"));
        return user || pair;
    }
}
