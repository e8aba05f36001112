-- The books of the reference data: the counter, what each version was, what each version changed.
-- depends:

-- One row, locked by every transaction that changes reference data until it commits: so the
-- order of versions is the order of commits, and a reader at version N has seen all before N.
create table reference_counter (
    singleton  boolean     not null default true,
    epoch      text        not null default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
    version    bigint      not null default 0,
    changed_at timestamptz not null default clock_timestamp(),
    constraint reference_counter_pkey primary key (singleton),
    constraint reference_counter_has_one_row check (singleton),
    constraint reference_counter_version_not_negative check (version >= 0),
    constraint reference_counter_epoch_is_plain check (epoch ~ '^[0-9a-z]+$')
);

comment on table reference_counter is 'The global version of the reference data, in one row that writers lock until they commit.';
comment on column reference_counter.epoch is 'Random name of this line of versions; changes when a database is restored or reset.';
comment on column reference_counter.version is 'The newest version; 0 before the first change.';
comment on column reference_counter.changed_at is 'When the newest version was made.';

insert into reference_counter default values;

create table reference_versions (
    version    bigint      not null,
    created_at timestamptz not null,
    actor      text        not null,
    reason     text,
    constraint reference_versions_pkey primary key (version),
    constraint reference_versions_start_at_one check (version >= 1)
);

comment on table reference_versions is 'One row a version: when it was made, by whom and why.';
comment on column reference_versions.actor is 'From the setting wildside.actor of the transaction, else the database user.';
comment on column reference_versions.reason is 'From the setting wildside.reason of the transaction.';

create table reference_metadata (
    table_name   text        not null,
    version_seq  bigint      not null default 0,
    last_updated timestamptz not null,
    constraint reference_metadata_pkey primary key (table_name),
    constraint reference_metadata_version_not_negative check (version_seq >= 0)
);

comment on table reference_metadata is 'The reference tables, and the global version that last changed each; max(version_seq) is the global version.';
comment on column reference_metadata.version_seq is 'The global version that last changed this table; 0 before its first change.';

create table reference_journal (
    id         bigint generated always as identity,
    version    bigint not null,
    table_name text   not null,
    operation  text   not null,
    key        jsonb  not null,
    old_key    jsonb,
    row_image  jsonb  not null,
    constraint reference_journal_pkey primary key (id),
    constraint reference_journal_version_fkey foreign key (version)
        references reference_versions (version) on update cascade on delete restrict,
    constraint reference_journal_operation_known check (operation in ('upsert', 'removal', 'rename')),
    constraint reference_journal_key_is_array check (jsonb_typeof(key) = 'array'),
    constraint reference_journal_rename_has_old_key check ((operation = 'rename') = (old_key is not null)),
    constraint reference_journal_old_key_is_array check (jsonb_typeof(old_key) = 'array'),
    constraint reference_journal_row_image_is_object check (jsonb_typeof(row_image) = 'object')
);

comment on table reference_journal is 'Every change of a reference row, kept for ever: history, differences, deltas and roll-back are read from it.';
comment on column reference_journal.operation is 'upsert (the row is active now), removal (it is not), or rename (its key changed from old_key).';
comment on column reference_journal.key is 'The values of the primary key as a JSON array, in the order of the key.';
comment on column reference_journal.row_image is 'The whole row after the change.';

-- What changed in version N?
create index reference_journal_version on reference_journal (version, id);

-- What became of this row?
create index reference_journal_row on reference_journal (table_name, key, id);

-- Which version last changed this table, as of version N?
create index reference_journal_table on reference_journal (table_name, version);

-- Which rename took this key away?
create index reference_journal_old_row on reference_journal (table_name, old_key, id) where old_key is not null;

create table reference_aliases (
    table_name text   not null,
    old_key    jsonb  not null,
    new_key    jsonb  not null,
    version    bigint not null,
    constraint reference_aliases_pkey primary key (table_name, old_key),
    constraint reference_aliases_version_fkey foreign key (version)
        references reference_versions (version) on update cascade on delete restrict,
    constraint reference_aliases_old_key_is_array check (jsonb_typeof(old_key) = 'array'),
    constraint reference_aliases_new_key_is_array check (jsonb_typeof(new_key) = 'array'),
    constraint reference_aliases_key_changes check (old_key <> new_key)
);

comment on table reference_aliases is 'Keys that were renamed, and to what, so that an old key met in a file or a request can be followed.';

-- Which aliases came with version N?
create index reference_aliases_version on reference_aliases (version);

create table reference_seed_runs (
    id            bigint generated always as identity,
    started_at    timestamptz not null,
    finished_at   timestamptz not null,
    source_digest text        not null,
    actor         text        not null,
    counts        jsonb       not null,
    version_from  bigint      not null,
    version_to    bigint      not null,
    constraint reference_seed_runs_pkey primary key (id),
    constraint reference_seed_runs_finished_after_started check (finished_at >= started_at),
    constraint reference_seed_runs_source_digest_is_sha256 check (source_digest ~ '^[0-9a-f]{64}$'),
    constraint reference_seed_runs_counts_is_object check (jsonb_typeof(counts) = 'object'),
    constraint reference_seed_runs_versions_ordered check (version_from between 0 and version_to)
);

comment on table reference_seed_runs is 'One row a seed that committed: its source, its actor and what it did to each table.';
comment on column reference_seed_runs.source_digest is 'SHA-256 over the names and bytes of the manifest and its files.';
comment on column reference_seed_runs.counts is 'table → {inserted, updated, unchanged, deprecated, renamed, adopted}.';
