set local lock_timeout = '2s';
drop table user_roles;
drop table users;
drop function updated_at_moves();
