-- One follow, of one celebrity or of anybody: names resolved, both sides and both counts changed, in one statement.
\set follower random(0, :users - 1)
\set r random(0, 1000000000)
\set followed case when :one = 1 then 0 else int(:users * pow(:r / 1000000000.0, 3) - 0.5) end
with pair as (
    select follower.id as follower_id, followed.id as followed_id
    from users follower, users followed
    where follower.username = 'u' || :follower and followed.username = 'u' || :followed
        and follower.id <> followed.id
), added as (
    insert into follows (follower_id, followed_id, since, state)
    select follower_id, followed_id, now(), 'following' from pair
    on conflict do nothing
    returning follower_id, followed_id, since
), mirrored as (
    insert into followers (followed_id, since, follower_id)
    select followed_id, since, follower_id from added
), counted as (
    update follow_counts c
    set following = c.following + (c.user_id = added.follower_id)::int,
        followers = c.followers + (c.user_id = added.followed_id)::int
    from added
    where c.user_id = any(array[added.follower_id, added.followed_id])
)
select since from added;
