-- Who may do what with tables and functions; ../grants.md shows what comes of it, ../roles.sql makes the roles.
-- rerun: after migrations

do $$
declare
    owner text := (select pg_get_userbyid(relowner) from pg_class where oid = 'public.repeatables'::regclass);
    prefix text := (regexp_match(owner, '^(.+)_owner$'))[1];
    app text := prefix || '_app';
    readonly text := prefix || '_readonly';
    worker text := prefix || '_worker';
    thing text;
begin
    if (select count(*) from pg_roles where rolname in (app, readonly, worker)) < 3 then
        raise notice 'the tables belong to %, which has no roles beside it: nothing to grant (see wildside db roles)', owner;
        return;
    end if;

    -- From nothing, so that what is taken out of this file is taken away. What extensions brought is theirs.
    for thing in
        select format('%s %s', case c.relkind when 'S' then 'sequence' else 'table' end, c.oid::regclass)
          from pg_class c
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')
           and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
        union all
        select format('routine %s', p.oid::regprocedure)
          from pg_proc p
         where p.pronamespace = 'public'::regnamespace
           and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    loop
        execute format('revoke all on %s from public, %I, %I, %I', thing, app, readonly, worker);
    end loop;

    -- Of the reference data the API only reads: releases, their past, what was renamed, and whether migrations are missing.
    -- They are changed by operators' commands, as the migrator.
    for thing in
        select format('select on table %I', table_name) from reference_metadata
        union all
        select format('select on table %I', name)
          from unnest(array['reference_counter', 'reference_versions', 'reference_metadata', 'reference_journal', 'reference_aliases',
                            'reference_shapes', 'reference_links', 'reference_catalogue', 'reference_seed_runs', '_yoyo_migration']) as name
        union all
        select format('execute on function %s', name::regprocedure)
          from unnest(array['reference_active_rows(text)', 'reference_rows_at(text, bigint, text[])',
                            'reference_image(text, jsonb, bigint)', 'reference_journal_keys(text)', 'reference_table(text)',
                            'reference_columns(regclass)', 'reference_key_columns(regclass)', 'reference_order(regclass)']) as name
    loop
        execute format('grant %s to %I, %I, %I', thing, app, readonly, worker);
    end loop;

    -- What the console shows administrators of the reference data's past and of migrations.
    for thing in
        select format('select on table %I', name)
          from unnest(array['reference_history', 'migration_checksums']) as name
        union all
        select 'execute on function reference_difference(bigint, bigint)'
    loop
        execute format('grant %s to %I', thing, app);
    end loop;

    -- Places and what editors made of them: the API shows them, operators' commands write them.
    for thing in
        select format('select on table %I', name)
          from unnest(array['pois', 'poi_interest_themes', 'routes', 'route_stops', 'route_summaries', 'route_summary_tags',
                            'route_summary_badges', 'route_collections', 'route_collection_routes', 'trending_route_highlights',
                            'community_picks', 'catalogue_state', 'enrichment_provenance', 'osm_ingestion_runs']) as name
        union all
        select 'execute on function earth_position(point)'
    loop
        execute format('grant %s to %I, %I, %I', thing, app, readonly, worker);
    end loop;

    -- What the API writes: user state, row by row. The worker removes what has expired.
    for thing in
        select format('select, insert, update, delete on table %I', name)
          from unnest(array['users', 'user_credentials', 'user_roles', 'login_attempts', 'sessions', 'user_preferences',
                            'user_interest_themes', 'user_safety_toggles', 'idempotency_keys', 'example_data', 'route_notes',
                            'route_progress', 'route_progress_stops', 'offline_bundles', 'walk_sessions', 'walk_session_stats',
                            'walk_session_pois']) as name
    loop
        execute format('grant %s to %I', thing, app);
    end loop;
    for thing in
        select format('select, delete on table %I', name) from unnest(array['login_attempts', 'sessions', 'idempotency_keys']) as name
    loop
        execute format('grant %s to %I', thing, worker);
    end loop;

    -- People who look: every table and view, and what `wildside reference history` and `diff` ask. A table that
    -- holds secrets is revoked below this loop, by the change that makes it.
    for thing in
        select format('select on table %s', c.oid::regclass)
          from pg_class c
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
           and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
        union all
        select 'execute on function reference_difference(bigint, bigint)'
    loop
        execute format('grant %s to %I', thing, readonly);
    end loop;
    execute format('revoke all on table user_credentials, login_attempts, idempotency_keys from %I', readonly);

    -- What is made from now on: functions are nobody's until they stand above.
    execute format('alter default privileges for role %I revoke execute on routines from public', owner);
    execute format('alter default privileges for role %I in schema public grant select on tables to %I', owner, readonly);
end $$;
