-- One unfollow of a follow that is there. Each client walks through numbers of its own. int() rounds, and graph.sql takes
-- the floor.
\set step :step + 1
\set number :from + :step * :clients + :client_id
\set follower (:number * 2654435761) % :users
\set followed int(:users * pow(((:number * 40503) % 1000003) / 1000003.0, 3) - 0.5)
with pair as (
    select follower.id as follower_id, followed.id as followed_id
    from users follower, users followed
    where follower.username = 'u' || :follower and followed.username = 'u' || :followed
), removed as (
    delete from follows f
    using pair
    where f.follower_id = pair.follower_id and f.followed_id = pair.followed_id
    returning f.follower_id, f.followed_id, f.since
), unmirrored as (
    delete from followers m
    using removed
    where m.followed_id = removed.followed_id and m.since = removed.since and m.follower_id = removed.follower_id
), counted as (
    update follow_counts c
    set following = c.following - (c.user_id = removed.follower_id)::int,
        followers = c.followers - (c.user_id = removed.followed_id)::int
    from removed
    where c.user_id = any(array[removed.follower_id, removed.followed_id])
)
select since from removed;
