-- What users have chosen of the reference data: units, interests, safety.
-- depends: 0021.sessions

set local lock_timeout = '2s';

create table user_preferences (
    user_id     uuid        not null,
    unit_system text        not null,
    revision    integer     not null,
    updated_at  timestamptz not null default clock_timestamp(),
    constraint user_preferences_pkey primary key (user_id),
    constraint user_preferences_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint user_preferences_unit_system_fkey foreign key (unit_system)
        references unit_systems (slug) on update cascade on delete restrict,
    constraint user_preferences_revision_from_one check (revision >= 1)
);

comment on table user_preferences is 'A user''s choices; user_interest_themes and user_safety_toggles belong to this row and its revision.';
comment on column user_preferences.user_id is 'Whose they are.';
comment on column user_preferences.unit_system is 'In which units the app shows distances.';
comment on column user_preferences.revision is 'Grows by one with each change of the preferences or the interests: the one revision of both.';
comment on column user_preferences.updated_at is 'When any of it changed last; later with every change.';

-- Which users measure in this unit system, and follow when it is renamed?
create index user_preferences_unit_system on user_preferences (unit_system);

create trigger user_preferences_updated_at_moves before update on user_preferences
    for each row execute function updated_at_moves();

create table user_interest_themes (
    user_id        uuid    not null,
    interest_theme text    not null,
    position       integer not null,
    constraint user_interest_themes_pkey primary key (user_id, interest_theme),
    constraint user_interest_themes_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint user_interest_themes_theme_fkey foreign key (interest_theme)
        references interest_themes (slug) on update cascade on delete restrict,
    constraint user_interest_themes_are_ordered unique (user_id, position) deferrable initially deferred,
    constraint user_interest_themes_position_below_100 check (position between 0 and 99)
);

comment on table user_interest_themes is 'What a user is interested in: the one place where that is kept.';
comment on column user_interest_themes.user_id is 'Who.';
comment on column user_interest_themes.interest_theme is 'In what; a renamed theme is followed.';
comment on column user_interest_themes.position is 'Where in the list, from 0.';

-- Which users are interested in this theme, and follow when it is renamed?
create index user_interest_themes_theme on user_interest_themes (interest_theme);

create table user_safety_toggles (
    user_id       uuid    not null,
    safety_toggle text    not null,
    position      integer not null,
    constraint user_safety_toggles_pkey primary key (user_id, safety_toggle),
    constraint user_safety_toggles_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint user_safety_toggles_toggle_fkey foreign key (safety_toggle)
        references safety_toggles (slug) on update cascade on delete restrict,
    constraint user_safety_toggles_are_ordered unique (user_id, position) deferrable initially deferred,
    constraint user_safety_toggles_position_below_100 check (position between 0 and 99)
);

comment on table user_safety_toggles is 'What a user asks of a route so as to feel safe.';
comment on column user_safety_toggles.user_id is 'Who.';
comment on column user_safety_toggles.safety_toggle is 'What; a renamed toggle is followed.';
comment on column user_safety_toggles.position is 'Where in the list, from 0.';

-- Which users have switched this toggle on, and follow when it is renamed?
create index user_safety_toggles_toggle on user_safety_toggles (safety_toggle);
