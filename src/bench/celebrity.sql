-- One more user, whom everybody follows. Its id may be one that was erased in a run before.
truncate erasures, erased_names;

with celebrity as (
    insert into users (username) values ('celebrity') returning id
), edge as (
    insert into follows (follower_id, followed_id, since, state)
    select u.id, celebrity.id, timestamptz '2026-06-01' + u.id * interval '1 millisecond', 'following'
    from users u, celebrity
    where u.erased_at is null
    returning follower_id, followed_id, since
), mirror as (
    insert into followers (followed_id, since, follower_id)
    select followed_id, since, follower_id from edge order by followed_id, since, follower_id
)
insert into follow_counts (user_id, followers)
select id, (select count(*) from edge) from celebrity;
update follow_counts c set following = c.following + 1
from users u where u.id = c.user_id and u.username is distinct from 'celebrity';

vacuum analyze users, follows, followers, follow_counts;
checkpoint;
