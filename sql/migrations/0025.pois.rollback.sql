set local lock_timeout = '2s';
drop table poi_interest_themes;
drop table pois;
drop function earth_position(point);
drop extension cube;
