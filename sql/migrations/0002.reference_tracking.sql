-- Statement-level triggers that turn every real change of a reference table into a version.
-- depends: 0001.reference_versions

-- Before any statement: nothing is ever deleted, and the counter is locked before the first row is,
-- so that two writers queue here instead of meeting in a deadlock further on.
create function reference_guard() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    if tg_op in ('DELETE', 'TRUNCATE') then
        raise exception 'rows of % are deprecated, never deleted', tg_table_name
            using errcode = 'restrict_violation', table = tg_table_name,
                  constraint = 'reference_rows_are_never_deleted',
                  hint = 'Set is_active = false instead.';
    end if;
    perform from reference_counter for update;
    return null;
end $$;

comment on function reference_guard() is 'Refuses delete and truncate; locks the counter ahead of any row.';

-- The version of this transaction: made at its first real change, the same from then on. It is
-- remembered in a setting that ends with the transaction, or with the savepoint that made it.
create function reference_next_version(changed_table text) returns bigint
language plpgsql set search_path = public, pg_temp as $$
declare
    this_version bigint := nullif(current_setting('wildside.reference_version', true), '')::bigint;
begin
    if this_version is null then
        update reference_counter
           set version = version + 1,
               changed_at = greatest(clock_timestamp(), changed_at + interval '1 microsecond')
        returning version into this_version;
        insert into reference_versions (version, created_at, actor, reason)
        select c.version, c.changed_at,
               coalesce(nullif(current_setting('wildside.actor', true), ''), session_user),
               nullif(current_setting('wildside.reason', true), '')
          from reference_counter c;
        perform set_config('wildside.reference_version', this_version::text, true);
    end if;
    update reference_metadata m
       set version_seq = this_version, last_updated = v.created_at
      from reference_versions v
     where m.table_name = changed_table and v.version = this_version
       and m.version_seq <> this_version;
    return this_version;
end $$;

comment on function reference_next_version(text) is 'The version of this transaction, made when it is first asked for, and noted for the table.';

create function reference_key(image jsonb, key_columns text[]) returns jsonb
language sql immutable parallel safe
return (select jsonb_agg(image -> c.name order by c.position)
          from unnest(key_columns) with ordinality as c (name, position));

comment on function reference_key(jsonb, text[]) is 'The key of a row image as a JSON array.';

-- A renamed key becomes an alias; a key that is in use again stops being one. Called for the
-- journal entries of one statement, which begin at first_id: the counter's lock keeps others out.
create function reference_note_aliases(changed_table text, first_id bigint) returns void
language sql set search_path = public, pg_temp
begin atomic
    delete from reference_aliases a
     using reference_journal j
     where j.id >= first_id and j.table_name = changed_table
       and a.table_name = j.table_name and a.old_key = j.key;
    insert into reference_aliases as a (table_name, old_key, new_key, version)
    select j.table_name, j.old_key, j.key, j.version
      from reference_journal j
     where j.id >= first_id and j.table_name = changed_table and j.operation = 'rename'
       and not exists (select from reference_journal k
                        where k.id >= first_id and k.table_name = changed_table and k.key = j.old_key)
    on conflict on constraint reference_aliases_pkey
    do update set new_key = excluded.new_key, version = excluded.version;
end;

comment on function reference_note_aliases(text, bigint) is 'Keeps the aliases in step with the journal entries of one statement.';

-- After a statement: what did it really change? An upsert fires this once for the rows it inserted
-- and once for those it updated. Both transition tables are filled row by row in the same order, so
-- the n-th old row became the n-th new row: that is how a changed key is known to be a rename.
-- The key columns come as trigger arguments.
create function reference_track() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
    first_id bigint;
begin
    if tg_op = 'INSERT' then
        with this as (select reference_next_version(tg_table_name) as version where exists (select from new_rows)),
        noted as (
            insert into reference_journal (version, table_name, operation, key, row_image)
            select this.version, tg_table_name, case when n.is_active then 'upsert' else 'removal' end,
                   reference_key(to_jsonb(n.*), tg_argv), to_jsonb(n.*) - 'live'
              from this cross join new_rows n
            returning id)
        select min(id) into first_id from noted;
    else
        with pairs as (
            select n.i, n.image, n.is_active,
                   reference_key(o.image, tg_argv) as old_key, reference_key(n.image, tg_argv) as key
              from (select row_number() over () as i, to_jsonb(o.*) as image from old_rows o) o
              join (select row_number() over () as i, to_jsonb(n.*) as image, n.is_active from new_rows n) n using (i)
             where o.image <> n.image),
        this as (select reference_next_version(tg_table_name) as version where exists (select from pairs)),
        noted as (
            insert into reference_journal (version, table_name, operation, key, old_key, row_image)
            select this.version, tg_table_name,
                   case when p.key <> p.old_key then 'rename' when p.is_active then 'upsert' else 'removal' end,
                   p.key, nullif(p.old_key, p.key), p.image - 'live'
              from this cross join pairs p
             order by p.i
            returning id)
        select min(id) into first_id from noted;
    end if;
    if first_id is not null then
        perform reference_note_aliases(tg_table_name, first_id);
    end if;
    return null;
end $$;

comment on function reference_track() is 'Journals what a statement really changed and gives it a version; does nothing when nothing changed.';
