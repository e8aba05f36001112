-- Safety and comfort settings of a walk: toggles in sections, and presets that switch several on.
-- depends: 0007.interests

create table safety_sections (
    slug          text    not null,
    sort_order    integer not null,
    icon          text    not null,
    localizations jsonb   not null,
    is_active     boolean not null default true,
    source_type   text    not null default 'seed',
    constraint safety_sections_pkey primary key (slug),
    constraint safety_sections_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint safety_sections_icon_has_namespace check (icon ~ '^[a-z]+(-[a-z]+)*:[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint safety_sections_localizations_are_valid check (localizations_are_valid(localizations)),
    constraint safety_sections_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table safety_sections is 'Headings under which safety toggles are shown.';

-- Which rows are active, in the order that clients see?
create index safety_sections_active on safety_sections (sort_order, slug collate "C") where is_active;

call reference_attach('safety_sections');

create table safety_toggles (
    slug            text    not null,
    sort_order      integer not null,
    section         text    not null,
    default_enabled boolean not null,
    icon            text    not null,
    localizations   jsonb   not null,
    is_active       boolean not null default true,
    source_type     text    not null default 'seed',
    constraint safety_toggles_pkey primary key (slug),
    constraint safety_toggles_section_fkey foreign key (section)
        references safety_sections (slug) on update cascade on delete restrict,
    constraint safety_toggles_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint safety_toggles_icon_has_namespace check (icon ~ '^[a-z]+(-[a-z]+)*:[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint safety_toggles_localizations_are_valid check (localizations_are_valid(localizations)),
    constraint safety_toggles_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table safety_toggles is 'Safety and comfort wishes that a walker switches on or off.';
comment on column safety_toggles.default_enabled is 'Whether it is on for a walker who has chosen nothing.';

-- Which rows are active, in the order that clients see?
create index safety_toggles_active on safety_toggles (sort_order, slug collate "C") where is_active;

call reference_attach('safety_toggles');

-- Which toggles stand in this section?
create index safety_toggles_section on safety_toggles (section, live);

create table safety_presets (
    slug          text    not null,
    sort_order    integer not null,
    icon          text    not null,
    localizations jsonb   not null,
    is_active     boolean not null default true,
    source_type   text    not null default 'seed',
    constraint safety_presets_pkey primary key (slug),
    constraint safety_presets_slug_is_kebab_case check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint safety_presets_icon_has_namespace check (icon ~ '^[a-z]+(-[a-z]+)*:[a-z0-9]+(-[a-z0-9]+)*$'),
    constraint safety_presets_localizations_are_valid check (localizations_are_valid(localizations)),
    constraint safety_presets_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table safety_presets is 'Named sets of safety toggles.';

-- Which rows are active, in the order that clients see?
create index safety_presets_active on safety_presets (sort_order, slug collate "C") where is_active;

call reference_attach('safety_presets');

create table safety_preset_toggles (
    preset      text    not null,
    toggle      text    not null,
    position    integer not null,
    is_active   boolean not null default true,
    source_type text    not null default 'seed',
    constraint safety_preset_toggles_pkey primary key (preset, toggle),
    constraint safety_preset_toggles_preset_fkey foreign key (preset)
        references safety_presets (slug) on update cascade on delete restrict,
    constraint safety_preset_toggles_toggle_fkey foreign key (toggle)
        references safety_toggles (slug) on update cascade on delete restrict,
    constraint safety_preset_toggles_position_not_negative check (position >= 0),
    constraint safety_preset_toggles_source_type_known check (source_type in ('seed', 'admin'))
);

comment on table safety_preset_toggles is 'The toggles that a preset switches on.';
comment on column safety_preset_toggles.position is 'Place within the preset, from 0.';

-- Which rows are active, in the order that clients see?
create index safety_preset_toggles_active on safety_preset_toggles (preset collate "C", position, toggle collate "C") where is_active;

call reference_attach('safety_preset_toggles');

-- Which toggles does this preset switch on?
create index safety_preset_toggles_preset on safety_preset_toggles (preset, live);

-- Which presets switch this toggle on?
create index safety_preset_toggles_toggle on safety_preset_toggles (toggle, live);
