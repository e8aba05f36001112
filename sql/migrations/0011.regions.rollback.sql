call reference_detach('regions');
drop table regions;
