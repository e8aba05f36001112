-- Where places come from: what was imported, and when it changed something.
-- depends: 0032.walk_sessions

create table osm_ingestion_runs (
    id              uuid             not null,
    geofence        text             not null,
    min_lng         double precision not null,
    min_lat         double precision not null,
    max_lng         double precision not null,
    max_lat         double precision not null,
    source_url      text             not null,
    source_digest   text             not null,
    rules_digest    text             not null,
    read_count      bigint           not null,
    kept_count      bigint           not null,
    inserted_count  bigint           not null,
    updated_count   bigint           not null,
    unchanged_count bigint           not null,
    retired_count   bigint           not null,
    imported_at     timestamptz      not null,
    constraint osm_ingestion_runs_pkey primary key (id),
    constraint osm_ingestion_runs_are_one_an_input
        unique (source_digest, geofence, min_lng, min_lat, max_lng, max_lat, rules_digest),
    constraint osm_ingestion_runs_geofence_is_a_line check (geofence ~ '\S' and length(geofence) <= 128),
    constraint osm_ingestion_runs_longitudes_are_ordered check (-180 <= min_lng and min_lng < max_lng and max_lng <= 180),
    constraint osm_ingestion_runs_latitudes_are_ordered check (-90 <= min_lat and min_lat < max_lat and max_lat <= 90),
    constraint osm_ingestion_runs_source_is_a_url check (source_url ~ '^https?://\S+$' and length(source_url) <= 2048),
    constraint osm_ingestion_runs_source_is_sha_256 check (source_digest ~ '^[0-9a-f]{64}$'),
    constraint osm_ingestion_runs_rules_are_sha_256 check (rules_digest ~ '^[0-9a-f]{64}$'),
    constraint osm_ingestion_runs_counts_add_up check (
        kept_count = inserted_count + updated_count + unchanged_count and read_count >= kept_count
        and least(inserted_count, updated_count, unchanged_count, retired_count) >= 0)
);

comment on table osm_ingestion_runs is 'One row an input that was imported from OpenStreetMap: the same file, fence and rules make the same places.';
comment on column osm_ingestion_runs.id is 'Which import; enrichment_provenance has it as its job.';
comment on column osm_ingestion_runs.geofence is 'What the operator said: a region, or four bounds.';
comment on column osm_ingestion_runs.min_lng is 'Western bound, degrees.';
comment on column osm_ingestion_runs.min_lat is 'Southern bound, degrees.';
comment on column osm_ingestion_runs.max_lng is 'Eastern bound, degrees.';
comment on column osm_ingestion_runs.max_lat is 'Northern bound, degrees.';
comment on column osm_ingestion_runs.source_url is 'Where the file came from, as the operator said.';
comment on column osm_ingestion_runs.source_digest is 'SHA-256 of the file.';
comment on column osm_ingestion_runs.rules_digest is 'SHA-256 of the osm_tag_rules that were active.';
comment on column osm_ingestion_runs.read_count is 'How many elements with tags the file has.';
comment on column osm_ingestion_runs.kept_count is 'How many of them are places within the fence.';
comment on column osm_ingestion_runs.inserted_count is 'How many of those were new.';
comment on column osm_ingestion_runs.updated_count is 'How many had changed, or came back.';
comment on column osm_ingestion_runs.unchanged_count is 'How many were known as they are.';
comment on column osm_ingestion_runs.retired_count is 'How many places within the fence were not in the file.';
comment on column osm_ingestion_runs.imported_at is 'When it was last imported and something had to be written.';

create table enrichment_provenance (
    id          uuid             not null,
    job_id      uuid             not null,
    source_url  text             not null,
    min_lng     double precision not null,
    min_lat     double precision not null,
    max_lng     double precision not null,
    max_lat     double precision not null,
    imported_at timestamptz      not null,
    constraint enrichment_provenance_pkey primary key (id),
    constraint enrichment_provenance_longitudes_are_ordered check (-180 <= min_lng and min_lng < max_lng and max_lng <= 180),
    constraint enrichment_provenance_latitudes_are_ordered check (-90 <= min_lat and min_lat < max_lat and max_lat <= 90),
    constraint enrichment_provenance_source_is_a_url check (source_url ~ '^https?://\S+$' and length(source_url) <= 2048)
);

comment on table enrichment_provenance is 'One row each time that an import had something to write: the history behind osm_ingestion_runs.';
comment on column enrichment_provenance.id is 'Which record.';
comment on column enrichment_provenance.job_id is 'Which job did it: the id of an import. Other kinds of jobs will have theirs.';
comment on column enrichment_provenance.source_url is 'Where it came from.';
comment on column enrichment_provenance.min_lng is 'Western bound, degrees.';
comment on column enrichment_provenance.min_lat is 'Southern bound, degrees.';
comment on column enrichment_provenance.max_lng is 'Eastern bound, degrees.';
comment on column enrichment_provenance.max_lat is 'Northern bound, degrees.';
comment on column enrichment_provenance.imported_at is 'When.';

-- Which records come after, or before, this one in the report, the newest first?
create index enrichment_provenance_page on enrichment_provenance (imported_at desc, id desc);
