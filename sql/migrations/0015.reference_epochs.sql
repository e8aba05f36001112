-- Lines of versions, for after a restore the numbers begin again under another name; and news of every version.
-- depends: 0014.reference_roll_back

set local lock_timeout = '2s';

create table reference_epochs (
    epoch      text        not null,
    version    bigint      not null,
    created_at timestamptz not null default clock_timestamp(),
    actor      text        not null,
    reason     text,
    constraint reference_epochs_pkey primary key (epoch),
    constraint reference_epochs_epoch_is_plain check (epoch ~ '^[0-9a-z]+$'),
    constraint reference_epochs_version_not_negative check (version >= 0)
);

comment on table reference_epochs is 'One row a line of versions: from which version on it was, since when, by whom and why.';
comment on column reference_epochs.epoch is 'Its name, as it stands in the tokens of its releases.';
comment on column reference_epochs.version is 'The newest version when it began; every older one bears this name too from then on.';
comment on column reference_epochs.actor is 'From the setting wildside.actor of the transaction, else the database user.';
comment on column reference_epochs.reason is 'From the setting wildside.reason of the transaction.';

insert into reference_epochs (epoch, version, created_at, actor, reason)
select epoch, version, changed_at, session_user, 'the first line of versions' from reference_counter;

-- No version is made: the content stays what it was, but no token of before is one of now.
create function reference_new_epoch() returns text
language plpgsql set search_path = public, pg_temp as $$
declare
    made text;
begin
    update reference_counter set epoch = substr(replace(gen_random_uuid()::text, '-', ''), 1, 12) returning epoch into made;
    insert into reference_epochs (epoch, version, actor, reason)
    select made, version, coalesce(nullif(current_setting('wildside.actor', true), ''), session_user),
           nullif(current_setting('wildside.reason', true), '')
      from reference_counter;
    return made;
end $$;

comment on function reference_new_epoch() is 'Begins another line of versions: clients read everything anew.';

-- A listener reads the counter when it hears this: the number is only there to be seen in a log.
create function reference_announce() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    perform pg_notify('wildside_reference', epoch || '.' || version) from reference_counter;
    return null;
end $$;

comment on function reference_announce() is 'Tells whoever listens to wildside_reference that there is a new version, at commit.';

create trigger reference_counter_announce after update on reference_counter
    for each statement execute function reference_announce();
