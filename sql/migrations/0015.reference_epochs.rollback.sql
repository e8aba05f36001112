set local lock_timeout = '2s';
drop function reference_new_epoch();
drop table reference_epochs;
