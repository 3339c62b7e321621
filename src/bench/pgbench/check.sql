-- Does one user follow another?
\set follower random(0, :users - 1)
\set r random(0, 1000000000)
\set followed int(:users * pow(:r / 1000000000.0, 3) - 0.5)
select f.since
from follows f
where f.follower_id = (select id from users where username = 'u' || :follower)
    and f.followed_id = (select id from users where username = 'u' || :followed)
    and f.state = 'following';
