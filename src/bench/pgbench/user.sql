-- One user with both counts.
\set r random(0, 1000000000)
\set user int(:users * pow(:r / 1000000000.0, 3) - 0.5)
select u.username, u.display_name, u.private, u.created_at, u.updated_at, c.following, c.followers
from users u
join follow_counts c on c.user_id = u.id
where u.username = 'u' || :user;
