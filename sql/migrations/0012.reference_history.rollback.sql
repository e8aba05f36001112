set local lock_timeout = '2s';
drop function reference_rows_at(text, bigint, text[]);
drop function reference_journal_keys(text);
drop function reference_image(text, jsonb, bigint);
create or replace procedure reference_detach(t regclass)
language plpgsql set search_path = public, pg_temp as $$
begin
    call reference_touch(t);
    delete from reference_metadata where table_name = (select relname from pg_class where oid = t);
    delete from reference_journal where table_name = (select relname from pg_class where oid = t);
    delete from reference_aliases where table_name = (select relname from pg_class where oid = t);
end $$;
create or replace procedure reference_touch(t regclass)
language plpgsql set search_path = public, pg_temp as $$
begin
    perform from reference_counter for update;
    if (select version from reference_counter) > 0 then
        perform reference_next_version((select relname from pg_class where oid = t));
    end if;
end $$;
drop function reference_note_all(regclass, boolean);
drop table reference_shapes;
