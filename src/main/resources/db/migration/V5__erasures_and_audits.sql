-- Erasing goes on in the background, in bounded steps; what is left of a user is in no table that anybody reads by name.

-- An erasure, and how far it has come. It says how much there was to remove, and nothing of whom.
create table erasures (
    -- what callers know it by: made up at random, so that who has it was given it
    id uuid primary key,
    -- of the user, whom no name leads to any more
    user_id bigint not null unique,
    -- what it removes next; null when all is gone
    phase text default 'following' check (phase in ('following', 'followers', 'requests', 'kept')),
    -- where in that it is: after the row of this key
    last_since timestamptz not null default '-infinity',
    last_id bigint not null default 0,
    -- how much is removed, of each kind
    following bigint not null default 0,
    followers bigint not null default 0,
    requests bigint not null default 0,
    blocks bigint not null default 0,
    mutes bigint not null default 0,
    -- which service goes on with it, and until when the others leave it to that one
    holder uuid not null,
    held_until timestamptz not null,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    check ((phase is null) = (finished_at is not null))
);

-- The erasures that somebody has to go on with.
create index erasures_running on erasures (held_until) where phase is not null;

-- The names that nobody can register again, as hashes: which name it is can be asked, and not read.
create table erased_names (hash bytea primary key);

-- What goes into these hashes besides the name, so that they are of no use elsewhere.
create table erased_names_secret (
    only_one boolean primary key default true check (only_one),
    secret bytea not null
);
insert into erased_names_secret (secret)
values (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));

-- The reasons for which imports rejected lines told names.
update imports set rejections = '[]';

-- The audit that goes on in the background: which service does it, until when the others leave it to that one, and how
-- far it is.
create table audits (
    only_one boolean primary key default true check (only_one),
    holder uuid,
    held_until timestamptz not null default '-infinity',
    -- where it goes on; null at the beginning of the graph
    place text,
    -- not before
    next_at timestamptz not null default '-infinity'
);
insert into audits default values;
