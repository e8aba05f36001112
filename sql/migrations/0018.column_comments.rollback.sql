set local lock_timeout = '2s';
comment on column migration_checksums.reason is null;
comment on column migration_checksums.noted_at is null;
comment on column migration_checksums.id is null;
comment on column repeatables.applied_at is null;
comment on column reference_seed_runs.version_to is null;
comment on column reference_seed_runs.version_from is null;
comment on column reference_seed_runs.actor is null;
comment on column reference_seed_runs.finished_at is null;
comment on column reference_seed_runs.started_at is null;
comment on column reference_seed_runs.id is null;
comment on column reference_epochs.created_at is null;
comment on column reference_shapes.table_name is null;
comment on column reference_shapes.version is null;
comment on column reference_aliases.version is null;
comment on column reference_aliases.new_key is null;
comment on column reference_aliases.old_key is null;
comment on column reference_aliases.table_name is null;
comment on column reference_journal.old_key is null;
comment on column reference_journal.table_name is null;
comment on column reference_journal.version is null;
comment on column reference_journal.id is null;
comment on column reference_metadata.last_updated is null;
comment on column reference_metadata.table_name is null;
comment on column reference_versions.created_at is null;
comment on column reference_versions.version is null;
comment on column reference_counter.singleton is null;
comment on column osm_tag_rules.category is null;
comment on column interest_poi_categories.category is null;
comment on column interest_poi_categories.interest is null;
comment on column theme_interests.interest is null;
comment on column theme_interests.theme is null;
comment on column safety_preset_toggles.toggle is null;
comment on column safety_preset_toggles.preset is null;
comment on column safety_toggles.section is null;
comment on column locales.code is null;
do $$
declare
    each record;
begin
    for each in select a.attrelid::regclass as place, a.attname as name
                  from reference_metadata m
                  join pg_attribute a on a.attrelid = reference_table(m.table_name)
                 where (a.attname, col_description(a.attrelid, a.attnum)) in (
                     ('slug', 'Its name for programs, in lower case with hyphens: the natural key.'),
                     ('sort_order', 'Where it is shown among the others, the lowest first.'),
                     ('icon', 'Its picture, as namespace:name.'),
                     ('localizations', 'Locale → {name, shortLabel?, description?}; en-GB is always there.'),
                     ('is_active', 'Whether clients see it. Rows are deactivated, never deleted.'),
                     ('source_type', 'Who owns the row: the seed, or admin once somebody has edited it by hand.')) loop
        execute format('comment on column %s.%I is null', each.place, each.name);
    end loop;
end $$;
