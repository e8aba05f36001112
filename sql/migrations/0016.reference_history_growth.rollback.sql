create or replace function reference_rows_at(wanted text, at bigint, order_columns text[]) returns jsonb
language plpgsql stable set search_path = public, pg_temp as $$
declare
    found_rows jsonb;
begin
    execute format('select jsonb_agg(image - array[''is_active'', ''source_type''] order by %s)
                      from (select reference_image($1, k.key, $2) as image
                              from (select distinct key from reference_journal where table_name = $1 and version <= $2) k) i
                     where (image -> ''is_active'')::boolean',
        (select string_agg(format('case jsonb_typeof(image -> %1$L) when ''string'' then image ->> %1$L end collate "C", nullif(image -> %1$L, ''null'')', c), ', ' order by o.position)
           from unnest(order_columns) with ordinality as o (c, position))) into found_rows using wanted, at;
    return coalesce(found_rows, '[]');
end $$;
drop function reference_journal_keys(text);
drop index reference_journal_table;
