-- How the catalogue presents its routes: labels, collections, what is trending, what walkers picked.
-- depends: 0027.catalogue

set local lock_timeout = '2s';

create table route_summary_tags (
    route_id uuid    not null,
    tag      text    not null,
    position integer not null,
    constraint route_summary_tags_pkey primary key (route_id, tag),
    constraint route_summary_tags_are_ordered unique (route_id, position) deferrable initially deferred,
    constraint route_summary_tags_route_fkey foreign key (route_id) references route_summaries (route_id) on delete cascade,
    constraint route_summary_tags_tag_fkey foreign key (tag) references tags (slug) on update cascade on delete restrict,
    constraint route_summary_tags_position_not_negative check (position >= 0)
);

comment on table route_summary_tags is 'The labels of a route of the catalogue.';
comment on column route_summary_tags.route_id is 'Which route.';
comment on column route_summary_tags.tag is 'Which label.';
comment on column route_summary_tags.position is 'Where in the row of labels, from 0.';

-- Which routes wear this label?
create index route_summary_tags_tag on route_summary_tags (tag);

create table route_summary_badges (
    route_id uuid    not null,
    badge    text    not null,
    position integer not null,
    constraint route_summary_badges_pkey primary key (route_id, badge),
    constraint route_summary_badges_are_ordered unique (route_id, position) deferrable initially deferred,
    constraint route_summary_badges_route_fkey foreign key (route_id) references route_summaries (route_id) on delete cascade,
    constraint route_summary_badges_badge_fkey foreign key (badge) references badges (slug) on update cascade on delete restrict,
    constraint route_summary_badges_position_not_negative check (position >= 0)
);

comment on table route_summary_badges is 'The marks of distinction of a route of the catalogue.';
comment on column route_summary_badges.route_id is 'Which route.';
comment on column route_summary_badges.badge is 'Which mark.';
comment on column route_summary_badges.position is 'Where in the row of marks, from 0.';

-- Which routes wear this mark?
create index route_summary_badges_badge on route_summary_badges (badge);

create table route_collections (
    slug                 text    not null,
    sort_order           integer not null,
    difficulty           text    not null,
    min_distance_metres  integer not null,
    max_distance_metres  integer not null,
    min_duration_seconds integer not null,
    max_duration_seconds integer not null,
    localizations        jsonb   not null,
    constraint route_collections_pkey primary key (slug),
    constraint route_collections_difficulty_fkey foreign key (difficulty)
        references difficulties (slug) on update cascade on delete restrict,
    constraint route_collections_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint route_collections_distances_are_ordered check (0 <= min_distance_metres and min_distance_metres <= max_distance_metres),
    constraint route_collections_durations_are_ordered check (0 <= min_duration_seconds and min_duration_seconds <= max_duration_seconds),
    constraint route_collections_localizations_are_valid check (localizations_are_valid(localizations))
);

comment on table route_collections is 'Routes that editors gather under a title.';
comment on column route_collections.slug is 'Its name in links.';
comment on column route_collections.sort_order is 'Where among the collections; equal ones by slug.';
comment on column route_collections.difficulty is 'How hard its routes are.';
comment on column route_collections.min_distance_metres is 'How long its shortest route is.';
comment on column route_collections.max_distance_metres is 'How long its longest route is.';
comment on column route_collections.min_duration_seconds is 'How long its quickest route takes.';
comment on column route_collections.max_duration_seconds is 'How long its slowest route takes.';
comment on column route_collections.localizations is 'Locale → {name, shortLabel?, description?}, with en-GB.';

-- Which collections are this hard?
create index route_collections_difficulty on route_collections (difficulty);

create table route_collection_routes (
    collection text    not null,
    route_id   uuid    not null,
    position   integer not null,
    constraint route_collection_routes_pkey primary key (collection, route_id),
    constraint route_collection_routes_are_ordered unique (collection, position) deferrable initially deferred,
    constraint route_collection_routes_collection_fkey foreign key (collection)
        references route_collections (slug) on update cascade on delete cascade,
    constraint route_collection_routes_route_fkey foreign key (route_id) references route_summaries (route_id) on delete cascade,
    constraint route_collection_routes_position_not_negative check (position >= 0)
);

comment on table route_collection_routes is 'The routes of a collection.';
comment on column route_collection_routes.collection is 'Which collection.';
comment on column route_collection_routes.route_id is 'Which route.';
comment on column route_collection_routes.position is 'Where in it, from 0.';

-- Which collections have this route?
create index route_collection_routes_route on route_collection_routes (route_id);
