-- The catalogue: routes that editors show, and how each is described.
-- depends: 0026.routes

set local lock_timeout = '2s';

create table route_summaries (
    route_id      uuid             not null,
    is_curated    boolean          not null default true,
    slug          text             not null,
    category      text             not null,
    theme         text             not null,
    difficulty    text             not null,
    surface       text             not null,
    gradient      text             not null,
    crowd_level   text             not null,
    region        text             not null,
    rating        double precision,
    localizations jsonb            not null,
    updated_at    timestamptz      not null default clock_timestamp(),
    constraint route_summaries_pkey primary key (route_id),
    constraint route_summaries_slug_is_taken unique (slug),
    constraint route_summaries_is_of_a_curated_route check (is_curated),
    constraint route_summaries_route_fkey foreign key (route_id, is_curated)
        references routes (id, is_curated) on delete restrict,
    constraint route_summaries_category_fkey foreign key (category)
        references route_categories (slug) on update cascade on delete restrict,
    constraint route_summaries_theme_fkey foreign key (theme)
        references themes (slug) on update cascade on delete restrict,
    constraint route_summaries_difficulty_fkey foreign key (difficulty)
        references difficulties (slug) on update cascade on delete restrict,
    constraint route_summaries_surface_fkey foreign key (surface)
        references surfaces (slug) on update cascade on delete restrict,
    constraint route_summaries_gradient_fkey foreign key (gradient)
        references gradients (slug) on update cascade on delete restrict,
    constraint route_summaries_crowd_level_fkey foreign key (crowd_level)
        references crowd_levels (slug) on update cascade on delete restrict,
    constraint route_summaries_region_fkey foreign key (region)
        references regions (slug) on update cascade on delete restrict,
    constraint route_summaries_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint route_summaries_rating_in_range check (rating between 0 and 5),
    constraint route_summaries_localizations_are_valid check (localizations_are_valid(localizations))
);

comment on table route_summaries is 'Routes that the catalogue shows to everybody. Length and duration stand in routes.';
comment on column route_summaries.route_id is 'Which route.';
comment on column route_summaries.is_curated is 'Always true: what everybody sees is nobody''s, and stays when somebody is erased.';
comment on column route_summaries.slug is 'Its name in links.';
comment on column route_summaries.category is 'On which shelf it stands.';
comment on column route_summaries.theme is 'Which editorial theme it belongs to.';
comment on column route_summaries.difficulty is 'How hard it is.';
comment on column route_summaries.surface is 'What is mostly underfoot.';
comment on column route_summaries.gradient is 'How steep it gets.';
comment on column route_summaries.crowd_level is 'How busy it usually is.';
comment on column route_summaries.region is 'Where it is.';
comment on column route_summaries.rating is 'What walkers think of it, 0 to 5; null before anybody has said.';
comment on column route_summaries.localizations is 'Locale → {name, shortLabel?, description?}, with en-GB.';
comment on column route_summaries.updated_at is 'When it changed last; later with every change.';

-- Is this route in the catalogue?
create index route_summaries_route on route_summaries (route_id, is_curated);

-- Which routes stand on this shelf?
create index route_summaries_category on route_summaries (category);

-- Which routes belong to this theme?
create index route_summaries_theme on route_summaries (theme);

-- Which routes are this hard?
create index route_summaries_difficulty on route_summaries (difficulty);

-- Which routes have this underfoot?
create index route_summaries_surface on route_summaries (surface);

-- Which routes are this steep?
create index route_summaries_gradient on route_summaries (gradient);

-- Which routes are this busy?
create index route_summaries_crowd_level on route_summaries (crowd_level);

-- Which routes are in this region?
create index route_summaries_region on route_summaries (region);

create trigger route_summaries_updated_at_moves before update on route_summaries
    for each row execute function updated_at_moves();
