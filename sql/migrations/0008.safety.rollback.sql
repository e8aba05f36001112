set local lock_timeout = '2s';
call reference_detach('safety_preset_toggles');
drop table safety_preset_toggles;
call reference_detach('safety_presets');
drop table safety_presets;
call reference_detach('safety_toggles');
drop table safety_toggles;
call reference_detach('safety_sections');
drop table safety_sections;
