set local lock_timeout = '2s';
drop table route_collection_routes;
drop table route_collections;
drop table route_summary_badges;
drop table route_summary_tags;
