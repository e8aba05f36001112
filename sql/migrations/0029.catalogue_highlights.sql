-- What the catalogue puts in front: what is trending, what the community picked; and when any of it changed.
-- depends: 0028.catalogue_shelves

set local lock_timeout = '2s';

create table trending_route_highlights (
    route_id      uuid             not null,
    position      integer          not null,
    trend_percent double precision not null,
    localizations jsonb            not null,
    constraint trending_route_highlights_pkey primary key (route_id),
    constraint trending_route_highlights_are_ordered unique (position) deferrable initially deferred,
    constraint trending_route_highlights_route_fkey foreign key (route_id)
        references route_summaries (route_id) on delete cascade,
    constraint trending_route_highlights_position_not_negative check (position >= 0),
    constraint trending_route_highlights_trend_is_finite check (trend_percent > '-infinity' and trend_percent < 'infinity'),
    constraint trending_route_highlights_localizations_are_valid check (localizations_are_valid(localizations))
);

comment on table trending_route_highlights is 'Routes that are walked more than before.';
comment on column trending_route_highlights.route_id is 'Which route.';
comment on column trending_route_highlights.position is 'Where in the list, from 0.';
comment on column trending_route_highlights.trend_percent is 'How many per cent more it is walked than in the month before.';
comment on column trending_route_highlights.localizations is 'What is said of it: locale → {name, shortLabel?, description?}, with en-GB.';

create table community_picks (
    route_id      uuid             not null,
    position      integer          not null,
    user_id       uuid,
    rating        double precision not null,
    saves         integer          not null,
    picked_at     timestamptz      not null,
    localizations jsonb            not null,
    constraint community_picks_pkey primary key (route_id),
    constraint community_picks_are_ordered unique (position) deferrable initially deferred,
    constraint community_picks_route_fkey foreign key (route_id) references route_summaries (route_id) on delete cascade,
    constraint community_picks_user_fkey foreign key (user_id) references users (id) on delete set null,
    constraint community_picks_position_not_negative check (position >= 0),
    constraint community_picks_rating_in_range check (rating between 0 and 5),
    constraint community_picks_saves_not_negative check (saves >= 0),
    constraint community_picks_localizations_are_valid check (localizations_are_valid(localizations))
);

comment on table community_picks is 'Routes that walkers recommend to each other.';
comment on column community_picks.route_id is 'Which route.';
comment on column community_picks.position is 'Where in the list, from 0.';
comment on column community_picks.user_id is 'Who recommended it; null once they are erased.';
comment on column community_picks.rating is 'What they think of it, 0 to 5.';
comment on column community_picks.saves is 'How many walkers have kept it.';
comment on column community_picks.picked_at is 'When it was recommended.';
comment on column community_picks.localizations is 'What is said of it: locale → {name, shortLabel?, description?}, with en-GB.';

-- What did this user recommend?
create index community_picks_user on community_picks (user_id);

create table catalogue_state (
    singleton  boolean     not null default true,
    changed_at timestamptz not null default clock_timestamp(),
    constraint catalogue_state_pkey primary key (singleton),
    constraint catalogue_state_is_one_row check (singleton)
);

comment on table catalogue_state is 'One row: since when the catalogue is what it is.';
comment on column catalogue_state.singleton is 'Always true, so that there is one row.';
comment on column catalogue_state.changed_at is 'When any table of the catalogue changed last; later with every change.';

insert into catalogue_state default values;

create function catalogue_changed() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    update catalogue_state set changed_at = greatest(clock_timestamp(), changed_at + interval '1 microsecond');
    return null;
end $$;

comment on function catalogue_changed() is 'Notes that the catalogue has changed.';

create trigger route_summaries_changed after insert or update or delete or truncate on route_summaries
    for each statement execute function catalogue_changed();
create trigger route_summary_tags_changed after insert or update or delete or truncate on route_summary_tags
    for each statement execute function catalogue_changed();
create trigger route_summary_badges_changed after insert or update or delete or truncate on route_summary_badges
    for each statement execute function catalogue_changed();
create trigger route_collections_changed after insert or update or delete or truncate on route_collections
    for each statement execute function catalogue_changed();
create trigger route_collection_routes_changed after insert or update or delete or truncate on route_collection_routes
    for each statement execute function catalogue_changed();
create trigger trending_route_highlights_changed after insert or update or delete or truncate on trending_route_highlights
    for each statement execute function catalogue_changed();
create trigger community_picks_changed after insert or update or delete or truncate on community_picks
    for each statement execute function catalogue_changed();
