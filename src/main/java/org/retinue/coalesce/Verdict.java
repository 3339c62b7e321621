package org.retinue.coalesce;

/** What to do about a batch that failed. */
public enum Verdict {
    /**
     * Send it again: nothing of it was applied, and it may well succeed. If it fails so time and again, one of its calls
     * may be the reason after all.
     */
    RETRY,
    /** Send it again, too: it was not taken. None of its calls is the reason. */
    RESEND,
    /** Send its halves: one of its calls may be the reason, and shall fail alone. */
    SPLIT,
    /** Fail all of its calls: none of them is the reason. */
    FAIL
}
