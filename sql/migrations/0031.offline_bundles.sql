-- What devices keep for walks without a network: manifests, not the tiles themselves.
-- depends: 0030.annotations

set local lock_timeout = '2s';

create table offline_bundles (
    id                   uuid             not null,
    user_id              uuid,
    device_id            text             not null,
    kind                 text             not null,
    route_id             uuid,
    region               text,
    min_lng              double precision not null,
    min_lat              double precision not null,
    max_lng              double precision not null,
    max_lat              double precision not null,
    min_zoom             integer          not null,
    max_zoom             integer          not null,
    estimated_size_bytes bigint           not null,
    status               text             not null,
    progress             double precision not null,
    revision             integer          not null,
    created_at           timestamptz      not null default clock_timestamp(),
    updated_at           timestamptz      not null default clock_timestamp(),
    constraint offline_bundles_pkey primary key (id),
    constraint offline_bundles_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint offline_bundles_route_fkey foreign key (route_id) references routes (id) on delete cascade,
    constraint offline_bundles_region_fkey foreign key (region)
        references regions (slug) on update cascade on delete restrict,
    constraint offline_bundles_device_is_plain check (device_id ~ '^[A-Za-z0-9._:-]{1,128}$'),
    constraint offline_bundles_kind_decides_what check (
        case kind when 'route' then route_id is not null and region is null
                  when 'region' then region is not null and route_id is null
                  else false end),
    constraint offline_bundles_longitudes_are_ordered check (-180 <= min_lng and min_lng < max_lng and max_lng <= 180),
    constraint offline_bundles_latitudes_are_ordered check (-90 <= min_lat and min_lat < max_lat and max_lat <= 90),
    constraint offline_bundles_zooms_are_ordered check (0 <= min_zoom and min_zoom <= max_zoom and max_zoom <= 22),
    constraint offline_bundles_size_not_negative check (estimated_size_bytes >= 0),
    constraint offline_bundles_status_has_progress check (
        case status when 'queued' then progress = 0
                    when 'downloading' then progress >= 0 and progress < 1
                    when 'complete' then progress = 1
                    when 'failed' then progress between 0 and 1
                    else false end),
    constraint offline_bundles_revision_from_one check (revision >= 1),
    constraint offline_bundles_updated_not_before_created check (updated_at >= created_at)
);

comment on table offline_bundles is 'What a device keeps offline: one route, or one region.';
comment on column offline_bundles.id is 'Which bundle; made by the app.';
comment on column offline_bundles.user_id is 'Whose it is; null for a device that nobody had logged in on.';
comment on column offline_bundles.device_id is 'On which device: what the app calls it, 1 to 128 of A-Z a-z 0-9 . _ : -';
comment on column offline_bundles.kind is 'route or region: decides which of route_id and region is set.';
comment on column offline_bundles.route_id is 'Of which route.';
comment on column offline_bundles.region is 'Of which region; a renamed one is followed.';
comment on column offline_bundles.min_lng is 'Western bound, degrees.';
comment on column offline_bundles.min_lat is 'Southern bound, degrees.';
comment on column offline_bundles.max_lng is 'Eastern bound, degrees.';
comment on column offline_bundles.max_lat is 'Northern bound, degrees.';
comment on column offline_bundles.min_zoom is 'Coarsest map zoom that is kept, 0 to 22.';
comment on column offline_bundles.max_zoom is 'Finest map zoom that is kept, 0 to 22.';
comment on column offline_bundles.estimated_size_bytes is 'How large it will be on the device.';
comment on column offline_bundles.status is 'queued, downloading, complete or failed.';
comment on column offline_bundles.progress is 'How much of it is there: 0 while queued, below 1 while downloading, 1 when complete.';
comment on column offline_bundles.revision is 'Grows by one with each change.';
comment on column offline_bundles.created_at is 'When it was first told of, by the clock of the database.';
comment on column offline_bundles.updated_at is 'When it changed last, by the same clock; later with every change.';

-- Which bundles does this user have on this device?
create index offline_bundles_page on offline_bundles (user_id, device_id, created_at, id);

-- Which bundles does this device have that belong to nobody?
create index offline_bundles_anonymous on offline_bundles (device_id, created_at, id) where user_id is null;

-- Who keeps this route offline?
create index offline_bundles_route on offline_bundles (route_id);

-- Who keeps this region offline, and follows when it is renamed?
create index offline_bundles_region on offline_bundles (region);

create trigger offline_bundles_updated_at_moves before update on offline_bundles
    for each row execute function updated_at_moves();
