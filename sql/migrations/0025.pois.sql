-- Places of OpenStreetMap that a walk can lead to, found by distance, by bounds and by tags.
-- depends: 0024.example_data

set local lock_timeout = '2s';

create extension cube with schema public;

-- Earth-centred, earth-fixed coordinates of WGS 84. The straight line between two of them is the distance along the
-- ground to within a millimetre as far as 10 km, and a GiST index on them gives rows in the order of distance.
create function earth_position(location point) returns cube
language sql immutable strict parallel safe
return (select cube(array[
               vertical * cosd(location[1]) * cosd(location[0]),
               vertical * cosd(location[1]) * sind(location[0]),
               vertical * (1 - 6.69437999014e-3) * sind(location[1])])
          from (select 6378137 / sqrt(1 - 6.69437999014e-3 * sind(location[1]) ^ 2) as vertical) as radius);

comment on function earth_position(point) is 'Where a longitude and latitude in degrees are on WGS 84: metres from the centre of the earth.';

create table pois (
    id            uuid             not null,
    osm_type      text             not null,
    osm_id        bigint           not null,
    location      point            not null,
    position      cube             not null generated always as (earth_position(location)) stored,
    name          text,
    osm_tags      jsonb            not null,
    category      text             not null,
    narrative     text,
    popularity    double precision not null default 0,
    first_seen_at timestamptz      not null,
    last_seen_at  timestamptz      not null,
    retired_at    timestamptz,
    constraint pois_pkey primary key (id),
    constraint pois_are_one_an_element unique (osm_type, osm_id),
    constraint pois_category_fkey foreign key (category)
        references poi_categories (slug) on update cascade on delete restrict,
    constraint pois_osm_type_known check (osm_type in ('node', 'way', 'relation')),
    constraint pois_osm_id_from_one check (osm_id >= 1),
    constraint pois_longitude_in_range check (location[0] between -180 and 180),
    constraint pois_latitude_in_range check (location[1] between -90 and 90),
    constraint pois_name_is_a_line check (name ~ '\S' and length(name) <= 255),
    constraint pois_tags_are_an_object check (jsonb_typeof(osm_tags) = 'object'),
    constraint pois_narrative_is_a_text check (narrative ~ '\S' and length(narrative) <= 4000),
    constraint pois_popularity_is_a_share check (popularity between 0 and 1),
    constraint pois_seen_in_order check (last_seen_at >= first_seen_at),
    constraint pois_retired_after_seen check (retired_at >= last_seen_at)
);

comment on table pois is 'Places, one a node, way or relation of OpenStreetMap. What vanishes there is retired here, never deleted.';
comment on column pois.id is 'A UUID of version 5, made of osm_type and osm_id.';
comment on column pois.osm_type is 'node, way or relation.';
comment on column pois.osm_id is 'Its number in OpenStreetMap, among those of its type.';
comment on column pois.location is 'Longitude and latitude in degrees; of ways and relations their middle.';
comment on column pois.position is 'The same in metres from the centre of the earth.';
comment on column pois.name is 'What it is called where it stands; null for what has no name, such as most benches.';
comment on column pois.osm_tags is 'All its tags in OpenStreetMap.';
comment on column pois.category is 'What kind of place it is, by osm_tag_rules.';
comment on column pois.narrative is 'What there is to tell about it; null where nobody has written anything.';
comment on column pois.popularity is 'How well known it is, 0 to 1.';
comment on column pois.first_seen_at is 'When it was imported first.';
comment on column pois.last_seen_at is 'When it was last in what was imported.';
comment on column pois.retired_at is 'Since when it is no longer in what is imported; null while it is.';

-- Which places are nearest to here, or within so many metres?
create index pois_position on pois using gist (position) where retired_at is null;

-- Which places lie within these bounds?
create index pois_location on pois using gist (location) where retired_at is null;

-- Which places have these tags?
create index pois_tags on pois using gin (osm_tags jsonb_path_ops) where retired_at is null;

-- Which places are of this kind, and follow when it is renamed?
create index pois_category on pois (category, id);

create table poi_interest_themes (
    poi_id         uuid             not null,
    interest_theme text             not null,
    weight         double precision not null,
    constraint poi_interest_themes_pkey primary key (poi_id, interest_theme),
    constraint poi_interest_themes_poi_fkey foreign key (poi_id) references pois (id) on delete cascade,
    constraint poi_interest_themes_theme_fkey foreign key (interest_theme)
        references interest_themes (slug) on update cascade on delete restrict,
    constraint poi_interest_themes_weight_is_a_share check (weight between 0 and 1)
);

comment on table poi_interest_themes is 'How much a place matters to an interest, by its kind: brought in step by each import.';
comment on column poi_interest_themes.poi_id is 'Which place.';
comment on column poi_interest_themes.interest_theme is 'To which interest.';
comment on column poi_interest_themes.weight is 'How much, 0 to 1.';

-- Which places matter to this interest, and follow when it is renamed?
create index poi_interest_themes_theme on poi_interest_themes (interest_theme, poi_id);
