set local lock_timeout = '2s';
call reference_detach('interest_poi_categories');
drop table interest_poi_categories;
call reference_detach('osm_tag_rules');
drop table osm_tag_rules;
call reference_detach('poi_categories');
drop table poi_categories;
