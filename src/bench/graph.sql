-- A graph of :users users and :edges follows. Followers are spread evenly; the followed are celebrity-heavy: the chance of
-- being followed falls with the cube root of the rank, so that the first 0.1 % of users have a tenth of all followers.
-- The edges numbered from :edges on, :spare of them, are there to be unfollowed: pair(i) is known to the load scripts too.
set synchronous_commit = off;
set work_mem = '256MB';
set maintenance_work_mem = '512MB';

-- All or nothing: the indexes are made anew when the rows are there, which takes a fraction of the time.
begin;
truncate users, follows, followers, follow_counts restart identity;

create temp table dropped on commit drop as
select 0 as position,
    format('alter table %s drop constraint %I', conrelid::regclass, conname) as remove,
    format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as restore
from pg_constraint
where contype in ('p', 'u')
    and conrelid in ('users'::regclass, 'follows'::regclass, 'followers'::regclass, 'follow_counts'::regclass)
union all
select 1, format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
from pg_index
where indrelid in ('users'::regclass, 'follows'::regclass, 'followers'::regclass, 'follow_counts'::regclass)
    and indexrelid not in (select conindid from pg_constraint where contype in ('p', 'u'));
select remove from dropped order by position \gexec

insert into users (id, username)
overriding system value
select i + 1, 'u' || i from generate_series(0, :users - 1) as i;
select setval(pg_get_serial_sequence('users', 'id'), :users);

create temp table pair on commit drop as
select distinct on (follower_id, followed_id) follower_id, followed_id, since
from (
    select 1 + (i * 2654435761) % :users as follower_id,
        1 + floor(:users * power(((i * 40503) % 1000003) / 1000003.0::float8, 3))::bigint as followed_id,
        timestamptz '2026-01-01' + i * interval '1 second' / 10 as since
    from generate_series(0::bigint, :edges + :spare - 1) as i
) as drawn
where follower_id <> followed_id;

insert into follows (follower_id, followed_id, since, state)
select follower_id, followed_id, since, 'following' from pair order by follower_id, followed_id;
insert into followers (followed_id, since, follower_id)
select followed_id, since, follower_id from pair order by followed_id, since, follower_id;
insert into follow_counts (user_id, following, followers)
select u.id, coalesce(f.edges, 0), coalesce(g.edges, 0)
from users u
left join (select follower_id, count(*) as edges from pair group by 1) as f on f.follower_id = u.id
left join (select followed_id, count(*) as edges from pair group by 1) as g on g.followed_id = u.id
order by u.id;

select restore from dropped order by position \gexec
commit;

vacuum analyze users, follows, followers, follow_counts;
checkpoint;
