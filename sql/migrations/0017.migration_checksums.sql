-- What each migration's file was when it was applied: so an edit afterwards is seen.
-- depends: 0016.repeatables

create table migration_checksums (
    id                bigint      not null generated always as identity,
    migration_id      text        not null,
    text_digest       text        not null,
    statements_digest text,
    origin            text        not null,
    noted_at          timestamptz not null default clock_timestamp(),
    noted_by          text        not null,
    reason            text,
    constraint migration_checksums_pkey primary key (id),
    constraint migration_checksums_text_is_sha256 check (text_digest ~ '^[0-9a-f]{64}$'),
    constraint migration_checksums_statements_are_sha256 check (statements_digest ~ '^[0-9a-f]{64}$'),
    constraint migration_checksums_origin_known check (origin in ('applied', 'adopted', 'blessed')),
    constraint migration_checksums_reason_is_for_blessed
        check ((origin = 'blessed') = (reason is not null) and reason <> '')
);

-- Which file was the newest that somebody stood for?
create index migration_checksums_migration on migration_checksums (migration_id, id);

comment on table migration_checksums is 'Checksums of migration files, noted beside yoyo''s own tables; the newest row of a migration counts.';
comment on column migration_checksums.migration_id is 'The name of the file without .sql, as in yoyo''s tables.';
comment on column migration_checksums.text_digest is 'SHA-256 of the text with line feeds only.';
comment on column migration_checksums.statements_digest is 'SHA-256 of the statements in canonical form, so that a comment does not count; null without a parser.';
comment on column migration_checksums.origin is 'applied: by wildside db; adopted: applied by yoyo, noted later; blessed: by hand, with a reason.';
comment on column migration_checksums.noted_by is 'The system user who did it, or whom bless was told.';
