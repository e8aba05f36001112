drop function reference_roll_back(bigint);
drop function reference_restore(text, bigint);
drop function reference_undo_renames(bigint);
drop function reference_parents_first();
