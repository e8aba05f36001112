-- Sessions: a cookie names one, and its row says whether it still holds.
-- depends: 0020.credentials

set local lock_timeout = '2s';

create table sessions (
    id         uuid        not null,
    user_id    uuid        not null,
    issued_at  timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    constraint sessions_pkey primary key (id),
    constraint sessions_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint sessions_expire_after_issue check (expires_at > issued_at)
);

comment on table sessions is 'One row a login. All nodes ask it at each request, so that a session ends everywhere at once.';
comment on column sessions.id is 'What the cookie holds, signed. Random: it tells nothing.';
comment on column sessions.user_id is 'Whose session it is.';
comment on column sessions.issued_at is 'When the user logged in, by the clock of the database.';
comment on column sessions.expires_at is 'From when on it holds no longer.';
comment on column sessions.revoked_at is 'When it was ended before its time; null while it was not.';

-- Which sessions has this user?
create index sessions_user on sessions (user_id, issued_at);

-- Which sessions are over and can be removed?
create index sessions_expiry on sessions (expires_at);
