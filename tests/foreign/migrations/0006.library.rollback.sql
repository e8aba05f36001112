call reference_detach('editions');
drop table editions;
call reference_detach('"shelfMarks"');
drop table "shelfMarks";
call reference_detach('genres');
drop table genres;
