package org.retinue.follow;

import java.util.concurrent.CompletionException;
import org.retinue.problem.Problem;

/** What became of a change that was sent together with others: it was done, or it could not be. */
public sealed interface ChangeResult
        permits Changed, ChangeResult.Refused, ChangeResult.Overtaken, ChangeResult.Failed {

    /** It could not be done, for a reason of its own; the others were. */
    record Refused(Problem problem) implements ChangeResult {}

    /**
     * Another transaction changed the pair since the statement's snapshot: nothing was done, and only a new snapshot can
     * tell what is there now.
     */
    record Overtaken() implements ChangeResult {}

    /** It was overtaken, and when it was sent again, the database failed. The others were done. */
    record Failed(Throwable failure) implements ChangeResult {}

    /** The change that was done; throws why it could not be. */
    default Changed orThrow() {
        if (this instanceof Changed changed) {
            return changed;
        }
        if (this instanceof Refused refused) {
            throw refused.problem();
        }
        if (this instanceof Failed failed) {
            throw failed.failure() instanceof RuntimeException failure
                    ? failure
                    : new CompletionException(failed.failure());
        }
        throw new IllegalStateException("sent, and overtaken, but not sent again");
    }
}
