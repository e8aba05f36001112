set local lock_timeout = '2s';
drop table reference_seed_runs;
drop table reference_aliases;
drop table reference_journal;
drop table reference_metadata;
drop table reference_versions;
drop table reference_counter;
