package org.retinue.audit;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What an audit found.
 *
 * @param drift how often a truth is broken, of all kinds together; 0 in a healthy graph
 * @param kinds how often each is: {@code followsWithoutFollower} and {@code followersWithoutFollow} (an edge that stands
 *     on one side only), {@code followingCounts} and {@code followersCounts} (users whose count is not the number of
 *     their edges), {@code usersWithoutCounts}, {@code countsWithoutUser}, {@code edgesWithoutUser} (an end of them is
 *     erased or never was), {@code blocksOnOneSide} (a block that the other's row does not tell of),
 *     {@code followsAcrossBlocks}, {@code followsOfSuspended} (that should have left all lists) and
 *     {@code followsNotRestored} (that should have come back)
 * @param repaired how many of these were repaired; 0 when that was not asked for
 * @param users how many users were audited
 * @param follows how many follows were
 * @param complete whether it came to the end of the graph
 * @param next the cursor to go on with; null when complete
 */
@Schema(name = "AuditReport", example = """
                {"drift": 0, "kinds": {"followsWithoutFollower": 0, "followersWithoutFollow": 0, "followingCounts": 0,
                 "followersCounts": 0, "usersWithoutCounts": 0, "countsWithoutUser": 0, "edgesWithoutUser": 0,
                 "blocksOnOneSide": 0, "followsAcrossBlocks": 0, "followsOfSuspended": 0, "followsNotRestored": 0},
                 "repaired": 0, "users": 75877, "follows": 405739, "complete": true, "next": null}""")
@RegisterForReflection
public record AuditReport(
        long drift,
        Map<String, Long> kinds,
        long repaired,
        long users,
        long follows,
        boolean complete,
        @Schema(nullable = true) String next) {}
