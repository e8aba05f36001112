drop function reference_new_epoch();
drop table reference_epochs;
