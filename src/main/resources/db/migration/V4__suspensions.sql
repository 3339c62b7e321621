-- What may not be added to a user, beside its counts: a statement that adds a follow or request writes the counts of
-- both its users, and so sees here, however old its snapshot, that one of them no longer takes it.

alter table follow_counts
    -- false from the moment a user stops being private, until it is private again
    add column takes_requests boolean,
    -- how far a suspension has come; null when there is none
    add column suspension text check (suspension in ('suspending', 'suspended', 'restoring'));

-- The suspensions that somebody has to go on with.
create index follow_counts_suspensions on follow_counts (user_id) where suspension in ('suspending', 'restoring');

-- What is kept of others towards a user and is not in followers: to restore it with the user, or erase it.
create index follows_kept on follows (followed_id, follower_id) where state = 'suspended' or mutes_since is not null;
