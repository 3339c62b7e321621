-- With RETINUE_DATABASE_DISTRIBUTED=citus, spreads the tables over a Citus cluster, with the rows they have. Flyway runs
-- it after the other migrations, and again whenever its text changes, of which that setting is a part. It does what is not
-- done yet: so a database can be made a cluster later, and a migration that adds a table adds a line here.
do $$
declare
    step record;
begin
    if '${distributed}' <> 'citus' then
        return;
    end if;
    if not exists (select from pg_extension where extname = 'citus') then
        raise exception 'RETINUE_DATABASE_DISTRIBUTED is citus, but this database has no Citus: create extension citus'
            ' on each of its nodes, or leave the variable out';
    end if;
    for step in
        -- what is small, or asked for from everywhere, is whole on every node: no column
        -- each side of the graph lives with its user
        select tables.name::regclass as name, tables.by_user
        from (values
            (1, 'users', null),
            (2, 'imports', null),
            (3, 'erasures', null),
            (4, 'erased_names', null),
            (5, 'erased_names_secret', null),
            (6, 'audits', null),
            (7, 'follow_counts', 'user_id'),
            (8, 'follows', 'follower_id'),
            (9, 'followers', 'followed_id')
        ) as tables (position, name, by_user)
        where tables.name::regclass not in (select logicalrelid from pg_dist_partition)
        order by tables.position
    loop
        if step.by_user is null then
            perform create_reference_table(step.name);
        elsif step.name = 'follow_counts'::regclass then
            perform create_distributed_table(step.name, step.by_user, colocate_with => 'none');
        else
            perform create_distributed_table(step.name, step.by_user, colocate_with => 'follow_counts');
        end if;
        -- the rows were copied: what is left of them on this node alone is read by nobody
        perform truncate_local_data_after_distributing_table(step.name);
    end loop;
end
$$;
