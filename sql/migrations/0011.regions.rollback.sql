set local lock_timeout = '2s';
call reference_detach('regions');
drop table regions;
