-- What an operator asks of the past of the reference tables, and changes of one row by hand.
-- depends: 0012.reference_history

create view reference_history as
select v.version, v.created_at, v.actor, v.reason,
       (select coalesce(jsonb_object_agg(c.table_name, c.counts), '{}')
          from (select j.table_name, jsonb_build_object('upserts', count(*) filter (where j.operation = 'upsert'),
                                                        'removals', count(*) filter (where j.operation = 'removal'),
                                                        'renames', count(*) filter (where j.operation = 'rename')) as counts
                  from reference_journal j
                 where j.version = v.version
                 group by j.table_name) c) as tables
  from reference_versions v;

comment on view reference_history is 'Every version with its actor, its reason and, by table, how many upserts, removals and renames it made.';

-- A row is followed from the earlier version through its renames, so that it is compared with itself.
create function reference_difference(a bigint, b bigint)
returns table (table_name text, old_key jsonb, new_key jsonb, before jsonb, after jsonb)
language sql stable set search_path = public, pg_temp
begin atomic
    with recursive touched as (
        select distinct j.table_name, k.key
          from reference_journal j cross join lateral (values (j.key), (j.old_key)) as k (key)
         where j.version > least(a, b) and j.version <= greatest(a, b) and k.key is not null),
    paths as (
        select t.table_name, t.key as first_key, t.key, 0::bigint as id from touched t
         where reference_image(t.table_name, t.key, least(a, b)) is not null
        union all
        select p.table_name, p.first_key, j.key, j.id
          from paths p
         cross join lateral (select r.key, r.id from reference_journal r
                              where r.table_name = p.table_name and r.old_key = p.key and r.id > p.id
                                and r.version > least(a, b) and r.version <= greatest(a, b)
                              order by r.id limit 1) j),
    ends as (
        select distinct on (p.table_name, p.first_key) p.table_name, p.first_key, p.key
          from paths p order by p.table_name, p.first_key, p.id desc),
    pairs as (
        select e.table_name, e.first_key, e.key as last_key from ends e
        union all
        select t.table_name, null, t.key from touched t
         where not exists (select from ends e where e.table_name = t.table_name and e.key = t.key)),
    images as (
        select p.*, reference_image(p.table_name, p.first_key, least(a, b)) as first_image,
               reference_image(p.table_name, p.last_key, greatest(a, b)) as last_image
          from pairs p)
    select i.table_name, case when a <= b then i.first_key else i.last_key end, case when a <= b then i.last_key else i.first_key end,
           case when a <= b then i.first_image else i.last_image end, case when a <= b then i.last_image else i.first_image end
      from images i
     where i.first_image is distinct from i.last_image
     order by i.table_name, i.last_key;
end;

comment on function reference_difference(bigint, bigint) is 'The rows, inactive ones too, that are not the same at two versions: key and image at the one and at the other.';

create function reference_revise(wanted text, wanted_key jsonb, changes jsonb) returns bigint
language plpgsql set search_path = public, pg_temp as $$
declare
    t regclass := reference_table(wanted);
    revised bigint;
begin
    execute format('update %1$s t set %2$s from jsonb_populate_record(null::%1$s, $1) k, jsonb_populate_record(null::%1$s, $2) c where %3$s',
        t, (select string_agg(format('%1$I = c.%1$I', c), ', ') from jsonb_object_keys(changes) c),
        (select string_agg(format('t.%1$I = k.%1$I', c), ' and ') from unnest(reference_key_columns(t)) c))
    using reference_key_row(t, wanted_key), changes;
    get diagnostics revised = row_count;
    return revised;
end $$;

comment on function reference_revise(text, jsonb, jsonb) is 'Gives some columns of a row new values, whoever owns it; returns 1, or 0 when there is no such row.';
