-- Which column of an import's input became what: {"follower": "Source", "followed": "Target"}. Null for NDJSON.
alter table imports add column columns jsonb;
