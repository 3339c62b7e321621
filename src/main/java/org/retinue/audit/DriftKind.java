package org.retinue.audit;

/** The ways in which truths can be broken. */
enum DriftKind {
    FOLLOWS_WITHOUT_FOLLOWER("followsWithoutFollower"),
    FOLLOWERS_WITHOUT_FOLLOW("followersWithoutFollow"),
    FOLLOWING_COUNTS("followingCounts"),
    FOLLOWERS_COUNTS("followersCounts"),
    USERS_WITHOUT_COUNTS("usersWithoutCounts"),
    COUNTS_WITHOUT_USER("countsWithoutUser"),
    EDGES_WITHOUT_USER("edgesWithoutUser"),
    BLOCKS_ON_ONE_SIDE("blocksOnOneSide"),
    FOLLOWS_ACROSS_BLOCKS("followsAcrossBlocks"),
    FOLLOWS_OF_SUSPENDED("followsOfSuspended"),
    FOLLOWS_NOT_RESTORED("followsNotRestored");

    private final String code;

    DriftKind(String code) {
        this.code = code;
    }

    /** As statements, reports and metrics have it. */
    String code() {
        return code;
    }

    static DriftKind of(String code) {
        for (DriftKind kind : values()) {
            if (kind.code.equals(code)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(code);
    }
}
