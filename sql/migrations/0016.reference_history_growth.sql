-- The past at a cost that follows the rows of a version, however many versions there were since.
-- depends: 0015.reference_epochs

-- Which version last changed this table, as of version N?
create index reference_journal_table on reference_journal (table_name, version);

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
create or replace function reference_rows_at(wanted text, at bigint, order_columns text[]) returns jsonb
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
