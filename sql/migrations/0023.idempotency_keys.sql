-- Answers to mutations, kept so that a repeated call gets the same one and has no second effect.
-- depends: 0022.preferences

set local lock_timeout = '2s';

-- A row commits together with the effect that it answers for, so nobody ever sees one half done: there is no state.
create table idempotency_keys (
    user_id      uuid        not null,
    mutation     text        not null,
    key          uuid        not null,
    request_hash bytea       not null,
    status_code  smallint    not null,
    headers      jsonb       not null,
    response     bytea       not null,
    created_at   timestamptz not null default clock_timestamp(),
    expires_at   timestamptz not null,
    constraint idempotency_keys_pkey primary key (user_id, mutation, key),
    constraint idempotency_keys_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint idempotency_keys_mutation_is_plain check (mutation ~ '^[a-z]+(_[a-z]+)*$'),
    constraint idempotency_keys_request_is_sha_256 check (octet_length(request_hash) = 32),
    constraint idempotency_keys_status_is_success check (status_code between 200 and 299),
    constraint idempotency_keys_headers_are_an_object check (jsonb_typeof(headers) = 'object'),
    constraint idempotency_keys_expire_after_creation check (expires_at > created_at)
);

comment on table idempotency_keys is 'One row a mutation that was called with an Idempotency-Key and done.';
comment on column idempotency_keys.user_id is 'Who called.';
comment on column idempotency_keys.mutation is 'Which kind of mutation: the same key may be used for another one.';
comment on column idempotency_keys.key is 'The Idempotency-Key of the request.';
comment on column idempotency_keys.request_hash is 'SHA-256 of what was asked for, in canonical JSON.';
comment on column idempotency_keys.status_code is 'The status of the answer. What failed is not kept, so that a corrected call may use its key.';
comment on column idempotency_keys.headers is 'The headers of the answer, by name.';
comment on column idempotency_keys.response is 'The body of the answer, byte by byte.';
comment on column idempotency_keys.created_at is 'When it was done, by the clock of the database.';
comment on column idempotency_keys.expires_at is 'From when on the key counts as new.';

-- Which answers are no longer kept?
create index idempotency_keys_expiry on idempotency_keys (expires_at);
