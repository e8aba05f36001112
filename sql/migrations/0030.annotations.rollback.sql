set local lock_timeout = '2s';
drop table route_progress_stops;
drop table route_progress;
drop table route_notes;
