-- Where an import puts the places of its file before it compares them with those that are known.
-- depends: 0033.provenance

-- A temporary table: it is nobody else's, writes no WAL, and is gone at the end, however that comes. An unlogged
-- one would have to be emptied, and its rights and pages kept in order for the sake of an import now and then;
-- to fill either with 200,000 places takes as long.
create procedure poi_staging_open()
language plpgsql
set search_path = public, pg_temp
as $$
begin
    create temporary table poi_staging (
        id         uuid             not null,
        osm_type   text             not null,
        osm_id     bigint           not null,
        location   point            not null,
        name       text,
        osm_tags   text             not null,
        category   text             not null,
        popularity double precision not null,
        constraint poi_staging_pkey primary key (id)
    ) on commit drop;
end $$;

comment on procedure poi_staging_open() is 'Makes the table poi_staging, for this transaction only.';
