package org.retinue.follow;

import java.util.concurrent.CompletionException;
import org.retinue.problem.Problem;

/** The result of one command of a batch. */
public sealed interface ChangeResult
        permits Changed, ChangeResult.Refused, ChangeResult.Overtaken, ChangeResult.Failed {

    /** The command was refused. Other commands of the batch are not affected. */
    record Refused(Problem problem) implements ChangeResult {}

    /** The pair changed after the statement's snapshot. Nothing was done; a retry sees the new state. */
    record Overtaken() implements ChangeResult {}

    /** The command was stale and its retry failed in the database. Other commands of the batch are not affected. */
    record Failed(Throwable failure) implements ChangeResult {}

    /** Returns the result, or throws the reason for which there is none. */
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
        throw new IllegalStateException("a stale command was not retried");
    }
}
