package org.retinue.audit;

import java.time.OffsetDateTime;

/**
 * Where a truth is broken, as a snapshot saw it.
 *
 * @param kind which truth
 * @param one the user, or the follower
 * @param other the followed; null if it is about a user alone
 * @param since of the row; null if it has none
 */
record Suspect(DriftKind kind, long one, Long other, OffsetDateTime since) {}
