-- The past of the reference tables: each of them at any version, and what changed between two.
-- depends: 0011.regions

set local lock_timeout = '2s';

create table reference_shapes (
    version       bigint not null,
    table_name    text   not null,
    key_columns   text[],
    order_columns text[],
    constraint reference_shapes_pkey primary key (table_name, version),
    constraint reference_shapes_version_not_negative check (version >= 0),
    constraint reference_shapes_are_whole check ((key_columns is null) = (order_columns is null))
);

comment on table reference_shapes is 'Which reference tables there were, by which key and in which order, from a version on.';
comment on column reference_shapes.key_columns is 'The primary key, in its order; null from the version on that detached the table.';
comment on column reference_shapes.order_columns is 'The columns that the rows are read in the order of.';

insert into reference_shapes (version, table_name, key_columns, order_columns)
select 0, table_name, key_columns, order_columns from reference_catalogue;

create function reference_note_all(t regclass, removing boolean) returns void
language plpgsql set search_path = public, pg_temp as $$
begin
    execute format('insert into reference_journal (version, table_name, operation, key, row_image)
                    select c.version, $1, case when t.is_active and not $2 then ''upsert'' else ''removal'' end,
                           reference_key(to_jsonb(t.*), $3),
                           (to_jsonb(t.*) - ''live'') || case when $2 then ''{"is_active": false}'' else ''{}'' end::jsonb
                      from %s t cross join reference_counter c', t)
    using (select relname from pg_class where oid = t), removing, reference_key_columns(t);
end $$;

comment on function reference_note_all(regclass, boolean) is 'Journals every row of a table as it is now, or as removed.';

-- A new shape is a change of every row, so the journal gets them all: else the past could not be
-- rebuilt as it was, and clients that read only differences would never see a new column.
create or replace procedure reference_touch(t regclass)
language plpgsql set search_path = public, pg_temp as $$
declare
    name text := (select relname from pg_class where oid = t);
    occupied boolean;
begin
    perform from reference_counter for update;
    execute format('select exists (select from %s)', t) into occupied;
    if occupied or (select version from reference_counter) > 0 then
        perform reference_next_version(name);
        perform reference_note_all(t, false);
    end if;
    insert into reference_shapes as s (version, table_name, key_columns, order_columns)
    select c.version, name, reference_key_columns(t), reference_order(t) from reference_counter c
    on conflict on constraint reference_shapes_pkey
    do update set key_columns = excluded.key_columns, order_columns = excluded.order_columns;
end $$;

create or replace procedure reference_detach(t regclass)
language plpgsql set search_path = public, pg_temp as $$
begin
    call reference_touch(t);
    perform reference_note_all(t, true) from reference_counter where version > 0;
    update reference_shapes s set key_columns = null, order_columns = null
      from reference_counter c
     where s.version = c.version and s.table_name = (select relname from pg_class where oid = t);
    delete from reference_metadata where table_name = (select relname from pg_class where oid = t);
    delete from reference_aliases where table_name = (select relname from pg_class where oid = t);
end $$;

-- The newest entry that says anything of a key: one that put a row there, or a rename that took it away.
create function reference_image(wanted text, wanted_key jsonb, at bigint) returns jsonb
language sql stable set search_path = public, pg_temp
begin atomic
    select e.image
      from ((select id, row_image as image from reference_journal
              where table_name = wanted and key = wanted_key and version <= at order by id desc limit 1)
            union all
            (select id, null from reference_journal
              where table_name = wanted and old_key = wanted_key and version <= at order by id desc limit 1)) e
     order by e.id desc limit 1;
end;

comment on function reference_image(text, jsonb, bigint) is 'The row that had this key at a version, active or not; null when there was none.';

-- Hops from key to key through reference_journal_row, where "distinct" would read every entry.
create function reference_journal_keys(wanted text) returns setof jsonb
language sql stable set search_path = public, pg_temp
begin atomic
    with recursive hops (key) as (
        (select key from reference_journal where table_name = wanted order by key limit 1)
        union all
        select (select j.key from reference_journal j
                 where j.table_name = wanted and j.key > h.key order by j.key limit 1)
          from hops h where h.key is not null)
    select key from hops where key is not null;
end;

comment on function reference_journal_keys(text) is 'Every key that a row of this table ever had after a change.';

-- "offset 0" keeps the condition on the image above the list of keys: pushed below it, the planner
-- would look up an image for every entry of the journal.
create function reference_rows_at(wanted text, at bigint, order_columns text[]) returns jsonb
language plpgsql stable set search_path = public, pg_temp as $$
declare
    found_rows jsonb;
begin
    execute format('select jsonb_agg(image - array[''is_active'', ''source_type''] order by %s)
                      from (select reference_image($1, k.key, $2) as image from reference_journal_keys($1) k (key) offset 0) i
                     where (image -> ''is_active'')::boolean',
        (select string_agg(format('case jsonb_typeof(image -> %1$L) when ''string'' then image ->> %1$L end collate "C", nullif(image -> %1$L, ''null'')', c), ', ' order by o.position)
           from unnest(order_columns) with ordinality as o (c, position))) into found_rows using wanted, at;
    return coalesce(found_rows, '[]');
end $$;

comment on function reference_rows_at(text, bigint, text[]) is 'The rows of a table that were active at a version, as clients saw them, in the given order.';
