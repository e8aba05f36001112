-- Routes: a line on the map, and the places where it stops.
-- depends: 0025.pois

set local lock_timeout = '2s';

create table routes (
    id                uuid        not null,
    user_id           uuid,
    is_curated        boolean     not null generated always as (user_id is null) stored,
    title             text        not null,
    path              path        not null,
    distance_metres   integer     not null,
    duration_seconds  integer     not null,
    generation_params jsonb       not null,
    engine_version    text        not null,
    created_at        timestamptz not null default clock_timestamp(),
    constraint routes_pkey primary key (id),
    constraint routes_are_curated_or_not unique (id, is_curated),
    constraint routes_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint routes_title_is_a_line check (title ~ '\S' and length(title) <= 200),
    constraint routes_path_is_a_line check (isopen(path) and npoints(path) >= 2),
    constraint routes_path_on_earth check (box(polygon(pclose(path))) <@ box '((180,90),(-180,-90))'),
    constraint routes_distance_not_negative check (distance_metres >= 0),
    constraint routes_duration_not_negative check (duration_seconds >= 0),
    constraint routes_params_are_an_object check (jsonb_typeof(generation_params) = 'object'),
    constraint routes_engine_is_named check (engine_version ~ '^[a-z0-9][a-z0-9.+-]*$' and length(engine_version) <= 64)
);

comment on table routes is 'Routes, which stay as they were made.';
comment on column routes.id is 'Which route.';
comment on column routes.user_id is 'For whom it was made, and who alone sees it; null for curated ones.';
comment on column routes.is_curated is 'Whether it is for everybody: only such a route can be in the catalogue.';
comment on column routes.title is 'What it is called, in one line.';
comment on column routes.path is 'Points of longitude and latitude in degrees, in the order of walking.';
comment on column routes.distance_metres is 'How long it is.';
comment on column routes.duration_seconds is 'How long walking it takes, without stops.';
comment on column routes.generation_params is 'What the engine was asked for.';
comment on column routes.engine_version is 'Which engine made it, such as demo-1.';
comment on column routes.created_at is 'When, by the clock of the database.';

-- Which routes were made for this user?
create index routes_user on routes (user_id);

create table route_stops (
    route_id uuid    not null,
    id       uuid    not null,
    position integer not null,
    poi_id   uuid    not null,
    -- With the route, so that progress can name only stops of its own route.
    constraint route_stops_pkey primary key (route_id, id),
    constraint route_stops_are_ordered unique (route_id, position),
    constraint route_stops_route_fkey foreign key (route_id) references routes (id) on delete cascade,
    constraint route_stops_poi_fkey foreign key (poi_id) references pois (id) on delete restrict,
    constraint route_stops_position_not_negative check (position >= 0)
);

comment on table route_stops is 'The places where a route stops.';
comment on column route_stops.route_id is 'Which route.';
comment on column route_stops.id is 'Which stop of it.';
comment on column route_stops.position is 'Where along it, from 0.';
comment on column route_stops.poi_id is 'At which place; it may be retired by now.';

-- Which routes stop at this place?
create index route_stops_poi on route_stops (poi_id);
