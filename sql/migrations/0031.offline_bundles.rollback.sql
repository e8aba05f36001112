set local lock_timeout = '2s';
drop table offline_bundles;
