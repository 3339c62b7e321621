-- All that one user has towards another is one row: the follow or request, the block, the mute. So what races collides
-- on the row's key, whatever its snapshot saw.

alter table follows
    -- null when the row is there for a block or a mute alone
    alter column state drop not null,
    alter column since drop not null,
    -- when the follower began to block the followed; null when it does not
    add column blocks_since timestamptz,
    -- when the followed began to block the follower: the other row's blocks_since, where a follow meets it
    add column blocked_by_since timestamptz,
    -- when the follower began to mute the followed, and when that ends; null when it does not, or has no end
    add column mutes_since timestamptz,
    add column mutes_until timestamptz,
    add constraint follows_state_since check ((state is null) = (since is null)),
    add constraint follows_not_across_blocks
        check (state is null or (blocks_since is null and blocked_by_since is null)),
    add constraint follows_mute check (mutes_until is null or mutes_since is not null),
    add constraint follows_not_empty
        check (num_nonnulls(state, blocks_since, blocked_by_since, mutes_since) > 0);

-- Whom a user blocks, and whom it mutes, in the order in which it began to.
create index follows_blocks on follows (follower_id, blocks_since, followed_id) where blocks_since is not null;
create index follows_mutes on follows (follower_id, mutes_since, followed_id) where mutes_since is not null;

-- Set from the moment a suspension is asked for until the user is restored.
alter table users add column suspended_at timestamptz;
