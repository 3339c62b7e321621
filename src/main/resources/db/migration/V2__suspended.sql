-- A follow whose one end, or both, is suspended: it is kept, and is in no list and no count.
-- Alone in its migration: PostgreSQL lets a new value be used only when the transaction that adds it is done.
alter type follow_state add value 'suspended';
