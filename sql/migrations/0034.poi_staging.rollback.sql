set local lock_timeout = '2s';
drop procedure poi_staging_open();
