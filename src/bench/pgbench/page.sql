-- The newest 20 followers of one user, with names.
\set r random(0, 1000000000)
\set user int(:users * pow(:r / 1000000000.0, 3) - 0.5)
select u.username, u.display_name, m.since
from followers m
join users u on u.id = m.follower_id
where m.followed_id = (select id from users where username = 'u' || :user)
order by m.since desc, m.follower_id desc
limit 20;
