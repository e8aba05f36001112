-- How users prove who they are, and how often somebody may try.
-- depends: 0019.users

set local lock_timeout = '2s';

create table user_credentials (
    user_id       uuid        not null,
    username      text        not null,
    password_hash text        not null,
    changed_at    timestamptz not null default clock_timestamp(),
    disabled_at   timestamptz,
    constraint user_credentials_pkey primary key (user_id),
    constraint user_credentials_username_is_taken unique (username),
    constraint user_credentials_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint user_credentials_username_is_folded check (username ~ '^[a-z0-9][a-z0-9_.@+-]{2,63}$'),
    constraint user_credentials_password_is_argon2id check (password_hash ~ '^\$argon2id\$')
);

comment on table user_credentials is 'The one row by which a user logs in.';
comment on column user_credentials.user_id is 'Whose it is.';
comment on column user_credentials.username is 'What is typed to log in, in lower case: 3 to 64 of a-z 0-9 _ . @ + -, the first a letter or digit.';
comment on column user_credentials.password_hash is 'The password under argon2id, with its salt and parameters.';
comment on column user_credentials.changed_at is 'When the password was set.';
comment on column user_credentials.disabled_at is 'Since when nobody can log in with it; null while one can.';

create table login_attempts (
    id            bigint      not null generated always as identity,
    username_hash bytea       not null,
    address       inet        not null,
    attempted_at  timestamptz not null default clock_timestamp(),
    constraint login_attempts_pkey primary key (id),
    constraint login_attempts_username_is_sha_256 check (octet_length(username_hash) = 32)
);

comment on table login_attempts is 'Attempts to log in that failed, or are not yet known to have succeeded; kept as long as they count.';
comment on column login_attempts.id is 'Which attempt; one that succeeds is taken out.';
comment on column login_attempts.username_hash is 'SHA-256 of the name that was tried, whether there is such a user or not: it may be a password typed in the wrong place.';
comment on column login_attempts.address is 'From where: an IPv4 address, or the /64 network of an IPv6 one.';
comment on column login_attempts.attempted_at is 'When, by the clock of the database.';

-- How often was this name tried from this address, and any name from it, of late?
create index login_attempts_address on login_attempts (address, username_hash, attempted_at);

-- Which attempts count no longer?
create index login_attempts_age on login_attempts (attempted_at);
