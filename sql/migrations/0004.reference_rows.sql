-- Reading and writing rows of any reference table as JSON; what the seed and the releases stand on.
-- depends: 0003.reference_tables

-- A table by its name, but only if it is a reference table.
create function reference_table(wanted text) returns regclass
language plpgsql stable set search_path = public, pg_temp as $$
begin
    if not exists (select from reference_metadata where table_name = wanted) then
        raise exception '% is not a reference table', quote_literal(wanted) using errcode = 'undefined_table';
    end if;
    return quote_ident(wanted)::regclass;
end $$;

comment on function reference_table(text) is 'The reference table of that name; refuses any other table.';

-- The columns that a source file may give: all but the generated ones and source_type.
create function reference_columns(t regclass) returns text[]
language sql stable set search_path = public, pg_temp
begin atomic
    select array_agg(attname::text order by attnum) from pg_attribute
     where attrelid = t and attnum > 0 and not attisdropped and attgenerated = '' and attname <> 'source_type';
end;

comment on function reference_columns(regclass) is 'The columns of a reference table that its source may give.';

-- Stable, so that it sees the snapshot of the statement that calls it: one statement that calls it
-- for every table reads all of them as they were at one moment.
create function reference_active_rows(wanted text) returns jsonb
language plpgsql stable set search_path = public, pg_temp as $$
declare
    t regclass := reference_table(wanted);
    found_rows jsonb;
begin
    execute format(
        'select jsonb_agg(to_jsonb(t.*) - array[''is_active'', ''source_type'', ''live''] order by %s) from %s t where is_active',
        (select string_agg(format('%I', c) || case when a.attcollation <> 0 then ' collate "C"' else '' end, ', ' order by o.position)
           from unnest(reference_order(t)) with ordinality as o (c, position)
           join pg_attribute a on a.attrelid = t and a.attname = o.c), t) into found_rows;
    return coalesce(found_rows, '[]');
end $$;

comment on function reference_active_rows(text) is 'The active rows of a reference table in their order, without the bookkeeping columns.';

create function reference_all_rows(wanted text, adopted_only boolean) returns jsonb
language plpgsql stable set search_path = public, pg_temp as $$
declare
    found_rows jsonb;
begin
    execute format('select jsonb_agg(to_jsonb(t.*) - ''live'') from %s t where not $1 or t.source_type = ''admin''',
        reference_table(wanted)) into found_rows using adopted_only;
    return coalesce(found_rows, '[]');
end $$;

comment on function reference_all_rows(text, boolean) is 'Every row of a reference table, inactive ones too, with source_type; or only those of administrators.';

-- A row of the table made from its defaults, which jsonb_populate_record then overlays: a column
-- that a source leaves out gets the default that an insert would give it.
create function reference_defaults(t regclass) returns text
language sql stable set search_path = public, pg_temp
begin atomic
    select format('row(%s)::%s', string_agg(case when a.attgenerated = '' then coalesce(pg_get_expr(d.adbin, d.adrelid), 'null') else 'null' end,
                                            ', ' order by a.attnum), t)
      from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attrelid = t and a.attnum > 0 and not a.attisdropped;
end;

comment on function reference_defaults(regclass) is 'An expression for a row of the table that holds only defaults.';

create function reference_images(wanted text, source jsonb) returns jsonb
language plpgsql stable set search_path = public, pg_temp as $$
declare
    t regclass := reference_table(wanted);
    images jsonb;
begin
    execute format('select jsonb_agg(to_jsonb(s.*) - ''live'' order by e.i) from jsonb_array_elements($1) with ordinality as e (value, i), '
        'lateral jsonb_populate_record(%s, e.value) s', reference_defaults(t)) into images using source;
    return coalesce(images, '[]');
end $$;

comment on function reference_images(text, jsonb) is 'Source rows as they would read back once stored, in the same order.';

-- What would not fit: a value that its column cannot take, or a row that breaks a check. Asked about
-- every row, so that all is known before the first write instead of the first row that an insert
-- trips over. The odd names of the source keep clear of any column that a check may mention.
create function reference_violations(wanted text, source jsonb)
returns table (row_number bigint, column_names text[], rule text, message text)
language plpgsql stable set search_path = public, pg_temp as $$
declare
    t regclass := reference_table(wanted);
    rows_of text := format('from jsonb_array_elements($1) with ordinality as " e" (" value", " i"), '
                           'lateral jsonb_populate_record(%s, " e"." value") " s"', reference_defaults(t));
    broken bigint[];
    one record;
begin
    begin
        perform reference_images(wanted, source);
    exception when others then
        for one in select e.i, c.key, c.value from jsonb_array_elements(source) with ordinality as e (value, i), jsonb_each(e.value) c loop
            begin
                execute format('select jsonb_populate_record(null::%s, $1)', t) using jsonb_build_object(one.key, one.value);
            exception when others then
                return query select one.i, array[one.key], null::text, sqlerrm;
            end;
        end loop;
        return;
    end;
    for one in select c.conname::text as name, pg_get_expr(c.conbin, c.conrelid) as expression,
                      (select array_agg(a.attname::text order by a.attnum) from pg_attribute a where a.attrelid = t and a.attnum = any (c.conkey)) as columns
                 from pg_constraint c where c.conrelid = t and c.contype = 'c' order by c.conname loop
        begin
            execute format('select array_agg(" e"." i" order by " e"." i") %s where not (%s)', rows_of, one.expression) into broken using source;
            return query select b, one.columns, one.name, 'breaks the rule ' || one.name from unnest(broken) b;
        exception when others then
            return query select 0::bigint, one.columns, one.name, one.name || ' cannot be checked: ' || sqlerrm;
        end;
    end loop;
end $$;

comment on function reference_violations(text, jsonb) is 'Which source rows (from 1; 0 is all of them) have values that do not fit their column, or else break which check.';
