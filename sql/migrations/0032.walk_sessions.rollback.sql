set local lock_timeout = '2s';
drop table walk_session_pois;
drop table walk_session_stats;
drop table walk_sessions;
