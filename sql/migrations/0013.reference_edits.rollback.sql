drop function reference_revise(text, jsonb, jsonb);
drop function reference_difference(bigint, bigint);
drop view reference_history;
