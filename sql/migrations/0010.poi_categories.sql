-- Kinds of places, how OpenStreetMap tags map to them, and which interests they serve.
-- depends: 0009.route_traits

set local lock_timeout = '2s';

create table poi_categories (
    slug          text    not null,
    sort_order    integer not null,
    parent        text,
    icon          text    not null,
    localizations jsonb   not null,
    is_active     boolean not null default true,
    source_type   text    not null default 'seed',
    constraint poi_categories_pkey primary key (slug),
    constraint poi_categories_parent_fkey foreign key (parent)
        references poi_categories (slug) on update cascade on delete restrict,
    constraint poi_categories_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint poi_categories_icon_has_namespace check (icon ~ '^[a-z]+(-[a-z]+)*:[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint poi_categories_parent_is_another check (parent <> slug),
    constraint poi_categories_localizations_are_valid check (localizations_are_valid(localizations)),
    constraint poi_categories_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table poi_categories is 'A tree of kinds of places.';
comment on column poi_categories.parent is 'The wider kind; null at the top.';

-- Which rows are active, in the order that clients see?
create index poi_categories_active on poi_categories (sort_order, slug collate "C") where is_active;

call reference_attach('poi_categories');

-- Which kinds are below this one?
create index poi_categories_parent on poi_categories (parent, live);

create table osm_tag_rules (
    osm_key     text    not null,
    osm_value   text    not null,
    category    text    not null,
    priority    integer not null,
    is_active   boolean not null default true,
    source_type text    not null default 'seed',
    constraint osm_tag_rules_pkey primary key (osm_key, osm_value),
    constraint osm_tag_rules_category_fkey foreign key (category)
        references poi_categories (slug) on update cascade on delete restrict,
    constraint osm_tag_rules_osm_key_is_plain check (osm_key ~ '^[a-z0-9_:]+$'),
    constraint osm_tag_rules_osm_value_is_plain check (osm_value ~ '^[a-z0-9_]+$'),
    constraint osm_tag_rules_priority_in_range check (priority between 1 and 100),
    constraint osm_tag_rules_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table osm_tag_rules is 'Which OpenStreetMap tag makes a place which kind.';
comment on column osm_tag_rules.osm_key is 'As in OpenStreetMap, such as amenity.';
comment on column osm_tag_rules.osm_value is 'As in OpenStreetMap, such as cafe.';
comment on column osm_tag_rules.priority is 'Where several rules fit a place, the highest wins.';

-- Which rows are active, in the order that clients see?
create index osm_tag_rules_active on osm_tag_rules (osm_key collate "C", osm_value collate "C") where is_active;

call reference_attach('osm_tag_rules');

-- Which tags make this kind?
create index osm_tag_rules_category on osm_tag_rules (category, live);

create table interest_poi_categories (
    interest    text             not null,
    category    text             not null,
    weight      double precision not null,
    is_active   boolean          not null default true,
    source_type text             not null default 'seed',
    constraint interest_poi_categories_pkey primary key (interest, category),
    constraint interest_poi_categories_interest_fkey foreign key (interest)
        references interest_themes (slug) on update cascade on delete restrict,
    constraint interest_poi_categories_category_fkey foreign key (category)
        references poi_categories (slug) on update cascade on delete restrict,
    constraint interest_poi_categories_weight_is_a_share check (weight between 0 and 1),
    constraint interest_poi_categories_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table interest_poi_categories is 'How much a kind of place matters to an interest.';
comment on column interest_poi_categories.weight is '0 to 1.';

-- Which rows are active, in the order that clients see?
create index interest_poi_categories_active on interest_poi_categories (interest collate "C", category collate "C") where is_active;

call reference_attach('interest_poi_categories');

-- Which kinds of places serve this interest?
create index interest_poi_categories_interest on interest_poi_categories (interest, live);

-- Which interests does this kind serve?
create index interest_poi_categories_category on interest_poi_categories (category, live);
