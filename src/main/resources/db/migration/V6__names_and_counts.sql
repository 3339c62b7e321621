-- Names and counts are what every follow reads and writes at random places. docs/decisions.md has the figures.

-- What a name stands for is in its index: the row need not be read.
alter table users drop constraint users_username_key;
create unique index users_username_key on users (username) include (id, private, suspended_at);

-- A count that is written again clears its page of the version before, and looks at every row of the page for that: so
-- there are fewer. It is for the rows that come; those that are there move as they are written.
alter table follow_counts set (fillfactor = 35);
