set local lock_timeout = '2s';
drop table user_safety_toggles;
drop table user_interest_themes;
drop table user_preferences;
