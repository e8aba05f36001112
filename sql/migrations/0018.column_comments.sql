-- What every column holds, for the pages of the schema.
-- depends: 0017.migration_checksums

set local lock_timeout = '2s';

-- Columns that reference tables have in common mean the same in each.
do $$
declare
    each record;
begin
    for each in select a.attrelid::regclass as place, a.attname as name, meaning
                  from reference_metadata m
                  join pg_attribute a on a.attrelid = reference_table(m.table_name)
                  join (values
                      ('slug', 'Its name for programs, in lower case with hyphens: the natural key.'),
                      ('sort_order', 'Where it is shown among the others, the lowest first.'),
                      ('icon', 'Its picture, as namespace:name.'),
                      ('localizations', 'Locale → {name, shortLabel?, description?}; en-GB is always there.'),
                      ('is_active', 'Whether clients see it. Rows are deactivated, never deleted.'),
                      ('source_type', 'Who owns the row: the seed, or admin once somebody has edited it by hand.')) as c (column_name, meaning)
                    on c.column_name = a.attname
                 where col_description(a.attrelid, a.attnum) is null loop
        execute format('comment on column %s.%I is %L', each.place, each.name, each.meaning);
    end loop;
end $$;

comment on column locales.code is 'Its tag (BCP 47), such as en-GB: the natural key.';
comment on column safety_toggles.section is 'The section that it is shown in.';
comment on column safety_preset_toggles.preset is 'The preset that switches it on.';
comment on column safety_preset_toggles.toggle is 'What is switched on.';
comment on column theme_interests.theme is 'The theme that is about it.';
comment on column theme_interests.interest is 'What the theme is about.';
comment on column interest_poi_categories.interest is 'Who is interested in this wants to see such places.';
comment on column interest_poi_categories.category is 'The kind of place.';
comment on column osm_tag_rules.category is 'What a place with this tag is.';

comment on column reference_counter.singleton is 'Always true: there is one row.';
comment on column reference_versions.version is 'Its number, from 1; never used again.';
comment on column reference_versions.created_at is 'When it was made; strictly later than the one before.';
comment on column reference_metadata.table_name is 'The reference table.';
comment on column reference_metadata.last_updated is 'When that version was made.';
comment on column reference_journal.id is 'The order of entries.';
comment on column reference_journal.version is 'The version that the change belongs to.';
comment on column reference_journal.table_name is 'The table that was changed.';
comment on column reference_journal.old_key is 'The key before a rename; null for other operations.';
comment on column reference_aliases.table_name is 'The table of the row.';
comment on column reference_aliases.old_key is 'What the row was called.';
comment on column reference_aliases.new_key is 'What it was called next; that may be an alias too.';
comment on column reference_aliases.version is 'The version that renamed it.';
comment on column reference_shapes.version is 'The version from which on it was so.';
comment on column reference_shapes.table_name is 'The reference table.';
comment on column reference_epochs.created_at is 'When it began.';
comment on column reference_seed_runs.id is 'The order of runs.';
comment on column reference_seed_runs.started_at is 'When it began, by the clock of who seeded.';
comment on column reference_seed_runs.finished_at is 'When all was written, by the same clock.';
comment on column reference_seed_runs.actor is 'Who seeded.';
comment on column reference_seed_runs.version_from is 'The newest version before it.';
comment on column reference_seed_runs.version_to is 'The newest version after it; the same if nothing had to be done.';

comment on column repeatables.applied_at is 'When it ran last.';
comment on column migration_checksums.id is 'The order of notes.';
comment on column migration_checksums.noted_at is 'When it was noted.';
comment on column migration_checksums.reason is 'Why a changed file was taken as it is; only for blessed ones.';
