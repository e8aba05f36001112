-- What walkers care about, and the words and badges that places and routes wear.
-- depends: 0006.locales

create table interest_themes (
    slug          text    not null,
    sort_order    integer not null,
    icon          text    not null,
    localizations jsonb   not null,
    is_active     boolean not null default true,
    source_type   text    not null default 'seed',
    constraint interest_themes_pkey primary key (slug),
    constraint interest_themes_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint interest_themes_icon_has_namespace check (icon ~ '^[a-z]+(-[a-z]+)*:[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint interest_themes_localizations_are_valid check (localizations_are_valid(localizations)),
    constraint interest_themes_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table interest_themes is 'What a walker can say they care about; profiles and places refer to these.';

-- Which rows are active, in the order that clients see?
create index interest_themes_active on interest_themes (sort_order, slug collate "C") where is_active;

call reference_attach('interest_themes');

create table tags (
    slug          text    not null,
    sort_order    integer not null,
    icon          text    not null,
    localizations jsonb   not null,
    is_active     boolean not null default true,
    source_type   text    not null default 'seed',
    constraint tags_pkey primary key (slug),
    constraint tags_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint tags_icon_has_namespace check (icon ~ '^[a-z]+(-[a-z]+)*:[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint tags_localizations_are_valid check (localizations_are_valid(localizations)),
    constraint tags_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table tags is 'Short labels on routes and places.';

-- Which rows are active, in the order that clients see?
create index tags_active on tags (sort_order, slug collate "C") where is_active;

call reference_attach('tags');

create table badges (
    slug          text    not null,
    sort_order    integer not null,
    icon          text    not null,
    localizations jsonb   not null,
    is_active     boolean not null default true,
    source_type   text    not null default 'seed',
    constraint badges_pkey primary key (slug),
    constraint badges_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint badges_icon_has_namespace check (icon ~ '^[a-z]+(-[a-z]+)*:[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint badges_localizations_are_valid check (localizations_are_valid(localizations)),
    constraint badges_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table badges is 'Marks of distinction on routes.';

-- Which rows are active, in the order that clients see?
create index badges_active on badges (sort_order, slug collate "C") where is_active;

call reference_attach('badges');

create table themes (
    slug          text    not null,
    sort_order    integer not null,
    icon          text    not null,
    localizations jsonb   not null,
    is_active     boolean not null default true,
    source_type   text    not null default 'seed',
    constraint themes_pkey primary key (slug),
    constraint themes_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint themes_icon_has_namespace check (icon ~ '^[a-z]+(-[a-z]+)*:[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint themes_localizations_are_valid check (localizations_are_valid(localizations)),
    constraint themes_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table themes is 'Editorial themes that gather routes.';

-- Which rows are active, in the order that clients see?
create index themes_active on themes (sort_order, slug collate "C") where is_active;

call reference_attach('themes');

create table theme_interests (
    theme       text             not null,
    interest    text             not null,
    weight      double precision not null,
    is_active   boolean          not null default true,
    source_type text             not null default 'seed',
    constraint theme_interests_pkey primary key (theme, interest),
    constraint theme_interests_theme_fkey foreign key (theme)
        references themes (slug) on update cascade on delete restrict,
    constraint theme_interests_interest_fkey foreign key (interest)
        references interest_themes (slug) on update cascade on delete restrict,
    constraint theme_interests_weight_is_a_share check (weight > 0 and weight <= 1),
    constraint theme_interests_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table theme_interests is 'How strongly a theme speaks to an interest.';
comment on column theme_interests.weight is 'Above 0, at most 1.';

-- Which rows are active, in the order that clients see?
create index theme_interests_active on theme_interests (theme collate "C", interest collate "C") where is_active;

call reference_attach('theme_interests');

-- Which interests does this theme speak to?
create index theme_interests_theme on theme_interests (theme, live);

-- Which themes speak to this interest?
create index theme_interests_interest on theme_interests (interest, live);
