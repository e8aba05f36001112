-- The roles, and what each may do in this database; what with its tables and functions stands in repeatable/grants.sql.
-- Run by `wildside db roles --apply`, or in one transaction by psql, as a superuser; in a database without tables, a
-- user with createrole who owns the database will do. Run again, it changes nothing. It gives nobody a password.

-- One at a time: two that create or alter the same role would fail.
select pg_advisory_xact_lock(1464421444, 18);

do $$
declare
    wanted text;
begin
    foreach wanted in array array['wildside_owner', 'wildside_migrator', 'wildside_app', 'wildside_readonly', 'wildside_worker'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            execute format('create role %I', wanted);
        end if;
    end loop;
end $$;

-- Owns all there is, and nobody is it: the migrator becomes it at login, so that whatever
-- migrates makes things that belong together. Inheriting as well would only hide who acts.
alter role wildside_owner nologin inherit;
alter role wildside_migrator login noinherit;
alter role wildside_app login noinherit;
alter role wildside_readonly login noinherit;
alter role wildside_worker login noinherit;
grant wildside_owner to wildside_migrator;
alter role wildside_migrator set role = 'wildside_owner';

-- Temporary tables come last, so that none is mistaken for ours.
alter role wildside_migrator set search_path = public, pg_temp;
alter role wildside_app set search_path = public, pg_temp;
alter role wildside_readonly set search_path = public, pg_temp;
alter role wildside_worker set search_path = public, pg_temp;
alter role wildside_readonly set default_transaction_read_only = on;

do $$
declare
    here text := quote_ident(current_database());
begin
    execute format('revoke all on database %s from public, wildside_migrator, wildside_app, wildside_readonly, wildside_worker', here);
    execute format('grant connect, create, temporary on database %s to wildside_owner', here);
    execute format('grant connect on database %s to wildside_migrator, wildside_app, wildside_readonly, wildside_worker', here);
end $$;

revoke all on schema public from public, wildside_migrator, wildside_app, wildside_readonly, wildside_worker;
grant usage, create on schema public to wildside_owner;
grant usage on schema public to wildside_migrator, wildside_app, wildside_readonly, wildside_worker;

-- What was made before there were roles.
do $$
declare
    command text;
begin
    for command in
        select format('alter %s %s owner to wildside_owner',
                      case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end,
                      c.oid::regclass)
          from pg_class c
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')
           and c.relowner <> 'wildside_owner'::regrole
           and not exists (select from pg_depend d
                            where d.classid = 'pg_class'::regclass and d.objid = c.oid
                              and (d.deptype = 'e' or c.relkind = 'S' and d.deptype in ('a', 'i')))
        union all
        select format('alter routine %s owner to wildside_owner', p.oid::regprocedure)
          from pg_proc p
         where p.pronamespace = 'public'::regnamespace and p.proowner <> 'wildside_owner'::regrole
           and not exists (select from pg_depend d
                            where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    loop
        execute command;
    end loop;
    -- So that the grants are made anew, by whoever applies migrations next.
    if to_regclass('public.repeatables') is not null then
        delete from public.repeatables where name = 'grants';
    end if;
end $$;

-- A revoke by somebody who may not is only a warning.
do $$
declare
    mighty text;
begin
    select string_agg(rolname, ', ' order by rolname) into mighty
      from pg_roles
     where rolname in ('wildside_owner', 'wildside_migrator', 'wildside_app', 'wildside_readonly', 'wildside_worker')
       and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls);
    if mighty is not null then
        raise exception 'more than our roles may be: %', mighty using hint = 'take superuser, createrole, createdb, replication and bypassrls from them';
    end if;
    if has_schema_privilege('wildside_app', 'public', 'create') or not has_schema_privilege('wildside_owner', 'public', 'create')
       or has_database_privilege('wildside_app', current_database(), 'temporary') then
        raise exception 'only a superuser or the owner of the database can set its roles up' using errcode = 'insufficient_privilege';
    end if;
end $$;
