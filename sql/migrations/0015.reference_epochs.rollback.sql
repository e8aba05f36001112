set local lock_timeout = '2s';
drop trigger reference_counter_announce on reference_counter;
drop function reference_announce();
drop function reference_new_epoch();
drop table reference_epochs;
