-- How a table becomes a reference table: call reference_attach('name').
-- depends: 0002.reference_tracking

-- The order in which a table's rows are read is that of its index <table>_active, which must cover
-- the active rows only, ascend, and compare text by code point: the same order in every database.
create function reference_order(t regclass) returns text[]
language sql stable set search_path = public, pg_temp
begin atomic
    select array_agg(a.attname::text order by k.position)
      from pg_index i
      join pg_class c on c.oid = i.indexrelid
      cross join unnest(i.indkey::int2[], i.indcollation::oid[], i.indoption::int2[]) with ordinality
            as k (attnum, collation_oid, option, position)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
     where i.indrelid = t and c.relname = (select relname from pg_class where oid = t) || '_active'
       and pg_get_expr(i.indpred, i.indrelid) = 'is_active'
       and i.indexprs is null and k.position <= i.indnkeyatts
    having bool_and(k.collation_oid in (0, '"C"'::regcollation) and k.option = 0);
end;

comment on function reference_order(regclass) is 'The columns a reference table is ordered by, from its index <table>_active; null when that index is missing or not fit.';

create function reference_key_columns(t regclass) returns text[]
language sql stable set search_path = public, pg_temp
begin atomic
    select array_agg(a.attname::text order by k.position)
      from pg_index i
      cross join unnest(i.indkey::int2[]) with ordinality as k (attnum, position)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
     where i.indrelid = t and i.indisprimary;
end;

comment on function reference_key_columns(regclass) is 'The columns of a table''s primary key, in its order; null when it has none.';

-- The foreign keys from one reference table to another, or to itself.
create view reference_links as
select c.oid as constraint_oid, c.conname as name, c.conrelid::regclass as table_name,
       c.confrelid::regclass as parent,
       (select array_agg(a.attname::text order by k.position)
          from unnest(c.conkey) with ordinality as k (attnum, position)
          join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum) as columns,
       (select array_agg(a.attname::text order by k.position)
          from unnest(c.confkey) with ordinality as k (attnum, position)
          join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.attnum) as parent_columns,
       c.confupdtype = 'c' and c.confdeltype = 'r' as follows_renames
  from pg_constraint c
  join reference_metadata m on m.table_name = (select relname from pg_class where oid = c.confrelid)
 where c.contype = 'f' and not c.condeferrable;

comment on view reference_links is 'Foreign keys to reference tables; the deferred ones that guard active parents are left out.';

-- Makes a table versioned, journalled and safe: adds the column live, which is true for an active
-- row and null otherwise, and to every foreign key a deferred twin that includes it. So at commit
-- no active row can name an inactive one, in whatever order both were written.
create procedure reference_attach(t regclass)
language plpgsql set search_path = public, pg_temp as $$
declare
    name text := (select relname from pg_class where oid = t);
    key_columns text[] := reference_key_columns(t);
    quoted_key text := (select string_agg(quote_ident(c), ', ') from unnest(key_columns) c);
    arguments text := (select string_agg(quote_literal(c), ', ') from unnest(key_columns) c);
    link reference_links;
    event text;
begin
    if key_columns is null or reference_order(t) is null or not reference_order(t) @> key_columns then
        raise exception '% needs a primary key and an index %_active on its order and key, collate "C", where is_active', t, name;
    end if;
    insert into reference_metadata (table_name, last_updated) select name, changed_at from reference_counter;
    execute format('alter table %s add column live boolean generated always as (case when is_active then true end) stored', t);
    execute format('alter table %s add constraint %I unique (%s, live)', t, name || '_live_key', quoted_key);
    execute format('comment on column %s.live is %L', t, 'True while the row is active, else null; deferred foreign keys of active children name it.');
    for link in select * from reference_links l where l.table_name = t loop
        if not link.follows_renames then
            raise exception 'the foreign key % must be on update cascade on delete restrict', link.name;
        end if;
        execute format('alter table %s add constraint %I foreign key (%s, live) references %s (%s, live) on delete restrict deferrable initially deferred',
            t, link.name || '_active', (select string_agg(quote_ident(c), ', ') from unnest(link.columns) c),
            link.parent, (select string_agg(quote_ident(c), ', ') from unnest(link.parent_columns) c));
    end loop;
    foreach event in array array['insert', 'update', 'delete', 'truncate'] loop
        execute format('create trigger %I before %s on %s for each statement execute function reference_guard()',
            name || '_guard_' || event, event, t);
    end loop;
    execute format('create trigger %I after insert on %s referencing new table as new_rows for each statement execute function reference_track(%s)',
        name || '_track_insert', t, arguments);
    execute format('create trigger %I after update on %s referencing old table as old_rows new table as new_rows for each statement execute function reference_track(%s)',
        name || '_track_update', t, arguments);
    call reference_touch(t);
end $$;

comment on procedure reference_attach(regclass) is 'Makes a table a reference table: versioned, journalled, never deleted from, no active row below an inactive one.';

-- A release is every reference table with its shape, so a migration that changes either makes a version.
create procedure reference_touch(t regclass)
language plpgsql set search_path = public, pg_temp as $$
begin
    perform from reference_counter for update;
    if (select version from reference_counter) > 0 then
        perform reference_next_version((select relname from pg_class where oid = t));
    end if;
end $$;

comment on procedure reference_touch(regclass) is 'Makes a version after a migration changed the shape of a reference table.';

-- Undoes reference_attach before a rollback drops the table.
create procedure reference_detach(t regclass)
language plpgsql set search_path = public, pg_temp as $$
begin
    call reference_touch(t);
    delete from reference_metadata where table_name = (select relname from pg_class where oid = t);
    delete from reference_journal where table_name = (select relname from pg_class where oid = t);
    delete from reference_aliases where table_name = (select relname from pg_class where oid = t);
end $$;

comment on procedure reference_detach(regclass) is 'Forgets a reference table, for the rollback that drops it.';
