set local lock_timeout = '2s';
drop table enrichment_provenance;
drop table osm_ingestion_runs;
