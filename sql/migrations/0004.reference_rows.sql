-- Reading and writing rows of any reference table as JSON; what the seed and the releases stand on.
-- depends: 0003.reference_tables

-- A table by its name, but only if it is a reference table.
create function reference_table(wanted text) returns regclass
language plpgsql stable set search_path from current as $$
begin
    if not exists (select from reference_metadata where table_name = wanted) then
        raise exception '% is not a reference table', quote_literal(wanted) using errcode = 'undefined_table';
    end if;
    return quote_ident(wanted)::regclass;
end $$;

comment on function reference_table(text) is 'The reference table of that name; refuses any other table.';

-- The columns that a source file may give: all but the generated ones and source_type.
create function reference_columns(t regclass) returns text[]
language sql stable set search_path from current
begin atomic
    select array_agg(attname::text order by attnum) from pg_attribute
     where attrelid = t and attnum > 0 and not attisdropped and attgenerated = '' and attname <> 'source_type';
end;

comment on function reference_columns(regclass) is 'The columns of a reference table that its source may give.';

-- Stable, so that it sees the snapshot of the statement that calls it: one statement that calls it
-- for every table reads all of them as they were at one moment.
create function reference_active_rows(wanted text) returns jsonb
language plpgsql stable set search_path from current as $$
declare
    t regclass := reference_table(wanted);
    found_rows jsonb;
begin
    execute format(
        'select jsonb_agg(to_jsonb(t) - array[''is_active'', ''source_type'', ''live''] order by %s) from %s t where is_active',
        (select string_agg(format('%I', c) || case when a.attcollation <> 0 then ' collate "C"' else '' end, ', ' order by o.position)
           from unnest(reference_order(t)) with ordinality as o (c, position)
           join pg_attribute a on a.attrelid = t and a.attname = o.c), t) into found_rows;
    return coalesce(found_rows, '[]');
end $$;

comment on function reference_active_rows(text) is 'The active rows of a reference table in their order, without the bookkeeping columns.';

create function reference_all_rows(wanted text, adopted_only boolean) returns jsonb
language plpgsql stable set search_path from current as $$
declare
    found_rows jsonb;
begin
    execute format('select jsonb_agg(to_jsonb(t) - ''live'') from %s t where not $1 or t.source_type = ''admin''',
        reference_table(wanted)) into found_rows using adopted_only;
    return coalesce(found_rows, '[]');
end $$;

comment on function reference_all_rows(text, boolean) is 'Every row of a reference table, inactive ones too, with source_type; or only those of administrators.';

-- A row of the table made from its defaults, which jsonb_populate_record then overlays: a column
-- that a source leaves out gets the default that an insert would give it.
create function reference_defaults(t regclass) returns text
language sql stable set search_path from current
begin atomic
    select format('row(%s)::%s', string_agg(case when a.attgenerated = '' then coalesce(pg_get_expr(d.adbin, d.adrelid), 'null') else 'null' end,
                                            ', ' order by a.attnum), t)
      from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attrelid = t and a.attnum > 0 and not a.attisdropped;
end;

comment on function reference_defaults(regclass) is 'An expression for a row of the table that holds only defaults.';

create function reference_images(wanted text, source jsonb) returns jsonb
language plpgsql stable set search_path from current as $$
declare
    t regclass := reference_table(wanted);
    images jsonb;
begin
    execute format('select jsonb_agg(to_jsonb(s) - ''live'' order by e.i) from jsonb_array_elements($1) with ordinality as e (value, i), '
        'lateral jsonb_populate_record(%s, e.value) s', reference_defaults(t)) into images using source;
    return coalesce(images, '[]');
end $$;

comment on function reference_images(text, jsonb) is 'Source rows as they would read back once stored, in the same order.';

-- Asks every check constraint about every source row, so that all that is wrong is known before
-- the first write instead of the first row that an insert trips over.
create function reference_violations(wanted text, source jsonb)
returns table (row_index bigint, constraint_name text, columns text[])
language plpgsql stable set search_path from current as $$
declare
    t regclass := reference_table(wanted);
    rule record;
begin
    for rule in
        select c.conname::text as name, pg_get_expr(c.conbin, c.conrelid) as expression,
               (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = t and a.attnum = any (c.conkey)) as columns
          from pg_constraint c where c.conrelid = t and c.contype = 'c' order by c.conname
    loop
        return query execute format(
            'select e.i, $2, $3 from jsonb_array_elements($1) with ordinality as e (value, i), '
            'lateral jsonb_populate_record(%s, e.value) s where not (%s)', reference_defaults(t), rule.expression)
            using source, rule.name, rule.columns;
    end loop;
end $$;

comment on function reference_violations(text, jsonb) is 'Which source rows (from 1) break which check constraint.';
