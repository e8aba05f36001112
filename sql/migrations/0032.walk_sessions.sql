-- Walks that were walked: when, along which route, with which figures.
-- depends: 0031.offline_bundles

set local lock_timeout = '2s';

create table walk_sessions (
    user_id    uuid        not null,
    id         uuid        not null,
    route_id   uuid        not null,
    started_at timestamptz not null,
    ended_at   timestamptz,
    revision   integer     not null,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    -- Ids are made by apps, offline. With the user in the key nobody can take another's, or learn that there is one.
    constraint walk_sessions_pkey primary key (user_id, id),
    constraint walk_sessions_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint walk_sessions_route_fkey foreign key (route_id) references routes (id) on delete cascade,
    constraint walk_sessions_end_after_start check (ended_at >= started_at),
    constraint walk_sessions_revision_from_one check (revision >= 1),
    constraint walk_sessions_updated_not_before_created check (updated_at >= created_at)
);

comment on table walk_sessions is 'One row a walk; walk_session_stats and walk_session_pois belong to it and its revision.';
comment on column walk_sessions.user_id is 'Who walked.';
comment on column walk_sessions.id is 'Which walk of theirs; made by the app.';
comment on column walk_sessions.route_id is 'Along which route.';
comment on column walk_sessions.started_at is 'When they set out, by the clock of their device.';
comment on column walk_sessions.ended_at is 'When they arrived, by the clock of their device; null while they walk. An ended walk stays as it is.';
comment on column walk_sessions.revision is 'Grows by one with each change.';
comment on column walk_sessions.created_at is 'When we first heard of it, by the clock of the database.';
comment on column walk_sessions.updated_at is 'When it changed last, by the same clock; later with every change.';

-- Which walks has this user completed, the newest first?
create index walk_sessions_completed on walk_sessions (user_id, ended_at desc, id desc) where ended_at is not null;

-- Who walked this route?
create index walk_sessions_route on walk_sessions (route_id);

create trigger walk_sessions_updated_at_moves before update on walk_sessions
    for each row execute function updated_at_moves();

create table walk_session_stats (
    user_id         uuid             not null,
    walk_session_id uuid             not null,
    kind            text             not null,
    label           text,
    position        integer          not null,
    value           double precision not null,
    unit            text,
    constraint walk_session_stats_are_one_a_label unique nulls not distinct (user_id, walk_session_id, kind, label),
    constraint walk_session_stats_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint walk_session_stats_walk_fkey foreign key (user_id, walk_session_id)
        references walk_sessions (user_id, id) on delete cascade,
    constraint walk_session_stats_kind_known check (kind in ('distance', 'duration', 'energy', 'count')),
    constraint walk_session_stats_primary_are_plain check (kind not in ('distance', 'duration') or label is null and unit is null),
    constraint walk_session_stats_label_is_a_line check (label ~ '\S' and length(label) <= 64),
    constraint walk_session_stats_unit_is_a_line check (unit ~ '\S' and length(unit) <= 16),
    constraint walk_session_stats_position_below_100 check (position between 0 and 99),
    constraint walk_session_stats_value_is_finite check (value >= 0 and value < 'infinity')
);

comment on table walk_session_stats is 'The figures of a walk, one for each kind and label.';
comment on column walk_session_stats.user_id is 'Who walked.';
comment on column walk_session_stats.walk_session_id is 'Which walk of theirs.';
comment on column walk_session_stats.kind is 'distance in metres and duration in seconds come first; energy and count come second.';
comment on column walk_session_stats.label is 'What was counted, such as stairs; null where the kind says it all.';
comment on column walk_session_stats.position is 'Where in the list, from 0.';
comment on column walk_session_stats.value is 'The figure, finite and not negative.';
comment on column walk_session_stats.unit is 'In which unit; null where the kind has its own.';

-- Which figures does this walk have, in their order?
create index walk_session_stats_order on walk_session_stats (user_id, walk_session_id, position);

create table walk_session_pois (
    user_id         uuid    not null,
    walk_session_id uuid    not null,
    poi_id          uuid    not null,
    position        integer not null,
    constraint walk_session_pois_pkey primary key (user_id, walk_session_id, poi_id),
    constraint walk_session_pois_are_ordered unique (user_id, walk_session_id, position) deferrable initially deferred,
    constraint walk_session_pois_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint walk_session_pois_walk_fkey foreign key (user_id, walk_session_id)
        references walk_sessions (user_id, id) on delete cascade,
    constraint walk_session_pois_poi_fkey foreign key (poi_id) references pois (id) on delete restrict,
    constraint walk_session_pois_position_below_100 check (position between 0 and 99)
);

comment on table walk_session_pois is 'The places that a walker liked best along a walk.';
comment on column walk_session_pois.user_id is 'Who walked.';
comment on column walk_session_pois.walk_session_id is 'Which walk of theirs.';
comment on column walk_session_pois.poi_id is 'Which place.';
comment on column walk_session_pois.position is 'Where in the list, from 0.';

-- On which walks was this place liked?
create index walk_session_pois_poi on walk_session_pois (poi_id);
