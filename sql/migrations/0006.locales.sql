-- Locales and unit systems: what language and which measures an app speaks.
-- depends: 0005.reference_seeding

-- Localised text is an object of locale → {name, shortLabel?, description?} that has British English,
-- since every chain of fallbacks ends there. That each locale exists is checked by the seed.
create function localizations_are_valid(localizations jsonb) returns boolean
language sql immutable parallel safe
return jsonb_typeof(localizations) = 'object'
   and localizations ? 'en-GB'
   and not exists (
       select from jsonb_each(case jsonb_typeof(localizations) when 'object' then localizations else '{}' end) as l (locale, texts)
        where jsonb_typeof(l.texts) <> 'object'
           or not l.texts ? 'name'
           or exists (
               select from jsonb_each(case jsonb_typeof(l.texts) when 'object' then l.texts else '{}' end) as t (member, value)
                where t.member not in ('name', 'shortLabel', 'description')
                   or jsonb_typeof(t.value) <> 'string'
                   or t.value #>> '{}' !~ '\S'));

comment on function localizations_are_valid(jsonb) is 'Whether a value is localised text: locale → {name, shortLabel?, description?}, with en-GB.';

create table locales (
    code           text    not null,
    sort_order     integer not null,
    text_direction text    not null,
    fallback       text,
    localizations  jsonb   not null,
    is_active      boolean not null default true,
    source_type    text    not null default 'seed',
    constraint locales_pkey primary key (code),
    constraint locales_fallback_fkey foreign key (fallback)
        references locales (code) on update cascade on delete restrict,
    constraint locales_code_is_bcp_47 check (code ~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$'),
    constraint locales_text_direction_known check (text_direction in ('ltr', 'rtl')),
    constraint locales_fallback_is_another check (fallback <> code),
    constraint locales_localizations_are_valid check (localizations_are_valid(localizations)),
    constraint locales_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table locales is 'The languages an app can show, by BCP 47 code.';
comment on column locales.text_direction is 'ltr or rtl.';
comment on column locales.fallback is 'The locale whose text is shown where this one has none; null at the end of the chain.';

-- Which rows are active, in the order that clients see?
create index locales_active on locales (sort_order, code collate "C") where is_active;

call reference_attach('locales');

-- Which locales fall back to this one?
create index locales_fallback on locales (fallback, live);

create table unit_systems (
    slug                  text             not null,
    sort_order            integer          not null,
    long_unit             text             not null,
    short_unit            text             not null,
    metres_per_long_unit  double precision not null,
    metres_per_short_unit double precision not null,
    localizations         jsonb            not null,
    is_active             boolean          not null default true,
    source_type           text             not null default 'seed',
    constraint unit_systems_pkey primary key (slug),
    constraint unit_systems_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint unit_systems_units_are_ordered check (metres_per_long_unit > metres_per_short_unit and metres_per_short_unit > 0),
    constraint unit_systems_localizations_are_valid check (localizations_are_valid(localizations)),
    constraint unit_systems_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table unit_systems is 'Systems of measures for distances and heights.';
comment on column unit_systems.long_unit is 'Symbol of the unit for distances along a walk, such as km.';
comment on column unit_systems.metres_per_long_unit is 'Metres in one long unit.';
comment on column unit_systems.short_unit is 'Symbol of the unit for short distances and heights, such as m.';
comment on column unit_systems.metres_per_short_unit is 'Metres in one short unit.';

-- Which rows are active, in the order that clients see?
create index unit_systems_active on unit_systems (sort_order, slug collate "C") where is_active;

call reference_attach('unit_systems');
