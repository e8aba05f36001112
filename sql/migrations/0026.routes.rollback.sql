set local lock_timeout = '2s';
drop table route_stops;
drop table routes;
