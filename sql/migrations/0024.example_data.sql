-- Which sets of example data were made here, so that each is made once.
-- depends: 0023.idempotency_keys

create table example_data (
    seed       text        not null,
    users      integer     not null,
    created_at timestamptz not null default clock_timestamp(),
    constraint example_data_pkey primary key (seed),
    constraint example_data_seed_is_plain check (seed ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(seed) <= 32),
    constraint example_data_users_from_one check (users >= 1)
);

comment on table example_data is 'One row a set of people who were made up, for demonstrations and tests.';
comment on column example_data.seed is 'The name of the set, from which all that is in it follows.';
comment on column example_data.users is 'How many users it made.';
comment on column example_data.created_at is 'When, by the clock of the database.';
