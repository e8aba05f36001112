-- Which of the files in repeatable/ ran here, and in which state.
-- depends: 0015.reference_epochs

create table repeatables (
    name       text        not null,
    digest     text        not null,
    migrations text        not null,
    applied_at timestamptz not null default clock_timestamp(),
    actor      text        not null,
    constraint repeatables_pkey primary key (name),
    constraint repeatables_name_is_plain check (name ~ '^[a-z]+(_[a-z0-9]+)*$'),
    constraint repeatables_digest_is_sha_256 check (digest ~ '^[0-9a-f]{64}$'),
    constraint repeatables_migrations_is_sha_256 check (migrations ~ '^[0-9a-f]{64}$')
);

comment on table repeatables is 'One row a file of repeatable/ that ran: it runs again when it differs from this.';
comment on column repeatables.name is 'The name of the file without its ending.';
comment on column repeatables.digest is 'SHA-256 of its text.';
comment on column repeatables.migrations is 'SHA-256 of the ids of the migrations that were applied when it ran.';
comment on column repeatables.actor is 'From the setting wildside.actor of the transaction, else the database user.';
