-- Bringing the content of an earlier version back, as a new one.
-- depends: 0013.reference_edits

create function reference_parents_first() returns setof text
language sql stable set search_path = public, pg_temp
begin atomic
    with recursive depths as (
        select m.table_name, 0 as depth from reference_metadata m
        union
        select m.table_name, d.depth + 1
          from depths d join reference_links l on l.parent = quote_ident(d.table_name)::regclass and l.table_name <> l.parent
          join reference_metadata m on l.table_name = quote_ident(m.table_name)::regclass
         where d.depth < (select count(*) from reference_metadata))
    select d.table_name from depths d group by d.table_name order by max(d.depth), d.table_name;
end;

comment on function reference_parents_first() is 'The reference tables, each after those that it refers to.';

-- The newest first. Where a new row has taken the old key meanwhile, the renamed one stays where it
-- is, and what it was called before that is looked for there.
create function reference_undo_renames(target bigint) returns void
language plpgsql set search_path = public, pg_temp as $$
declare
    displaced jsonb := '{}';
    place jsonb;
    step record;
begin
    for step in select j.table_name, j.key, j.old_key, j.table_name || j.key as spot, j.table_name || j.old_key as old_spot
                  from reference_journal j join reference_metadata using (table_name)
                 where j.version > target and j.operation = 'rename' order by j.id desc loop
        place := coalesce(displaced -> step.spot, step.key);
        displaced := displaced - step.spot;
        begin
            perform reference_rename(step.table_name, place, step.old_key);
        exception when integrity_constraint_violation then
            displaced := displaced || jsonb_build_object(step.old_spot, place);
        end;
    end loop;
end $$;

comment on function reference_undo_renames(bigint) is 'Gives rows the keys they had at a version, as far as those are free.';

-- Images of the version, laid over what is there: a column that is newer than they are keeps its value.
-- Rows that were not there are deactivated; rows are never deleted.
create function reference_restore(wanted text, target bigint) returns void
language plpgsql set search_path = public, pg_temp as $$
declare
    t regclass := reference_table(wanted);
    key_columns text[] := reference_key_columns(t);
    columns text[] := reference_columns(t) || 'source_type'::text;
    images text := format('(select k.key, reference_image(%1$L, k.key, %2$s) as image
                              from (select distinct key from reference_journal where table_name = %1$L and version > %2$s) k)', wanted, target);
begin
    execute format(
        'insert into %1$s as t (%2$s)
         select %3$s from %4$s i
           left join (select reference_key(to_jsonb(r.*), $1) as key, to_jsonb(r.*) as image from %1$s r) p using (key),
                lateral jsonb_populate_record(%5$s, coalesce(p.image, ''{}'') || i.image) s
          where i.image is not null
             on conflict (%6$s) do update set %7$s
          where (to_jsonb(t.*) - ''live'') <> (to_jsonb(excluded.*) - ''live'')',
        t, (select string_agg(quote_ident(c), ', ') from unnest(columns) c), (select string_agg('s.' || quote_ident(c), ', ') from unnest(columns) c),
        images, reference_defaults(t), (select string_agg(quote_ident(c), ', ') from unnest(key_columns) c),
        (select string_agg(format('%1$I = excluded.%1$I', c), ', ') from unnest(columns) c))
    using key_columns;
    execute format('update %s t set is_active = false from %s i where i.key = reference_key(to_jsonb(t.*), $1) and i.image is null and t.is_active',
        t, images)
    using key_columns;
end $$;

comment on function reference_restore(text, bigint) is 'Gives a table the rows it had at a version; those it did not have become inactive.';

create function reference_roll_back(target bigint) returns void
language plpgsql set search_path = public, pg_temp as $$
declare
    name text;
begin
    perform from reference_counter for update;
    select m.table_name into name from reference_metadata m
     where (select s.key_columns from reference_shapes s where s.table_name = m.table_name and s.version <= target order by s.version desc limit 1)
           <> reference_key_columns(reference_table(m.table_name));
    if name is not null then
        raise exception '% had another key at version %', name, target
            using errcode = 'integrity_constraint_violation', constraint = name || '_key_is_the_same';
    end if;
    perform reference_undo_renames(target);
    for name in select reference_parents_first() loop
        perform reference_restore(name, target);
    end loop;
end $$;

comment on function reference_roll_back(bigint) is 'Brings the content of an earlier version back, as a new version.';
