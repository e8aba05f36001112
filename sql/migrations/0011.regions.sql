-- Regions that a walker can browse and take offline.
-- depends: 0010.poi_categories

create table regions (
    slug          text             not null,
    sort_order    integer          not null,
    parent        text,
    min_lng       double precision not null,
    min_lat       double precision not null,
    max_lng       double precision not null,
    max_lat       double precision not null,
    min_zoom      integer          not null,
    max_zoom      integer          not null,
    time_zone     text             not null,
    localizations jsonb            not null,
    is_active     boolean          not null default true,
    source_type   text             not null default 'seed',
    constraint regions_pkey primary key (slug),
    constraint regions_parent_fkey foreign key (parent)
        references regions (slug) on update cascade on delete restrict,
    constraint regions_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint regions_parent_is_another check (parent <> slug),
    constraint regions_longitudes_are_ordered check (-180 <= min_lng and min_lng < max_lng and max_lng <= 180),
    constraint regions_latitudes_are_ordered check (-90 <= min_lat and min_lat < max_lat and max_lat <= 90),
    constraint regions_zooms_are_ordered check (0 <= min_zoom and min_zoom <= max_zoom and max_zoom <= 22),
    constraint regions_time_zone_is_iana check (time_zone ~ '^[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_+-]+)+$'),
    constraint regions_localizations_are_valid check (localizations_are_valid(localizations)),
    constraint regions_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table regions is 'Countries, cities and districts with their bounds.';
comment on column regions.parent is 'The region around it; null for a country.';
comment on column regions.min_lng is 'Western bound, degrees.';
comment on column regions.min_lat is 'Southern bound, degrees.';
comment on column regions.max_lng is 'Eastern bound, degrees.';
comment on column regions.max_lat is 'Northern bound, degrees.';
comment on column regions.min_zoom is 'Coarsest map zoom that is useful, 0 to 22.';
comment on column regions.max_zoom is 'Finest map zoom that is offered, 0 to 22.';
comment on column regions.time_zone is 'IANA name, such as Europe/Helsinki.';

-- Which rows are active, in the order that clients see?
create index regions_active on regions (sort_order, slug collate "C") where is_active;

call reference_attach('regions');

-- Which regions lie in this one?
create index regions_parent on regions (parent, live);
