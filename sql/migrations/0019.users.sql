-- Users: who they are to others, and which roles they have.
-- depends: 0018.column_comments

-- One clock for all nodes, and no two states of a row of the same moment.
create function updated_at_moves() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 microsecond');
    return new;
end $$;

comment on function updated_at_moves() is 'Sets updated_at to now, and in any case to later than it was.';

create table users (
    id           uuid        not null,
    display_name text        not null,
    created_at   timestamptz not null default clock_timestamp(),
    updated_at   timestamptz not null default clock_timestamp(),
    constraint users_pkey primary key (id),
    -- Letters of Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Devanagari, Thai, kana, Han and Hangul, by number, since
    -- what else is a letter depends on the locale of the database.
    constraint users_display_name_is_plain check (display_name ~ '^[A-Za-z0-9_ \u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02AF\u0370-\u0373\u0376\u0377\u037B-\u037D\u037F\u0386\u0388-\u03FF\u0400-\u0481\u048A-\u052F\u0531-\u0556\u0561-\u0587\u05D0-\u05EA\u0620-\u0652\u066E-\u06D3\u0900-\u0963\u0966-\u097F\u0E01-\u0E3A\u0E40-\u0E4E\u1E00-\u1FFC\u3041-\u3096\u30A1-\u30FA\u30FC\u4E00-\u9FFF\uAC00-\uD7A3]{3,32}$'),
    constraint users_display_name_is_not_blank check (display_name ~ '[^ ]'),
    constraint users_updated_not_before_created check (updated_at >= created_at)
);

comment on table users is 'Who uses an app. How somebody logs in stands in user_credentials, so that no list of users can show it.';
comment on column users.id is 'Made by the application: a UUID of version 7, whose order is that of time.';
comment on column users.display_name is 'What others see: 3 to 32 letters, digits, spaces and underscores.';
comment on column users.created_at is 'When the account was made, by the clock of the database.';
comment on column users.updated_at is 'When the row changed last; later with every change.';

-- Which users come after, or before, this one in the list of all?
create index users_page on users (created_at, id);

create trigger users_updated_at_moves before update on users
    for each row execute function updated_at_moves();

create table user_roles (
    user_id uuid not null,
    role    text not null,
    constraint user_roles_pkey primary key (user_id, role),
    constraint user_roles_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint user_roles_role_known check (role in ('admin'))
);

comment on table user_roles is 'What a user may do besides what every user may.';
comment on column user_roles.user_id is 'Who.';
comment on column user_roles.role is 'admin: lists users, and sees what operators see.';
