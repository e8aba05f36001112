-- What walkers write down along a route, and how far they have come.
-- depends: 0029.catalogue_highlights

set local lock_timeout = '2s';

-- Ids are made by apps, offline. With the user in the key nobody can take another's, or learn that there is one.
create table route_notes (
    user_id    uuid        not null,
    id         uuid        not null,
    route_id   uuid        not null,
    poi_id     uuid,
    body       text        not null,
    revision   integer     not null,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint route_notes_pkey primary key (user_id, id),
    constraint route_notes_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint route_notes_route_fkey foreign key (route_id) references routes (id) on delete cascade,
    constraint route_notes_poi_fkey foreign key (poi_id) references pois (id) on delete restrict,
    constraint route_notes_body_is_a_text check (body ~ '\S' and length(body) <= 4000),
    constraint route_notes_revision_from_one check (revision >= 1),
    constraint route_notes_updated_not_before_created check (updated_at >= created_at)
);

comment on table route_notes is 'What a walker wrote down, for themselves.';
comment on column route_notes.user_id is 'Whose note it is.';
comment on column route_notes.id is 'Which note of theirs; made by the app.';
comment on column route_notes.route_id is 'Along which route.';
comment on column route_notes.poi_id is 'At which place; null for the route as a whole.';
comment on column route_notes.body is 'The text, 1 to 4,000 characters.';
comment on column route_notes.revision is 'Grows by one with each change.';
comment on column route_notes.created_at is 'When it was written, by the clock of the database.';
comment on column route_notes.updated_at is 'When it changed last; later with every change.';

-- Which notes does this user have along this route, in the order of writing?
create index route_notes_page on route_notes (user_id, route_id, created_at, id);

-- Which notes are there along this route?
create index route_notes_route on route_notes (route_id);

-- Which notes are there at this place?
create index route_notes_poi on route_notes (poi_id);

create trigger route_notes_updated_at_moves before update on route_notes
    for each row execute function updated_at_moves();

create table route_progress (
    user_id    uuid        not null,
    route_id   uuid        not null,
    revision   integer     not null,
    updated_at timestamptz not null default clock_timestamp(),
    constraint route_progress_pkey primary key (user_id, route_id),
    constraint route_progress_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint route_progress_route_fkey foreign key (route_id) references routes (id) on delete cascade,
    constraint route_progress_revision_from_one check (revision >= 1)
);

comment on table route_progress is 'How far a walker has come; route_progress_stops belongs to this row and its revision.';
comment on column route_progress.user_id is 'Who.';
comment on column route_progress.route_id is 'Along which route.';
comment on column route_progress.revision is 'Grows by one with each change.';
comment on column route_progress.updated_at is 'When it changed last; later with every change.';

-- Who has begun this route?
create index route_progress_route on route_progress (route_id);

create trigger route_progress_updated_at_moves before update on route_progress
    for each row execute function updated_at_moves();

create table route_progress_stops (
    user_id  uuid    not null,
    route_id uuid    not null,
    stop_id  uuid    not null,
    position integer not null,
    constraint route_progress_stops_pkey primary key (user_id, route_id, stop_id),
    constraint route_progress_stops_are_ordered unique (user_id, route_id, position) deferrable initially deferred,
    constraint route_progress_stops_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint route_progress_stops_progress_fkey foreign key (user_id, route_id)
        references route_progress (user_id, route_id) on delete cascade,
    constraint route_progress_stops_stop_fkey foreign key (route_id, stop_id)
        references route_stops (route_id, id) on delete cascade,
    constraint route_progress_stops_position_below_1000 check (position between 0 and 999)
);

comment on table route_progress_stops is 'The stops that a walker has visited.';
comment on column route_progress_stops.user_id is 'Who.';
comment on column route_progress_stops.route_id is 'Along which route.';
comment on column route_progress_stops.stop_id is 'Which stop of that route.';
comment on column route_progress_stops.position is 'Where in the order of visiting, from 0.';

-- Who has visited this stop?
create index route_progress_stops_stop on route_progress_stops (route_id, stop_id);
