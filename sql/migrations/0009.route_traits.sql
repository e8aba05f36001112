-- How a route is described: its category, how hard it is, what is underfoot and how busy it gets.
-- depends: 0008.safety

create table difficulties (
    slug          text    not null,
    sort_order    integer not null,
    icon          text    not null,
    localizations jsonb   not null,
    is_active     boolean not null default true,
    source_type   text    not null default 'seed',
    constraint difficulties_pkey primary key (slug),
    constraint difficulties_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint difficulties_icon_has_namespace check (icon ~ '^[a-z]+(-[a-z]+)*:[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint difficulties_localizations_are_valid check (localizations_are_valid(localizations)),
    constraint difficulties_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table difficulties is 'How hard a route is.';

-- Which rows are active, in the order that clients see?
create index difficulties_active on difficulties (sort_order, slug collate "C") where is_active;

call reference_attach('difficulties');

create table route_categories (
    slug          text    not null,
    sort_order    integer not null,
    icon          text    not null,
    localizations jsonb   not null,
    is_active     boolean not null default true,
    source_type   text    not null default 'seed',
    constraint route_categories_pkey primary key (slug),
    constraint route_categories_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint route_categories_icon_has_namespace check (icon ~ '^[a-z]+(-[a-z]+)*:[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint route_categories_localizations_are_valid check (localizations_are_valid(localizations)),
    constraint route_categories_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table route_categories is 'The shelves of the route catalogue.';

-- Which rows are active, in the order that clients see?
create index route_categories_active on route_categories (sort_order, slug collate "C") where is_active;

call reference_attach('route_categories');

create table surfaces (
    slug          text    not null,
    sort_order    integer not null,
    icon          text    not null,
    is_paved      boolean not null,
    localizations jsonb   not null,
    is_active     boolean not null default true,
    source_type   text    not null default 'seed',
    constraint surfaces_pkey primary key (slug),
    constraint surfaces_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint surfaces_icon_has_namespace check (icon ~ '^[a-z]+(-[a-z]+)*:[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint surfaces_localizations_are_valid check (localizations_are_valid(localizations)),
    constraint surfaces_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table surfaces is 'What is underfoot.';
comment on column surfaces.is_paved is 'Whether wheels roll on it.';

-- Which rows are active, in the order that clients see?
create index surfaces_active on surfaces (sort_order, slug collate "C") where is_active;

call reference_attach('surfaces');

create table gradients (
    slug          text             not null,
    sort_order    integer          not null,
    icon          text             not null,
    min_percent   double precision not null,
    max_percent   double precision,
    localizations jsonb            not null,
    is_active     boolean          not null default true,
    source_type   text             not null default 'seed',
    constraint gradients_pkey primary key (slug),
    constraint gradients_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint gradients_icon_has_namespace check (icon ~ '^[a-z]+(-[a-z]+)*:[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint gradients_percents_are_ordered check (min_percent >= 0 and (max_percent is null or max_percent > min_percent)),
    constraint gradients_localizations_are_valid check (localizations_are_valid(localizations)),
    constraint gradients_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table gradients is 'Bands of steepness.';
comment on column gradients.min_percent is 'Rise over run in percent, from here on.';
comment on column gradients.max_percent is 'Up to but not including this; null for no limit.';

-- Which rows are active, in the order that clients see?
create index gradients_active on gradients (sort_order, slug collate "C") where is_active;

call reference_attach('gradients');

create table crowd_levels (
    slug          text    not null,
    sort_order    integer not null,
    icon          text    not null,
    localizations jsonb   not null,
    is_active     boolean not null default true,
    source_type   text    not null default 'seed',
    constraint crowd_levels_pkey primary key (slug),
    constraint crowd_levels_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint crowd_levels_icon_has_namespace check (icon ~ '^[a-z]+(-[a-z]+)*:[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint crowd_levels_localizations_are_valid check (localizations_are_valid(localizations)),
    constraint crowd_levels_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table crowd_levels is 'How busy a place or route is.';

-- Which rows are active, in the order that clients see?
create index crowd_levels_active on crowd_levels (sort_order, slug collate "C") where is_active;

call reference_attach('crowd_levels');
