-- The three writes of a seed, each one statement for however many rows.
-- depends: 0004.reference_rows

-- Inserts new rows and updates those that differ, but only rows that belong to the seed: what an
-- administrator has adopted is left alone. The guard keeps unchanged rows out of the transition
-- tables, so that an identical seed makes no version.
create function reference_upsert(wanted text, source jsonb) returns bigint
language plpgsql set search_path = public, pg_temp as $$
declare
    t regclass := reference_table(wanted);
    columns text[] := reference_columns(t);
    written bigint;
begin
    execute format(
        'insert into %1$s as t (%2$s)
         select %3$s from jsonb_array_elements($1) as e (value), lateral jsonb_populate_record(%4$s, e.value) s
             on conflict (%5$s) do update set %6$s
          where t.source_type = ''seed'' and (to_jsonb(t.*) - ''live'') <> (to_jsonb(excluded.*) - ''live'')',
        t, (select string_agg(quote_ident(c), ', ') from unnest(columns) c), (select string_agg('s.' || quote_ident(c), ', ') from unnest(columns) c), reference_defaults(t),
        (select string_agg(quote_ident(c), ', ') from unnest(reference_key_columns(t)) c),
        (select string_agg(format('%1$I = excluded.%1$I', c), ', ') from unnest(columns) c))
    using source;
    get diagnostics written = row_count;
    return written;
end $$;

comment on function reference_upsert(text, jsonb) is 'Writes source rows over seed rows that differ; returns how many were new or changed.';

-- A key given as a JSON array, as a row of the table that holds nothing else.
create function reference_key_row(t regclass, key jsonb) returns jsonb
language sql stable set search_path = public, pg_temp
begin atomic
    select jsonb_object_agg(c.name, key -> (c.position - 1)::int)
      from unnest(reference_key_columns(t)) with ordinality as c (name, position);
end;

comment on function reference_key_row(regclass, jsonb) is 'A key as {column: value}.';

create function reference_deprecate(wanted text, keys jsonb) returns bigint
language plpgsql set search_path = public, pg_temp as $$
declare
    t regclass := reference_table(wanted);
    deprecated bigint;
begin
    execute format(
        'update %1$s t set is_active = false
           from jsonb_array_elements($1) as e (value), lateral jsonb_populate_record(null::%1$s, reference_key_row($2, e.value)) k
          where %2$s and t.source_type = ''seed'' and t.is_active',
        t, (select string_agg(format('t.%1$I = k.%1$I', c), ' and ') from unnest(reference_key_columns(t)) c))
    using keys, t;
    get diagnostics deprecated = row_count;
    return deprecated;
end $$;

comment on function reference_deprecate(text, jsonb) is 'Makes seed rows inactive; returns how many were active before.';

-- Children and user data follow by their cascading foreign keys.
create function reference_rename(wanted text, old_key jsonb, new_key jsonb) returns bigint
language plpgsql set search_path = public, pg_temp as $$
declare
    t regclass := reference_table(wanted);
    key_columns text[] := reference_key_columns(t);
    renamed bigint;
begin
    execute format(
        'update %1$s t set %2$s
           from jsonb_populate_record(null::%1$s, $1) o, jsonb_populate_record(null::%1$s, $2) n
          where %3$s',
        t, (select string_agg(format('%1$I = n.%1$I', c), ', ') from unnest(key_columns) c),
        (select string_agg(format('t.%1$I = o.%1$I', c), ' and ') from unnest(key_columns) c))
    using reference_key_row(t, old_key), reference_key_row(t, new_key);
    get diagnostics renamed = row_count;
    return renamed;
end $$;

comment on function reference_rename(text, jsonb, jsonb) is 'Gives a row a new key; returns 1, or 0 when there is no such row.';

-- A rename that was done before this database saw the row leaves an alias all the same.
create function reference_note_alias(wanted text, old_key jsonb, new_key jsonb) returns void
language sql set search_path = public, pg_temp
begin atomic
    insert into reference_aliases (table_name, old_key, new_key, version)
    select wanted, reference_note_alias.old_key, reference_note_alias.new_key, c.version
      from reference_counter c
     where c.version > 0
    on conflict do nothing;
end;

comment on function reference_note_alias(text, jsonb, jsonb) is 'Remembers an old key, unless it is known already.';

-- What the seed must know of the tables, from the catalogue and from nowhere else.
create view reference_catalogue as
select m.table_name,
       reference_key_columns(t.oid) as key_columns,
       reference_order(t.oid) as order_columns,
       (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, null), 'nullable', not a.attnotnull,
                                            'default', a.atthasdef or a.attidentity <> '') order by a.attnum)
          from pg_attribute a where a.attrelid = t.oid and a.attname = any (reference_columns(t.oid))) as columns,
       (select coalesce(jsonb_agg(jsonb_build_object('name', l.name, 'columns', l.columns,
                                            'table', (select relname from pg_class where oid = l.parent),
                                            'parent_columns', l.parent_columns) order by l.name), '[]')
          from reference_links l where l.table_name = t.oid) as links
  from reference_metadata m
  join pg_class t on t.oid = quote_ident(m.table_name)::regclass;

comment on view reference_catalogue is 'Keys, order, columns and links of every reference table, as the catalogue has them.';
