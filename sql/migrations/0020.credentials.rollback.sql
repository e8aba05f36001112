set local lock_timeout = '2s';
drop table login_attempts;
drop table user_credentials;
