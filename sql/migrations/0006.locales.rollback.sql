set local lock_timeout = '2s';
call reference_detach('unit_systems');
drop table unit_systems;
call reference_detach('locales');
drop table locales;
drop function localizations_are_valid(jsonb);
